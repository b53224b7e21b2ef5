package io.plimsoll.app.resize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.usage.ContainerQueries;
import io.plimsoll.kubernetes.usage.PrometheusApi;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.Recommender;
import io.plimsoll.model.recommendation.SizingCase;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/// Recommends from what a Prometheus remembers, without a cluster. Belongs to one thread.
///
/// The window is read piece by piece, the oldest first, so that a piece of all containers' samples is all that is held
/// beside a history of 1 KiB for each container of a workload.
final class PrometheusRecommendations {

    /// Twenty-four points of each series at the standard step.
    private static final Duration PIECE = Duration.ofHours(2);

    private static final String SOURCE = "prometheus";
    private static final long MIB = 1L << 20;

    private final PrometheusApi prometheus;
    private final Range range;
    private final Recommender recommender;
    private final String namespaceMatcher;
    private final PodOwners owners = new PodOwners();
    private final Map<ContainerKey, Resources> requests = new HashMap<>();
    /// Containers among their pods' initContainers, and when they run.
    private final Map<ContainerKey, ContainerRole> roles = new HashMap<>();
    private final Map<Owner, Map<String, ContainerRole>> rolesByWorkload = new HashMap<>();
    private final SortedMap<Owner, SortedMap<String, ContainerHistory>> histories = new TreeMap<>();
    private final Map<Owner, Map<String, Resources>> asked = new HashMap<>();

    /// @param endMillis epoch milliseconds
    record Range(long endMillis, Duration window, Duration step) {

        Range {
            if (step.toSeconds() < 15 || step.compareTo(PIECE) > 0 || window.compareTo(step) < 0) {
                throw new IllegalArgumentException(
                        "step must be within 15 s and 2 h and not above the window: " + step + ", " + window);
            }
        }
    }

    private record ContainerKey(PodKey pod, String container) {}

    /// One sample while both of its halves are read.
    private static final class Point {
        private double cpuMillis = Double.NaN;
        private double memoryBytes = Double.NaN;
    }

    /// @param namespace empty for all
    PrometheusRecommendations(
            PrometheusApi prometheus, Range range, Recommender recommender, Optional<String> namespace) {
        this.prometheus = prometheus;
        this.range = range;
        this.recommender = recommender;
        this.namespaceMatcher =
                namespace.map(name -> ",namespace=\"" + name + "\"").orElse("");
    }

    /// Whether owners were guessed from the names of pods.
    boolean isGuessed() {
        return owners.isEmpty();
    }

    /// In the shape of `WorkloadRecommendation` objects.
    ///
    /// @param progress told how many percent of the window are read
    ///
    /// @throws IOException when Prometheus refuses or does not answer
    List<JsonNode> read(LongConsumer progress) throws IOException {
        readOwners();
        readRequests();
        readRoles();
        long begin = range.endMillis() - range.window().toMillis();
        for (long from = begin; from < range.endMillis(); from += PIECE.toMillis()) {
            long to = Math.min(range.endMillis(), from + PIECE.toMillis());
            readPiece(from, to == range.endMillis() ? to : to - 1);
            progress.accept(100 * (to - begin) / range.window().toMillis());
        }
        var found = new ArrayList<JsonNode>();
        histories.forEach((workload, containers) -> found.add(recommendation(workload, containers)));
        return found;
    }

    // Who owns what, and what it asks for

    private void readOwners() throws IOException {
        last(
                "kube_pod_owner{owner_is_controller=\"true\"" + namespaceMatcher + "}",
                (labels, at, value) ->
                        owners.pod(pod(labels), label(labels, "owner_kind"), label(labels, "owner_name")));
        last(
                "kube_replicaset_owner{owner_is_controller=\"true\"" + namespaceMatcher + "}",
                (labels, at, value) -> parent(labels, "ReplicaSet", label(labels, "replicaset")));
        last(
                "kube_job_owner{owner_is_controller=\"true\"" + namespaceMatcher + "}",
                (labels, at, value) -> parent(labels, "Job", label(labels, "job_name")));
    }

    private void parent(Map<String, String> labels, String kind, String name) {
        owners.parent(
                new Owner(label(labels, "namespace"), kind, name),
                label(labels, "owner_kind"),
                label(labels, "owner_name"));
    }

    /// Older versions of kube-state-metrics do not tell which of them are sidecars: then all count as those that
    /// end before the others start.
    private void readRoles() throws IOException {
        last(
                "kube_pod_init_container_info{container!=\"\"" + namespaceMatcher + "}",
                (labels, at, value) -> roles.put(
                        key(labels),
                        label(labels, "restart_policy").equals("Always") ? ContainerRole.SIDECAR : ContainerRole.INIT));
    }

    private void readRequests() throws IOException {
        readRequests("kube_pod_container_resource_requests");
        readRequests("kube_pod_init_container_resource_requests");
    }

    private void readRequests(String metric) throws IOException {
        last(metric + "{resource=~\"cpu|memory\"" + namespaceMatcher + "}", (labels, at, value) -> {
            boolean isCpu = label(labels, "resource").equals("cpu");
            var amount = isCpu ? new Resources(Math.round(value * 1000), 0) : new Resources(0, Math.round(value));
            requests.merge(key(labels), amount, Resources::max);
        });
    }

    private void last(String selector, EachPoint each) throws IOException {
        prometheus.instant(
                "last_over_time(" + selector + "[" + range.window().toSeconds() + "s])", series -> hand(series, each));
    }

