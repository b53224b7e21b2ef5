package io.plimsoll.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.Reflectors;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The labels of workloads that are not watched: objects of any kind that own pods, or owners of pods, and can be
/// scaled. Of the kinds that own pods now, and of no others, it lists the objects' metadata:
///
/// | a kind | is listed |
/// |---|---|
/// | that owns pods for the first time | within a minute |
/// | of which a workload is there that was not on the last list | within a minute |
/// | any other, and one that may not be listed or is not to be found | every five minutes |
///
/// What was read last holds for 15 minutes while it cannot be read again; where it is forbidden, or the kind is not to
/// be found, labels are unknown at once. Any thread may ask.
public final class CustomOwners implements Function<Owner, WorkloadLabels>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CustomOwners.class);
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final String REMEDY =
            "; grant the service account list on them, as manifests/overlays/custom-owners/rbac.yaml does";
    private static final Duration BEFORE_SYNC = Duration.ofMillis(200);
    private static final Duration TURN = Duration.ofMinutes(1);
    private static final Duration REST = Duration.ofMinutes(5);
    private static final Duration HELD_MAX = Duration.ofMinutes(15);

    private final ApiServer server;
    private final Supplier<ClusterImage> images;
    private final LoopContext context;
    private final LoopThread thread;
    private final KindDiscovery discovery;
    private volatile Map<String, Reading> readings = Map.of();

    /// What was found of a kind.
    ///
    /// @param labels of the workloads that were there, as of the last list that ended
    /// @param readAtNanos when that was asked for
    /// @param trouble why it could not be listed the last time, if so
    /// @param askedAtNanos when that was
    private record Reading(
            Map<Owner, Map<String, String>> labels, long readAtNanos, Optional<String> trouble, long askedAtNanos) {}

    /// @param server its owner closes it
    public CustomOwners(ApiServer server, Supplier<ClusterImage> images, LoopContext context) {
        this.server = server;
        this.images = images;
        this.context = context;
        this.discovery = new KindDiscovery(server, context.nanoTime(), REST);
        this.thread = LoopThread.ofTurns("custom-owners", context.pauses(), this::turn);
    }

    public void start() {
        thread.start();
    }

    /// What the loop has died of, if it has.
    public Optional<String> problem() {
        return thread.problem();
    }

    @Override
    public void close() {
        thread.end();
    }

    @Override
    public WorkloadLabels apply(Owner workload) {
        var reading = readings.get(workload.kind());
        if (reading == null) {
            return new WorkloadLabels.Unknown(unread(workload.kind()));
        }
        var labels = reading.labels().get(workload);
        return labels == null
                ? new WorkloadLabels.Unknown(reading.trouble()
                        .orElseGet(() -> "the last list of kind " + workload.kind() + " has none of that name"))
                : new WorkloadLabels.Known(labels);
    }

    private static String unread(String kind) {
        return Reflectors.OWNER_KINDS.contains(kind)
                ? "no " + kind + " of Kubernetes' own has that name, and those of other API groups are not read"
                : "labels of kind " + kind + " were not read yet";
    }

    // The loop

    Duration turn() {
        var image = images.get();
        if (image.confirmedAtMillis() == 0) {
            return BEFORE_SYNC;
        }
        discovery.beginTurn();
        var next = new TreeMap<String, Reading>();
        wanted(image).forEach((kind, workloads) -> next.put(kind, reading(kind, workloads)));
        readings = Collections.unmodifiableMap(next);
        return TURN;
    }

    private static Map<String, Set<Owner>> wanted(ClusterImage image) {
        var wanted = new TreeMap<String, Set<Owner>>();
        for (var workload : image.workloads()) {
            var owner = workload.owner();
            if (!Reflectors.OWNER_KINDS.contains(owner.kind()) && !owner.kind().equals("Pod") && !owner.isNode()) {
                wanted.computeIfAbsent(owner.kind(), _ -> new HashSet<>()).add(owner);
            }
        }
        return wanted;
    }

    private Reading reading(String kind, Set<Owner> workloads) {
        var before = Optional.ofNullable(readings.get(kind));
        long nowNanos = context.nanoTime().getAsLong();
        if (before.isPresent() && !isDue(before.get(), workloads, nowNanos)) {
            return before.get();
        }
        try {
            return new Reading(read(kind, workloads), nowNanos, Optional.empty(), nowNanos);
        } catch (IOException | RuntimeException e) {
            return troubled(kind, e, before, nowNanos);
        }
    }

    private static boolean isDue(Reading before, Set<Owner> workloads, long nowNanos) {
        boolean isOneMissing =
                before.trouble().isEmpty() && !before.labels().keySet().containsAll(workloads);
        return isOneMissing || nowNanos - before.askedAtNanos() >= REST.toNanos();
    }

    private Map<Owner, Map<String, String>> read(String kind, Set<Owner> workloads) throws IOException {
        var place = discovery.place(kind);
        var labels = new HashMap<Owner, Map<String, String>>();
        try {
            ApiPages.readMetadata(server, place.path(), PATIENCE, object -> {
                var metadata = object.path("metadata");
                var owner = new Owner(
                        metadata.path("namespace").asText(),
                        kind,
                        metadata.path("name").asText());
                if (workloads.contains(owner)) {
                    labels.put(owner, labels(metadata));
                }
            });
        } catch (ApiException e) {
            throw e.isDenied() ? new ApiException(e.getMessage() + REMEDY, e.code()) : e;
        }
        return Collections.unmodifiableMap(labels);
    }

    private static Map<String, String> labels(JsonNode metadata) {
        var labels = new HashMap<String, String>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return Collections.unmodifiableMap(labels);
    }

    private static Reading troubled(String kind, Exception cause, Optional<Reading> before, long nowNanos) {
        var trouble = "labels of kind " + kind + " cannot be read: " + cause.getMessage();
        if (!Thread.currentThread().isInterrupted()
                && !before.flatMap(Reading::trouble).equals(Optional.of(trouble))) {
            LOG.info("Policies that select by labels leave workloads alone: {}", trouble);
        }
        return before.filter(last -> isPassing(cause) && nowNanos - last.readAtNanos() < HELD_MAX.toNanos())
                .map(last -> new Reading(last.labels(), last.readAtNanos(), Optional.of(trouble), nowNanos))
                .orElseGet(() -> new Reading(Map.of(), nowNanos, Optional.of(trouble), nowNanos));
    }

    /// Whether what was read before is still worth something.
    private static boolean isPassing(Exception cause) {
        return switch (cause) {
            case KindDirectory.NoPlace _ -> false;
            case ApiException refusal -> !refusal.isDenied() && refusal.code() != 404;
            default -> true;
        };
    }
}
