package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Writes events of `events.k8s.io/v1`, which `kubectl describe` and `kubectl events` show. Any thread may use it.
///
/// An object is asked for its uid first, since `kubectl describe` looks for that; where it may not be read, or its
/// kind is none that is known here, the event goes without.
public final class ApiEvents {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(10));
    private static final int NOTE_BYTES_MAX = 1024;
    private static final String CUT = "…";
    private static final int NAME_CHARS_MAX = 230;
    private static final String EVERYWHERE = "default";

    private static final Map<String, String> VERSIONS = Map.of(
            "Pod", "v1",
            "Node", "v1",
            "Deployment", "apps/v1",
            "ReplicaSet", "apps/v1",
            "StatefulSet", "apps/v1",
            "DaemonSet", "apps/v1",
            "Job", "batch/v1",
            "CronJob", "batch/v1",
            "OptimizationPolicy", PlimsollApi.API_VERSION,
            "ClusterOptimizationPolicy", PlimsollApi.API_VERSION);

    /// Who reports what it does.
    public enum Reporter {
        RIGHTSIZER("plimsoll.io/rightsizer", "Resize"),
        REBALANCER("plimsoll.io/rebalancer", "Move");

        private final String controller;
        private final String action;

        Reporter(String controller, String action) {
            this.controller = controller;
            this.action = action;
        }
    }

    /// What an event is about.
    ///
    /// @param namespace empty for an object of the whole cluster
    public record Subject(String namespace, String kind, String name) {}

    public enum Severity {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String label;

        Severity(String label) {
            this.label = label;
        }
    }

    /// @param related what else has to do with it
    /// @param reason in one word for programs
    /// @param note in words for people
    public record Happening(Subject regarding, Subject related, Severity severity, String reason, String note) {}

    private final ApiServer server;
    private final Reporter reporter;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final String instance;

    /// @param server its owner closes it
    /// @param instance which replica reports
    public ApiEvents(
            ApiServer server, Reporter reporter, InstantSource clock, RandomGenerator random, String instance) {
        this.server = server;
        this.reporter = reporter;
        this.clock = clock;
        this.random = random;
        this.instance = instance.substring(0, Math.min(instance.length(), 128));
    }

    /// Writes a first event, and yields its path for [#repeat].
    ///
    /// @throws IOException when the API server refuses or does not answer
    public String create(Happening happening) throws IOException {
        var name = name(happening.regarding());
        var namespace = namespace(happening.regarding());
        var event = Json.MAPPER.createObjectNode();
        event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
        event.putObject("metadata").put("name", name).put("namespace", namespace);
        event.put("eventTime", now())
                .put("reportingController", reporter.controller)
                .put("reportingInstance", instance)
                .put("action", reporter.action)
                .put("reason", happening.reason())
                .put("type", happening.severity().label)
                .put("note", clipped(happening.note()));
        reference(event.putObject("regarding"), happening.regarding());
        reference(event.putObject("related"), happening.related());
        server.write("POST", path(namespace), "application/json", event.toString(), PATIENCE);
        return path(namespace) + "/" + name;
    }

    /// Says that the same has happened so many times by now, in place of further events.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void repeat(String path, int times) throws IOException {
        var patch = Json.MAPPER.createObjectNode();
        patch.putObject("series").put("count", times).put("lastObservedTime", now());
        server.write("PATCH", path, "application/merge-patch+json", patch.toString(), PATIENCE);
    }

    private String name(Subject subject) {
        // A part of a name may not end in a dash.
        var name = subject.name()
                .substring(0, Math.min(subject.name().length(), NAME_CHARS_MAX))
                .replaceFirst("[.-]+$", "");
        return name + "." + Long.toHexString(random.nextLong() | Long.MIN_VALUE);
    }

    /// Events of objects of the whole cluster are where the API server wants them.
    private static String namespace(Subject subject) {
        return subject.namespace().isEmpty() ? EVERYWHERE : subject.namespace();
    }

    private void reference(ObjectNode into, Subject subject) {
        into.put("kind", subject.kind()).put("name", subject.name());
        if (!subject.namespace().isEmpty()) {
            into.put("namespace", subject.namespace());
        }
        Optional.ofNullable(VERSIONS.get(subject.kind())).ifPresent(version -> {
            into.put("apiVersion", version);
            uid(subject, version).ifPresent(uid -> into.put("uid", uid));
        });
    }

    private Optional<String> uid(Subject subject, String version) {
        var group = version.contains("/") ? "/apis/" + version : "/api/" + version;
        var place = subject.namespace().isEmpty() ? "" : ApiPath.of("/namespaces/%s", subject.namespace());
        var path = group + place + ApiPath.of("/%s/%s", plural(subject.kind()), subject.name());
        try (var answer = server.open(path, PATIENCE)) {
            return Optional.of(Json.MAPPER.readTree(answer).at("/metadata/uid").asText())
                    .filter(uid -> !uid.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String plural(String kind) {
        var lower = kind.toLowerCase(Locale.ROOT);
        return lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
    }

    private static String clipped(String note) {
        if (bytes(note) <= NOTE_BYTES_MAX) {
            return note;
        }
        int end = note.length();
        while (bytes(note.substring(0, end)) > NOTE_BYTES_MAX - bytes(CUT)) {
            end = note.offsetByCodePoints(end, -1);
        }
        return note.substring(0, end) + CUT;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private String now() {
        return Json.micros(clock.instant());
    }

    private static String path(String namespace) {
        return ApiPath.of("/apis/events.k8s.io/v1/namespaces/%s/events", namespace);
    }
}