    /// What is done with one point of one series.
    private interface EachPoint {
        void take(Map<String, String> labels, long atMillis, double value);
    }

    private static void hand(PrometheusApi.Series series, EachPoint each) {
        series.forEach((seconds, value) -> {
            if (Double.isFinite(seconds) && Double.isFinite(value)) {
                each.take(series.labels(), Math.round(seconds * 1000), value);
            }
        });
    }

    // What it used

    private void readPiece(long fromMillis, long toMillis) throws IOException {
        var points = new TreeMap<Long, Map<ContainerKey, Point>>();
        var piece = new PrometheusApi.Range(fromMillis, toMillis, range.step().toMillis());
        prometheus.range(
                cpuQuery(),
                piece,
                series -> hand(series, (labels, at, value) -> point(points, labels, at).cpuMillis = value));
        prometheus.range(
                memoryQuery(),
                piece,
                series -> hand(series, (labels, at, value) -> point(points, labels, at).memoryBytes = value));
        points.forEach((at, containers) -> containers.forEach((key, point) -> count(key, at, point)));
    }

    private static Point point(Map<Long, Map<ContainerKey, Point>> points, Map<String, String> labels, long at) {
        return points.computeIfAbsent(at, time -> new HashMap<>()).computeIfAbsent(key(labels), key -> new Point());
    }

    /// A rate over less than two scrapes is none, so it is taken over five minutes at least.
    private String cpuQuery() {
        return ContainerQueries.cpuMillis(
                ContainerQueries.CONTAINERS + namespaceMatcher,
                Math.max(300, range.step().toSeconds()) + "s");
    }

    private String memoryQuery() {
        return ContainerQueries.ofEach("max_over_time(container_memory_working_set_bytes{" + ContainerQueries.CONTAINERS
                + namespaceMatcher + "}[" + range.step().toSeconds() + "s])");
    }

    private void count(ContainerKey key, long atMillis, Point point) {
        if (!(point.cpuMillis >= 0) || !(point.memoryBytes > 0)) {
            return;
        }
        owners.of(key.pod()).ifPresent(workload -> {
            histories
                    .computeIfAbsent(workload, owner -> new TreeMap<>())
                    .computeIfAbsent(key.container(), name -> new ContainerHistory())
                    .add(
                            new ContainerUsage(
                                    key.pod(),
                                    key.container(),
                                    new Sample(point.cpuMillis, atMillis, SOURCE),
                                    new Sample(point.memoryBytes, atMillis, SOURCE)),
                            range.endMillis());
            Optional.ofNullable(roles.get(key))
                    .ifPresent(role -> rolesByWorkload
                            .computeIfAbsent(workload, owner -> new HashMap<>())
                            .put(key.container(), role));
            asked.computeIfAbsent(workload, owner -> new HashMap<>())
                    .merge(
                            key.container(),
                            requests.getOrDefault(key, Resources.NONE),
                            (before, now) -> now.isZero() ? before : now);
        });
    }

    private static ContainerKey key(Map<String, String> labels) {
        return new ContainerKey(pod(labels), label(labels, "container"));
    }

    private static PodKey pod(Map<String, String> labels) {
        return new PodKey(label(labels, "namespace"), label(labels, "pod"));
    }

    private static String label(Map<String, String> labels, String name) {
        return labels.getOrDefault(name, "");
    }

    // What it should ask for

    private ObjectNode recommendation(Owner workload, SortedMap<String, ContainerHistory> containers) {
        var node = Json.MAPPER.createObjectNode();
        node.putObject("metadata").put("namespace", workload.namespace());
        node.putObject("spec")
                .putObject("workload")
                .put("kind", workload.kind())
                .put("name", workload.name());
        var list = node.putObject("status").putArray("containers");
        containers.forEach((name, history) -> {
            var now = asked.getOrDefault(workload, Map.of()).getOrDefault(name, Resources.NONE);
            var spec = spec(workload, name, now);
            write(
                    list.addObject(),
                    now,
                    recommender
                            .recommend(new SizingCase(
                                    spec,
                                    history,
                                    ContainerSizing.DEFAULT,
                                    containers.size(),
                                    List.of(),
                                    range.endMillis()))
                            .as(spec.role()));
        });
        return node;
    }

    private ContainerSpec spec(Owner workload, String name, Resources requests) {
        var spec = new ContainerSpec(name, requests, Resources.NONE);
        return switch (rolesByWorkload.getOrDefault(workload, Map.of()).getOrDefault(name, ContainerRole.MAIN)) {
            case MAIN -> spec;
            case SIDECAR -> spec.asSidecar();
            case INIT -> spec.asInit();
        };
    }

    private static void write(ObjectNode node, Resources now, ContainerRecommendation found) {
        node.put("container", found.container());
        if (found.role() != ContainerRole.MAIN) {
            node.put("init", true);
        }
        write(node, "current", now);
        write(node, "target", found.target());
        node.put("confidencePercent", (int)
                (100 * Math.min(found.cpu().confidence(), found.memory().confidence())));
        node.put("source", SOURCE);
        node.put(
                "message",
                "CPU: " + found.cpu().sentence() + ". Memory: " + found.memory().sentence() + ".");
    }

    private static void write(ObjectNode node, String field, Resources amounts) {
        if (!amounts.isZero()) {
            node.putObject(field)
                    .put("cpu", amounts.cpuMillis() + "m")
                    .put("memory", Math.ceilDiv(amounts.memoryBytes(), MIB) + "Mi");
        }
    }
}
