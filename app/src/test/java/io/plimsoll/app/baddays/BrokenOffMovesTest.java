package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static io.plimsoll.testbed.controlplane.LyingMetricsServer.node;
import static io.plimsoll.testbed.controlplane.LyingMetricsServer.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.plimsoll.app.Kubectl;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.testbed.controlplane.Component;
import io.plimsoll.testbed.controlplane.LyingMetricsServer;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// One plan of four moves, in the middle of which the API server is away and the acting replica is killed.
@BadDays
class BrokenOffMovesTest {

    private static final List<String> WORKLOADS = List.of("ant", "bee", "cat", "dog");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final JsonMapper JSON = new JsonMapper();

    private static final ServeOptions MOVER = ServeOptions.DEFAULT.with(Stream.of(
                    "roles=extender,rebalancer",
                    "usage.interval-seconds=1",
                    "rightsizer.lease.namespace=default",
                    "rightsizer.lease.duration-seconds=4",
                    "rightsizer.lease.renew-deadline-seconds=2",
                    "rightsizer.lease.retry-millis=200",
                    "rebalancer.lease.name=broken-off",
                    "rebalancer.approval=automatic",
                    "rebalancer.interval-seconds=1")
            .flatMap(setting -> Stream.of("--set", setting))
            .toArray(String[]::new));

    @Test
    void plan_apiServerAwayAndThenTheLeaderKilledInTheMiddle_isCarriedOutToItsEnd_andEachPodIsEvictedOnce(
            Roadstead roadstead) throws Exception {
        CustomResources.serve(roadstead.controlPlane());
        var kubectl = new Kubectl(roadstead.controlPlane());
        var namespace = roadstead.newNamespace();
        // The stock scheduler spreads them: a hot node has one of the four, or two. What one uses is less than is too
        // much there, so that both are to go.
        roadstead.controlPlane().restartScheduler(SchedulerSettings.stock());
        for (var workload : WORKLOADS) {
            roadstead.deploy(namespace, workload, 2);
            roadstead.awaitBound(namespace, workload, 2);
            MovePlanTest.guard(roadstead, namespace, workload, workload, 1, 2);
        }
        eventually().ignoreExceptions().untilAsserted(() -> MovePlanTest.bindAnHourAgo(roadstead, namespace));
        var before = pods(roadstead, namespace);
        var hogs = firstOfEachWorkload(before);
        var hot = hogs.stream().map(hog -> hog.getSpec().getNodeName()).toList();
        try (var metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
                var first = ServedPlimsoll.start(roadstead, MOVER);
                var second = ServedPlimsoll.start(roadstead, MOVER)) {
            roadstead.scheduleWith(first.schedulerPort());
            metrics.sayOf(
                    roadstead.nodes(), name -> node(name, hot.contains(name) ? "15800m" : "1", "4Gi", Instant.now()));
            metrics.sayOfPods(() -> hogs.stream()
                    .map(hog -> pod(namespace, hog.getMetadata().getName(), "2400m", "1Gi", Instant.now()))
                    .toList());
            awaitMoves(kubectl, 1);

            roadstead.controlPlane().kill(Component.API_SERVER);
            roadstead.controlPlane().kill(Component.CONTROLLER_MANAGER);
            // Longer than any replica may go on acting that cannot renew.
            eventually().until(() -> Stream.of(first, second).noneMatch(BrokenOffMovesTest::isActing));
            roadstead.controlPlane().startAgain(Component.API_SERVER);
            roadstead.controlPlane().startAgain(Component.CONTROLLER_MANAGER);
            awaitMoves(kubectl, 2);
            assertThat(phases(kubectl)).contains("Planned");
            eventually().until(() -> isActing(first) != isActing(second));
            var leader = isActing(first) ? first : second;
            leader.kill();

            eventually()
                    .atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(plan(kubectl).at("/status/phase").asText())
                                    .isEqualTo("Completed"));
            // A move that was cut off before its eviction was sent is not made.
            assertThat(phases(kubectl)).isSubsetOf("Landed", "Refused").contains("Landed", "Landed");
            // Which node is the last to be found hot may come too late for the plan.
            assertThat(hogs.stream().map(hog -> hog.getMetadata().getUid()))
                    .containsAll(plan(kubectl).at("/spec/moves").findValuesAsText("uid"));
            // Whoever was not planned is there still, and so is each replacement that is recorded: nobody went twice.
            var expected = new TreeMap<>(before);
            landed(kubectl).forEach(expected::remove);
            var names = Stream.concat(expected.keySet().stream(), replacements(kubectl).stream());
            assertThat(pods(roadstead, namespace).keySet()).containsExactlyInAnyOrderElementsOf(names.toList());
        } finally {
            roadstead.forget(namespace);
            kubectl.run("delete", "rebalanceplans", "--all");
        }
    }

    private static boolean isActing(ServedPlimsoll plimsoll) {
        return plimsoll.metrics().sum("plimsoll_move_acting") == 1;
    }

    private static Map<String, Pod> pods(Roadstead roadstead, String namespace) {
        var pods = new TreeMap<String, Pod>();
        roadstead
                .client()
                .pods()
                .inNamespace(namespace)
                .list()
                .getItems()
                .forEach(pod -> pods.put(pod.getMetadata().getName(), pod));
        return pods;
    }

    private static List<Pod> firstOfEachWorkload(Map<String, Pod> pods) {
        return WORKLOADS.stream()
                .map(workload -> pods.values().stream()
                        .filter(pod ->
                                workload.equals(pod.getMetadata().getLabels().get("app")))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    /// Waits until so many moves of the plan are made.
    private static void awaitMoves(Kubectl kubectl, int count) {
        eventually()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> phases(kubectl),
                        phases -> phases.stream().filter("Landed"::equals).count() >= count);
    }

    private static List<String> phases(Kubectl kubectl) throws Exception {
        return StreamSupport.stream(plan(kubectl).at("/status/moves").spliterator(), false)
                .map(move -> move.path("phase").asText())
                .toList();
    }

    private static List<String> replacements(Kubectl kubectl) throws Exception {
        return StreamSupport.stream(plan(kubectl).at("/status/moves").spliterator(), false)
                .map(move -> move.at("/replacement/name").asText())
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /// The pods whose replacements are ready, by name.
    private static List<String> landed(Kubectl kubectl) throws Exception {
        var plan = plan(kubectl);
        var uids = StreamSupport.stream(plan.at("/status/moves").spliterator(), false)
                .filter(move -> move.path("phase").asText().equals("Landed"))
                .map(move -> move.path("uid").asText())
                .toList();
        return StreamSupport.stream(plan.at("/spec/moves").spliterator(), false)
                .filter(move -> uids.contains(move.path("uid").asText()))
                .map(move -> move.path("name").asText())
                .toList();
    }

    /// The only one that there is.
    private static JsonNode plan(Kubectl kubectl) throws Exception {
        var plans = JSON.readTree(kubectl.run("get", "rebalanceplans", "-o", "json"))
                .path("items");
        assertThat(plans).hasSize(1);
        return plans.path(0);
    }
}
