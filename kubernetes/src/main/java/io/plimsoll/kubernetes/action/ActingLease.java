package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.Hindrance;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Lets one of several replicas act: the one that holds a `Lease` of `coordination.k8s.io/v1`. Its own thread
/// asks for the Lease, starts what acts when it has it, and ends that when it has lost it, or when it dies
/// itself.
///
///     waiting ──► acting (renewed each [Terms#retry])
///        ▲           │ another holds it, or not renewed within [Terms#renewDeadline]
///        └───────────┘
///
/// Goals, in their order: never two that act; soon one that acts again. So the holder ends before others may
/// begin: others wait until they have seen the Lease unchanged for [Terms#duration], by their own time that
/// only goes on, so that no clock needs to be right. A holder that is told to end gives the Lease up, and
/// another begins at once.
public final class ActingLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ActingLease.class);
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/%s/leases";

    /// @param duration how long a Lease must have been left alone before another takes it
    /// @param renewDeadline without a renewal for this long, the holder stops acting, or a retry later at most
    /// @param retry between two attempts to get or renew it
    public record Terms(Duration duration, Duration renewDeadline, Duration retry) {

        public static final Terms DEFAULT =
                new Terms(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

        /// Added up, since to multiply a `Duration` loads `BigDecimal`, at each start of the service.
        public Terms {
            if (renewDeadline.plus(retry).compareTo(duration) >= 0) {
                throw new IllegalArgumentException("renewDeadline and a retry must be below duration: " + renewDeadline
                        + " and " + retry + ", " + duration);
            }
            if (retry.isNegative()
                    || retry.isZero()
                    || retry.plus(retry).plus(retry).compareTo(renewDeadline) > 0) {
                throw new IllegalArgumentException(
                        "retry must be positive and at most a third of renewDeadline: " + retry + ", " + renewDeadline);
            }
        }
    }

    /// @param identity whose Lease it is: another one for each process
    public record Place(String namespace, String name, String identity) {}

    /// What acts while the Lease is held.
    @FunctionalInterface
    public interface Acting {

        /// Must end it soon.
        void end();
    }

    private final ApiServer server;
    private final Place place;
    private final Terms terms;
    private final LoopContext context;
    private final Supplier<Acting> acting;
    private final Patience patience;
    private final LoopThread thread;
    private final Hindrance hindrance;

    // Of the loop's thread
    private String seenVersion = "";
    private long seenAtNanos;
    private long renewedAtNanos;
    private Optional<Acting> running = Optional.empty();

    private volatile boolean held;

    /// @param server its owner closes it
    /// @param acting starts what acts
    public ActingLease(ApiServer server, Place place, Terms terms, LoopContext context, Supplier<Acting> acting) {
        this.server = server;
        this.place = place;
        this.terms = terms;
        this.context = context;
        this.acting = acting;
        this.patience = Patience.of(terms.retry());
        this.thread = new LoopThread("lease", this::run);
        this.hindrance = new Hindrance(
                LOG, Level.WARN, "The Lease " + place.namespace() + "/" + place.name() + " cannot be had");
    }

    public void start() {
        thread.start();
    }

    /// Whether this process is the one that acts.
    public boolean isHeld() {
        return held;
    }

    /// What the loop has died of, if it has: only a restart brings it back.
    public Optional<String> problem() {
        return thread.problem();
    }

    /// Ends what acts, and gives the Lease up, so that another can begin at once.
    @Override
    public void close() {
        boolean wasHeld = held;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (wasHeld) {
            release();
        }
    }

    // The loop

    private void run() {
        try {
            while (true) {
                turn();
                context.pauses().pause(terms.retry());
            }
        } catch (InterruptedException e) {
            LOG.debug("The loop of the Lease ends");
        } finally {
            // Without its loop nobody would notice that the Lease is lost.
            end();
        }
    }

    private void turn() {
        long asked = context.nanoTime().getAsLong();
        try {
            boolean isTaken = isTaken();
            hindrance.over();
            if (isTaken) {
                renewedAtNanos = asked;
                begin();
            } else {
                end();
            }
        } catch (IOException e) {
            hindrance.met(e);
            endWhenOverdue();
        }
    }

    /// The next look comes after a pause and two answers that may each take as long.
    private void endWhenOverdue() {
        var next = terms.retry().multipliedBy(3);
        if (context.nanoTime().getAsLong() - renewedAtNanos + next.toNanos()
                >= terms.renewDeadline().plus(terms.retry()).toNanos()) {
            end();
        }
    }

    private void begin() {
        if (running.isEmpty()) {
            LOG.info("{} acts from now on: it holds the Lease {}", place.identity(), place.name());
            running = Optional.of(acting.get());
            held = true;
        }
    }

    private void end() {
        held = false;
        var ended = running;
        running = Optional.empty();
        if (ended.isPresent()) {
            LOG.info("{} acts no longer", place.identity());
            ended.get().end();
        }
    }

    // The Lease

    /// Gets or renews it; false when another has it.
    private boolean isTaken() throws IOException {
        try {
            var lease = read();
            if (lease.isEmpty()) {
                create();
                return true;
            }
            if (isFree(lease.get())) {
                hold(lease.get());
                return true;
            }
            return false;
        } catch (ApiException e) {
            if (e.code() == 409) {
                return false;
            }
            throw e;
        }
    }

    private Optional<JsonNode> read() throws IOException {
        try (var answer = server.open(path(), patience)) {
            return Optional.of(Json.MAPPER.readTree(answer));
        } catch (ApiException e) {
            if (e.code() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isFree(JsonNode lease) {
        var version = lease.path("metadata").path("resourceVersion").asText();
        long now = context.nanoTime().getAsLong();
        if (!version.equals(seenVersion)) {
            seenVersion = version;
            seenAtNanos = now;
        }
        var holder = lease.path("spec").path("holderIdentity").asText();
        return holder.isEmpty()
                || holder.equals(place.identity())
                || now - seenAtNanos >= terms.duration().toNanos();
    }

    private void create() throws IOException {
        var lease = Json.MAPPER.createObjectNode();
        lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata").put("name", place.name()).put("namespace", place.namespace());
        acquired(held(lease.putObject("spec"), place.identity()), 0);
        server.write("POST", ApiPath.of(LEASES, place.namespace()), "application/json", lease.toString(), patience);
    }

    private void hold(JsonNode lease) throws IOException {
        var patch = patch(lease);
        var spec = held(patch.putObject("spec"), place.identity());
        if (!isMine(lease)) {
            acquired(spec, lease.path("spec").path("leaseTransitions").asInt() + 1);
        }
        send(patch);
    }

    private void release() {
        try {
            var lease = read();
            if (lease.isPresent() && isMine(lease.get())) {
                var patch = patch(lease.get());
                held(patch.putObject("spec"), "");
                send(patch);
            }
        } catch (IOException e) {
            LOG.warn("The Lease {} was not given up; it runs out by itself: {}", place.name(), e.getMessage());
        }
    }

    private boolean isMine(JsonNode lease) {
        return lease.path("spec").path("holderIdentity").asText().equals(place.identity());
    }

    /// What somebody else has changed meanwhile is refused with 409.
    private static ObjectNode patch(JsonNode lease) {
        var patch = Json.MAPPER.createObjectNode();
        patch.putObject("metadata")
                .put(
                        "resourceVersion",
                        lease.path("metadata").path("resourceVersion").asText());
        return patch;
    }

    private ObjectNode held(ObjectNode spec, String holder) {
        return spec.put("holderIdentity", holder)
                .put("leaseDurationSeconds", (int) Math.max(1, terms.duration().toSeconds()))
                .put("renewTime", now());
    }

    private void acquired(ObjectNode spec, int transitions) {
        spec.put("acquireTime", now()).put("leaseTransitions", transitions);
    }

    private void send(ObjectNode patch) throws IOException {
        server.write("PATCH", path(), "application/merge-patch+json", patch.toString(), patience);
    }

    private String now() {
        return Json.micros(context.clock().instant());
    }

    private String path() {
        return ApiPath.of(LEASES + "/%s", place.namespace(), place.name());
    }
}
