package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.cluster.NodePlatform;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the API server can resize pods in place, as it tells of itself; asked once in [#INTERVAL], so that an
/// upgrade is noticed.
///
/// | `GET /api/v1` | so |
/// |---|---|
/// | names `pods/resize` | it can |
/// | names `pods`, but not `pods/resize` | it cannot; by `/version` it is told what to do |
/// | anything else, or no answer | it is as it was known before, or else not known; the log says so once |
///
/// What is not known holds nothing up: the dry run of the first change tells then. One thread asks; any may read
/// [#state].
public final class ApiResizeSupport {

    public static final Duration INTERVAL = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(ApiResizeSupport.class);
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(10));
    private static final String WITHOUT =
            "; until then it is only recommended, and new pods are sized where the webhook is installed";

    /// What is known.
    public sealed interface State {

        /// Nothing was told yet.
        record Unknown() implements State {}

        /// Pods can be resized in place, as far as the API server goes.
        record There() implements State {}

        /// They cannot.
        ///
        /// @param message why, and what to do
        record Missing(String message) implements State {}

        /// Why it cannot resize, and what to do; empty where it can, and where that is not known.
        default Optional<String> lacking() {
            return this instanceof Missing(var message) ? Optional.of(message) : Optional.empty();
        }
    }

    private final ApiServer server;
    private final LongSupplier nanoTime;
    private volatile State state = new State.Unknown();
    private boolean isAsked;
    private boolean isWarned;
    private long askedNanos;

    /// @param server its owner closes it
    /// @param nanoTime a time that only goes on
    public ApiResizeSupport(ApiServer server, LongSupplier nanoTime) {
        this.server = server;
        this.nanoTime = nanoTime;
    }

    /// What was found last; asks nobody.
    public State state() {
        return state;
    }

    /// What is lacking, as far as it is known. Asks when it is time to.
    public Optional<String> lacking() {
        if (!isAsked || nanoTime.getAsLong() - askedNanos >= INTERVAL.toNanos()) {
            isAsked = true;
            askedNanos = nanoTime.getAsLong();
            look();
        }
        return state.lacking();
    }

    private void look() {
        try {
            var found = ask(server);
            if (!found.equals(state) && found instanceof State.Missing(var message)) {
                LOG.warn("No pod is resized in place: {}", message);
            } else if (!found.equals(state) && state instanceof State.Missing) {
                LOG.info("The API server can resize pods in place now");
            }
            isWarned = false;
            state = found;
        } catch (IOException e) {
            if (!isWarned) {
                LOG.warn(
                        "Whether the API server can resize pods in place could not be asked, and holds nothing up; the"
                                + " dry run of the first change tells otherwise: {}",
                        e.getMessage());
            }
            isWarned = true;
        }
    }

    /// Asks once.
    ///
    /// @throws IOException when it is not told
    public static State ask(ApiServer server) throws IOException {
        boolean isList = false;
        for (var resource : read(server, "/api/v1").path("resources")) {
            var name = resource.path("name").asText();
            if (name.equals("pods/resize")) {
                return new State.There();
            }
            isList |= name.equals("pods");
        }
        if (!isList) {
            throw new IOException("the answer to /api/v1 names no pods");
        }
        return new State.Missing(sentence(version(server)) + WITHOUT);
    }

    private static String sentence(String version) {
        var which = "this API server" + (version.isEmpty() ? "" : " (" + version + ")")
                + " cannot resize pods in place, it has no pods/resize: ";
        var platform = new NodePlatform("", version, NodePlatform.CpuManager.UNTOLD);
        if (version.isEmpty() || platform.isOld()) {
            return which + "upgrade it to Kubernetes 1.33 or later";
        }
        return which + "switch on the feature gate InPlacePodVerticalScaling of kube-apiserver and of the kubelets";
    }

    /// Empty where it cannot be told.
    private static String version(ApiServer server) {
        try {
            return read(server, "/version").path("gitVersion").asText();
        } catch (IOException e) {
            LOG.debug("The version of the API server is not told", e);
            return "";
        }
    }

    private static JsonNode read(ApiServer server, String path) throws IOException {
        try (var answer = server.open(path, PATIENCE)) {
            return Json.MAPPER.readTree(answer);
        }
    }
}
