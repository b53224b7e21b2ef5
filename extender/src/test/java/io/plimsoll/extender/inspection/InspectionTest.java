package io.plimsoll.extender.inspection;

import static io.plimsoll.extender.Clusters.cluster;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.plimsoll.extender.Clusters;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.Requests;
import io.plimsoll.extender.RunningExtender;
import io.plimsoll.extender.decision.DecisionLog;
import io.plimsoll.extender.inspection.PodRanking.RankedNode;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.StayReason;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.regime.RegimeView;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InspectionTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OPEN = "no other plan is made before moves-1 has ended";
    private static final String DEPLOYMENT = """
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              template:
                spec:
                  containers: [{name: c, resources: {requests: {cpu: 500m, memory: 1Gi}}}]
            """;

    private static ClusterImage image() {
        return cluster()
                .node("calm", 0.3, 0.3)
                .node("hot", 0.97, 0.3)
                .node("warm", 0.5, 0.8)
                .pod("a", "calm", 1_000)
                .pod("b", "hot", 3_900)
                .pod("c", "warm", 2_000)
                .image();
    }

    @Test
    void nodes_asJson_tellSignalsWithAgeAndSource() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var nodes = JSON.readTree(extender.get("/inspect/nodes").body());

            assertThat(nodes).hasSize(3);
            var cpu = nodes.get(0).path("signals").path("cpu-usage-millis");
            assertThat(cpu).isEqualTo(JSON.readTree("{\"value\":1200.0,\"ageMillis\":0,\"source\":\"test\"}"));
        }
    }

    /// One pod of 1000m without a history: 1000 ± 1000; and one measurement of 30 % of 4 cores: no deviation yet.
    @Test
    void node_asJson_tellsMeansAndDeviationsApart() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var node = JSON.readTree(extender.get("/inspect/nodes/calm").body());

            assertThat(node.path("expectedCpuMillis"))
                    .isEqualTo(JSON.readTree("{\"mean\":1000.0,\"deviation\":1000.0}"));
            assertThat(node.path("measuredCpuMillis")).isEqualTo(JSON.readTree("{\"mean\":1200.0,\"deviation\":0.0}"));
        }
    }

    /// Its pod asks for 64 MiB; 30 % of 16 GiB are 4915 MiB.
    @Test
    void node_asTable_showsMeasuredAndExpectedUse() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var table = extender.get("/inspect/nodes/calm?format=table").body();

            assertThat(table.lines().map(line -> line.split("  +")))
                    .contains(
                            new String[] {"USE", "CPU", "DEVIATION", "MEMORY", "DEVIATION"},
                            new String[] {"measured", "1200m", "0m", "4915Mi", "0Mi"},
                            new String[] {"expected of pods", "1000m", "1000m", "64Mi", "64Mi"});
        }
    }

    @Test
    void node_neverMeasured_showsThatInsteadOfZeros() {
        var inspection = inspectionAt(cluster().unmeasured("new").image(), Clusters.NOW_MILLIS);

        assertThat(Tables.node(inspection.node("new").orElseThrow())).containsPattern("measured +\\? +\\? +\\? +\\?");
    }

    /// That there are no siblings of a pod without a workload says nothing of the node.
    @Test
    void node_scoresWhatHoldsForAnyPod_withItsParts() {
        var inspection = inspectionAt(image(), Clusters.NOW_MILLIS);

        var calm = inspection.node("calm").orElseThrow();
        var warm = inspection.node("warm").orElseThrow();

        assertThat(calm.parts())
                .containsKeys("packing", "memory-pressure", "stability")
                .doesNotContainKey("siblings");
        assertThat(calm.parts().getOrDefault("memory-pressure", 0.0))
                .isGreaterThan(warm.parts().getOrDefault("memory-pressure", 100.0));
        assertThat(calm.floor()).isEqualTo(1);
        assertThat(calm.score()).isGreaterThan(warm.score());
        assertThat(Tables.node(calm)).containsPattern("for any pod: packing=\\d+ memory-pressure=\\d+ ");
        assertThat(inspection.nodes()).contains(calm, warm);
    }

    @Test
    void node_unknown_isNotFoundWithAdvice() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var reply = extender.get("/inspect/nodes/nowhere");

            assertThat(reply.statusCode()).isEqualTo(404);
            assertThat(reply.body()).contains("GET /inspect/nodes lists them");
        }
    }

    @Test
    void node_asTable_isAligned() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var table = extender.get("/inspect/nodes?format=table").body();

            assertThat(table.lines().map(line -> line.split(" +")[0])).containsExactly("NODE", "calm", "hot", "warm");
        }
    }

    @Test
    void pod_whyNotHotNode_saysWhatIsWrongWithIt() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var ranking =
                    JSON.readTree(extender.get("/inspect/pods/shop/a?node=hot").body());

            assertThat(ranking.path("currentNode").asText()).isEqualTo("calm");
            assertThat(ranking.path("nodes")).hasSize(3);
            assertThat(ranking.path("whyNot").path("answer").asText())
                    .isEqualTo(
                            "hot is not fit: node CPU use is above the safe load; no plan would move it there: full by"
                                    + " requests");
        }
    }

    /// 3000 ± 3000 of its 4000 may come to be used, so that it is expected beyond its size: the floor is below 0.1.
    @Test
    void pod_whyNotANodeInDanger_namesTheFloorThatDecides() {
        var image = cluster()
                .node("calm", 0.3, 0.3)
                .node("full", 0.3, 0.3)
                .pod("a", "calm", 100)
                .pod("b", "full", 3_000)
                .image();

        var ranking = inspectionAt(image, Clusters.NOW_MILLIS)
                .pod(new PodKey("shop", "a"), Optional.of("full"))
                .orElseThrow();

        var why = ranking.whyNot().orElseThrow();
        assertThat(why.answer())
                .contains("points behind calm, most of it by safety-floor (")
                .contains("against 100)");
        assertThat(why.causes().stream().mapToDouble(PodRanking.Cause::points).sum())
                .isCloseTo(why.behind(), within(1e-9));
        assertThat(Tables.ranking(ranking, 10)).containsPattern("full .* floor=0\\.\\d\\d");
    }

    @Test
    void pod_whyNotABusierNode_namesThePartThatCostsMost() {
        var image = cluster()
                .node("calm", 0.3, 0.3)
                .node("warm", 0.8, 0.3)
                .pod("a", "calm", 100)
                .image();

        var why = inspectionAt(image, Clusters.NOW_MILLIS)
                .pod(new PodKey("shop", "a"), Optional.of("warm"))
                .orElseThrow()
                .whyNot()
                .orElseThrow();

        var most = why.causes().getFirst();
        assertThat(why.answer())
                .startsWith("warm is " + String.format(Locale.ROOT, "%.1f", why.behind())
                        + " points behind calm, most of it by " + most.part());
        assertThat(why.causes()).extracting(PodRanking.Cause::part).doesNotContain("safety-floor");
        assertThat(why.causes().stream().mapToDouble(PodRanking.Cause::points).sum())
                .isCloseTo(why.behind(), within(1e-9));
    }

    @Test
    void pod_whyNotATwin_saysThatTheNameDecides() {
        var image = cluster().node("n1", 0.3, 0.3).node("n2", 0.3, 0.3).image();
        var pod = image().pod(new PodKey("shop", "a")).orElseThrow().spec();

        var ranking = inspectionAt(image, Clusters.NOW_MILLIS).whatIf(pod, Optional.of("n2"));

        assertThat(ranking.whyNot().orElseThrow().answer()).isEqualTo("n2 is as good as n1, which comes first by name");
    }

    /// "Gone" would be a lie about a pod that nobody looked for.
    @Test
    void podOrNode_beforeTheClusterWasSeen_isNotCalledGone() throws Exception {
        try (var extender = RunningExtender.on(ClusterImage.EMPTY)) {

            for (var path : List.of("/inspect/pods/shop/a", "/inspect/nodes/calm")) {
                var reply = extender.get(path);

                assertThat(reply.statusCode()).isEqualTo(503);
                assertThat(reply.body())
                        .contains("has not been seen yet", "GET /readyz says what is missing")
                        .doesNotContain("gone");
            }
        }
    }

    @Test
    void pod_thatNobodyKnows_isCalledGone() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var reply = extender.get("/inspect/pods/shop/nobody");

            assertThat(reply.statusCode()).isEqualTo(404);
            assertThat(reply.body()).contains("it is gone");
        }
    }

    @Test
    void plan_beforeTheClusterWasSeen_isRefused() throws Exception {
        try (var extender = RunningExtender.on(ClusterImage.EMPTY)) {

            var reply = extender.get("/inspect/plan");

            assertThat(reply.statusCode()).isEqualTo(503);
            assertThat(reply.body()).contains("the cluster has not been seen yet");
        }
    }

    @Test
    void planHindrance_beforeTheClusterWasSeen_isThat() {
        var inspection = inspectionAt(ClusterImage.EMPTY, Clusters.NOW_MILLIS);

        assertThat(inspection.planHindrance())
                .hasValueSatisfying(why -> assertThat(why).startsWith("the cluster has not been seen yet"));
    }

    @Test
    void plan_ofAnOldPicture_isRefusedWithItsAge() {
        var inspection = inspectionAt(image(), Clusters.NOW_MILLIS + 181_000);

        assertThat(inspection.planHindrance())
                .hasValueSatisfying(why -> assertThat(why).contains("is 181 s old", "GET /readyz"));
        assertThat(inspectionAt(image(), Clusters.NOW_MILLIS + 179_000).planHindrance())
                .isEmpty();
    }

    private static Inspection inspectionAt(ClusterImage image, long nowMillis) {
        return inspectionAt(image, Watched.NOTHING, nowMillis);
    }

    private static Inspection inspectionAt(ClusterImage image, Watched watched, long nowMillis) {
        return inspectionAt(image, watched, Moving.NOTHING, nowMillis);
    }

    private static Inspection inspectionAt(ClusterImage image, Watched watched, Moving moving, long nowMillis) {
        return new Inspection(
                () -> image,
                () -> watched,
                () -> RegimeView.NOTHING,
                () -> moving,
                MoveConfig.DEFAULT,
                new DecisionLog(1),
                () -> Instant.ofEpochMilli(nowMillis));
    }

    /// Both are known to hurt, by 0.3 of what they use: a is 1000 ± 1000 of 4000 and adds 15 %, c is 2000 ± 2000
    /// and was never measured, so that 30 % are still to come of it.
    @Test
    void pod_knownToHurt_tellsWhomItWouldHurtAndWhoHurtsThere() {
        var image = cluster()
                .node("calm", 0.3, 0.3)
                .node("warm", 0.5, 0.3)
                .node("far", 0.5, 0.3)
                .waiting("calm", 0.02)
                .waiting("warm", 0.05)
                .pod("a", "calm", 1_000)
                .pod("c", "warm", 2_000)
                .pod("d", "warm", 100)
                .image();
        var suspicions = List.of(suspicion("a"), suspicion("c"));
        var watched = new Watched(new Neighbours(List.of(), suspicions), new TreeMap<>(), 1);

        var ranking = inspectionAt(image, watched, Clusters.NOW_MILLIS)
                .pod(new PodKey("shop", "a"), Optional.empty())
                .orElseThrow();

        var words = ranking.nodes().stream().collect(toMap(RankedNode::node, RankedNode::neighbours));
        assertThat(words)
                .containsEntry("calm", Optional.of("tasks wait for cpu 2% of the time, with the pod 17%"))
                .containsEntry(
                        "warm",
                        Optional.of(
                                "tasks wait for cpu 5% of the time, 35% with what bad neighbours there may still do,"
                                        + " with the pod 50%; it would hurt shop/Pod/c, shop/Pod/d;"
                                        + " bad neighbours there: shop/Pod/c"))
                .containsEntry(
                        "far",
                        Optional.of(
                                "tasks wait for cpu as elsewhere, it is not measured there: 4% of the time, with the"
                                        + " pod 19%"));
        assertThat(Tables.ranking(ranking, 10)).contains("neighbour-fit=", "NEIGHBOURS", "it would hurt shop/Pod/c");
    }

    @Test
    void pod_knownToHurt_namesFirstWhoSuffersMost() {
        var image = cluster()
                .node("warm", 0.5, 0.3)
                .waiting("warm", 0.05)
                .pod("b", "warm", 100)
                .pod("c", "warm", 100)
                .pod("d", "warm", 100)
                .pod("a", "warm", 1_000)
                .image();
        var sensitive = new Suspicion(
                new Owner("shop", "Pod", "c"),
                Contention.CPU,
                0,
                0,
                0,
                0,
                0,
                0,
                true,
                OptionalLong.empty(),
                OptionalDouble.of(2.1));
        var watched = new Watched(
                new Neighbours(List.of(), List.of(suspicion("a"), suspicion("x"), sensitive)), new TreeMap<>(), 1);

        var ranking = inspectionAt(image, watched, Clusters.NOW_MILLIS)
                .pod(new PodKey("shop", "a"), Optional.empty())
                .orElseThrow();

        assertThat(ranking.nodes().getFirst().neighbours().orElseThrow())
                .contains(
                        "it would hurt shop/Pod/c (waits 2.1 times as long as others under the same pressure), shop/Pod/b,"
                                + " shop/Pod/d");
    }

    private static Suspicion suspicion(String pod) {
        return new Suspicion(new Owner("shop", "Pod", pod), Contention.CPU, 0.3, 1_000, 4, 2, 0.2, 0.9, true, true);
    }

    /// `a` came in place of `old`, which is gone; `b` is on a node that is hurt. Pods of this cluster have no owner.
    @Test
    void pod_asked_saysWhyItWasMovedOrIsNot() {
        var move = new Move(
                new PodKey("shop", "old"),
                "u0",
                new Owner("shop", "Deployment", "web"),
                "hot",
                "calm",
                0.5,
                1.1,
                80,
                "cpu at 97%");
        var landing = new Landing(
                "a",
                "calm",
                Clusters.NOW_MILLIS - 3_000_000,
                Optional.of(new Landing.Look(Landing.Finding.HELPED, "hot is hurt no more", 0)),
                Optional.empty(),
                Optional.of(new Landing.Look(Landing.Finding.HELPED_IN_PART, "hot is hurt less", 0)));
        var step = new MoveStep(move).evicting(Clusters.NOW_MILLIS - 3_600_000).landed(landing);
        var hot = new TreeMap<>(Map.of("hot", List.of(Contention.CPU)));
        var moving = new Moving(List.of(plan(PlanPhase.COMPLETED, "", step)), List.of());
        var inspection = inspectionAt(image(), new Watched(Neighbours.NONE, hot, 1), moving, Clusters.NOW_MILLIS);

        var told = "shop/old, evicted from hot at " + ago(3_600_000)
                + " by moves-1 and expected on calm: cpu at 97%; a runs on calm, as planned"
                + "; 5 minutes later helped: hot is hurt no more"
                + "; at the hour of the trouble helped in part: hot is hurt less";
        var a = inspection.pod(new PodKey("shop", "a"), Optional.empty()).orElseThrow();
        assertThat(a.moves())
                .containsExactly(
                        "it came in place of " + told,
                        "it is not moved: its node is not hurt; nor would it be if it were: "
                                + StayReason.BARE.sentence());
        assertThat(Tables.ranking(a, 10)).contains("\nit came in place of shop/old, ");
        assertThat(inspection
                        .pod(new PodKey("shop", "b"), Optional.empty())
                        .orElseThrow()
                        .moves())
                .containsExactly("it is not moved, though its node is hurt: " + StayReason.BARE.sentence());
        assertThat(inspection.whyGone(new PodKey("shop", "old"))).contains(told);
        assertThat(inspection.whyGone(new PodKey("shop", "c"))).isEmpty();
    }

    /// Up to 90 % pods may be scheduled to warm, and a plan sends none there beyond 80 %.
    @Test
    void pod_asked_saysWhichNodesAPlanWouldNotMoveItTo() {
        var image = cluster()
                .node("here", 0.5, 0.3)
                .node("warm", 0.83, 0.3)
                .node("calm", 0.3, 0.3)
                .pod("a", "here", 100)
                .image();

        var ranking = inspectionAt(image, Clusters.NOW_MILLIS)
                .pod(new PodKey("shop", "a"), Optional.of("warm"))
                .orElseThrow();

        assertThat(ranking.target()).contains("calm");
        assertThat(ranking.nodes())
                .filteredOn(RankedNode::fit)
                .extracting(RankedNode::node, RankedNode::noTarget)
                .containsExactlyInAnyOrder(
                        tuple("here", Optional.of("where it is")),
                        tuple("warm", Optional.of("above the safe load with it")),
                        tuple("calm", Optional.empty()));
        assertThat(ranking.whyNot().orElseThrow().answer())
                .endsWith("; no plan would move it there: above the safe load with it");
        assertThat(Tables.ranking(ranking, 10).lines().map(line -> line.split("  +")))
                .contains(
                        new String[] {"NODE", "NO PLAN WOULD MOVE IT THERE"},
                        new String[] {"warm", "above the safe load with it"});
        assertThat(Tables.ranking(ranking, 10)).contains(", and by a plan calm\n");
    }

    /// It is on no node yet, so that no plan moves it.
    @Test
    void podThatIsNotThereYet_hasNoTargets() {
        var ranking = inspectionAt(image(), Clusters.NOW_MILLIS)
                .whatIf(image().pod(new PodKey("shop", "a")).orElseThrow().spec(), Optional.of("warm"));

        assertThat(ranking.target()).isEmpty();
        assertThat(ranking.nodes()).allMatch(node -> node.noTarget().isEmpty());
        assertThat(Tables.ranking(ranking, 10)).doesNotContain("a plan", "NO PLAN");
    }

    @Test
    void pod_ofPlansThatDidNotMoveIt_saysWhatBecameOfEach_andWhatHoldsForAll() {
        var planned = new MoveStep(new Move(
                new PodKey("shop", "a"),
                "u0",
                new Owner("shop", "Deployment", "web"),
                "calm",
                "warm",
                0.5,
                1.1,
                80,
                "cpu at 97%"));
        long aMinuteAgo = Clusters.NOW_MILLIS - 60_000;
        var plans = List.of(
                plan(PlanPhase.PROPOSED, "", planned),
                plan(PlanPhase.RUNNING, "", planned),
                plan(PlanPhase.EXPIRED, "nobody approved it in time", planned),
                plan(PlanPhase.STOPPED, "", planned.dropped(MovePhase.SKIPPED, "its plan was stopped", aMinuteAgo)),
                plan(PlanPhase.COMPLETED, "", planned.dropped(MovePhase.REFUSED, "the budget needs 2", aMinuteAgo)),
                plan(PlanPhase.COMPLETED, "", planned.at(MovePhase.SKIPPED, "of an earlier version")));
        var moving = new Moving(plans, List.of("nothing is moved for now"));

        var told = inspectionAt(image(), Watched.NOTHING, moving, Clusters.NOW_MILLIS)
                .pod(new PodKey("shop", "a"), Optional.empty())
                .orElseThrow()
                .moves();

        var wanted = "moves-1 has shop/a go from calm to warm: cpu at 97%; ";
        assertThat(told)
                .containsExactly(
                        wanted + "nobody has approved it, and it is not begun; it may be until " + ago(-1_800_000),
                        wanted + "it is being carried out, and has not come to this move",
                        wanted + "expired without it: nobody approved it in time",
                        wanted + "skipped at " + ago(60_000) + ": its plan was stopped",
                        wanted + "refused at " + ago(60_000) + ": the budget needs 2",
                        wanted + "skipped: of an earlier version",
                        "it is not moved: its node is not hurt; nor would it be if it were: "
                                + StayReason.BARE.sentence(),
                        OPEN + ", but of what nobody needs to be asked about",
                        OPEN,
                        "nothing is moved for now");
    }

    @Test
    void plan_tellsWhatHoldsForAllMoves() {
        var moving = new Moving(List.of(), List.of("nothing is moved for now"));

        var plan = inspectionAt(image(), Watched.NOTHING, moving, Clusters.NOW_MILLIS)
                .plan(false);

        assertThat(plan.toTable()).endsWith(")\nnothing is moved for now\n");
        assertThat(PlanView.read(plan.toJson())).isEqualTo(plan);
    }

    private static RecordedPlan plan(PlanPhase phase, String message, MoveStep step) {
        return new RecordedPlan(
                "moves-1",
                "1",
                Clusters.NOW_MILLIS,
                Clusters.NOW_MILLIS + 1_800_000,
                RecordedPlan.Approval.NONE,
                phase,
                message,
                List.of(step));
    }

    private static Instant ago(long millis) {
        return Instant.ofEpochMilli(Clusters.NOW_MILLIS - millis).truncatedTo(ChronoUnit.SECONDS);
    }

    @Test
    void pod_whileThePictureIsOld_saysThatItsMovesAreNotKnown() {
        var inspection = inspectionAt(image(), Watched.NOTHING, Clusters.NOW_MILLIS + 600_000);

        assertThat(inspection
                        .pod(new PodKey("shop", "a"), Optional.empty())
                        .orElseThrow()
                        .moves())
                .singleElement()
                .asString()
                .startsWith("whether it is to be moved is not known: the picture of the cluster is 600 s old");
    }

    /// It is hot, but nobody has seen it stay so.
    @Test
    void plan_ofOneLook_hasNoHurtNodes() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            assertThat(extender.get("/inspect/plan?format=table&all=true").body())
                    .startsWith("read only: this is not carried out. 0 moves, 0 hurt nodes (watched since ");
        }
    }

    @Test
    void pod_limited_givesThatManyNodes() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var reply = extender.get("/inspect/pods/shop/a?limit=1");
            var wrong = extender.get("/inspect/pods/shop/a?limit=none");

            assertThat(JSON.readTree(reply.body()).path("nodes")).hasSize(1);
            assertThat(wrong.statusCode()).isEqualTo(400);
        }
    }

    @Test
    void whatIf_deploymentInYaml_ranksItsPod() throws Exception {
        try (var extender = RunningExtender.on(image());
                var http = HttpClient.newHttpClient()) {

            var request = HttpRequest.newBuilder(extender.health("/inspect/what-if?node=warm"))
                    .POST(BodyPublishers.ofString(DEPLOYMENT))
                    .build();
            var ranking =
                    JSON.readTree(http.send(request, BodyHandlers.ofString()).body());

            assertThat(ranking.path("workload").asText()).isEqualTo("shop/Deployment/web");
            assertThat(ranking.path("expected").path("cpuMillis").asLong()).isEqualTo(500);
            assertThat(ranking.path("whyNot").path("node").asText()).isEqualTo("warm");
            assertThat(ranking.path("best").isNull()).isFalse();
        }
    }

    @Test
    void whatIf_oneOfSeveralObjectsHasAPod_ranksThatOne() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var cronJob = whatIf(extender, """
                    kind: Service
                    metadata: {name: web}
                    spec: {ports: [{port: 80}]}
                    ---
                    kind: CronJob
                    metadata: {name: nightly, namespace: shop}
                    spec:
                      jobTemplate:
                        spec:
                          template:
                            spec:
                              containers: [{name: c, resources: {requests: {cpu: 700m}}}]
                    """);
            var list = whatIf(extender, """
                    {"kind": "List", "items": [{"kind": "ConfigMap"}, {"kind": "Pod", "metadata": {"name": "p"},
                     "spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "300m"}}}]}}]}
                    """);

            assertThat(JSON.readTree(cronJob.body()).path("workload").asText()).isEqualTo("shop/CronJob/nightly");
            assertThat(JSON.readTree(cronJob.body()).at("/expected/cpuMillis").asLong())
                    .isEqualTo(700);
            assertThat(JSON.readTree(list.body()).at("/expected/cpuMillis").asLong())
                    .isEqualTo(300);
        }
    }

    /// A ranking of some other pod would be believed.
    @Test
    void whatIf_noPodOrSeveral_saysWhatTheManifestHolds() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var none = whatIf(extender, "kind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}");
            var two = whatIf(extender, DEPLOYMENT + "---\n" + DEPLOYMENT.replace("web", "db"));

            assertThat(none.statusCode()).isEqualTo(400);
            assertThat(none.body()).contains("the manifest holds no pod, but Service web: give a Pod");
            assertThat(two.statusCode()).isEqualTo(400);
            assertThat(two.body()).contains("more than one pod: Deployment web, Deployment db: give one of them");
        }
    }

    private static HttpResponse<String> whatIf(RunningExtender extender, String manifest) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(extender.health("/inspect/what-if"))
                    .POST(BodyPublishers.ofString(manifest))
                    .build();
            return http.send(request, BodyHandlers.ofString());
        }
    }

    @Test
    void whatIf_noManifest_saysWhatToGive() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var reply = whatIf(extender, "[]");

            assertThat(reply.statusCode()).isEqualTo(400);
            assertThat(reply.body()).contains("give a Pod");
        }
    }

    @Test
    void decisions_afterPrioritize_tellWhatWasSent() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            extender.prioritize(Requests.names("hot", "calm", "ghost"));
            var decision =
                    JSON.readTree(extender.get("/inspect/decisions").body()).get(0);

            assertThat(decision.path("pod").asText()).isEqualTo("shop/web-1");
            assertThat(decision.path("candidates").asInt()).isEqualTo(3);
            assertThat(decision.path("unknown").asInt()).isEqualTo(1);
            assertThat(decision.path("top").get(0).path("node").asText()).isEqualTo("calm");
            assertThat(decision.path("top").get(0).path("sent").asInt()).isEqualTo(10);
            assertThat(decision.path("sent")).isEqualTo(JSON.readTree("{\"10\":1,\"5\":1,\"0\":1}"));
            assertThat(decision.path("neutral").isNull()).isTrue();
        }
    }

    @Test
    void decisions_afterFilter_nameWhatWasRejectedAndWhy() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            extender.filter(Requests.names("calm", "hot"));
            var decision =
                    JSON.readTree(extender.get("/inspect/decisions").body()).get(0);
            var table = extender.get("/inspect/decisions?format=table").body();

            var why = "node CPU use is above the safe load";
            assertThat(decision.path("rejections"))
                    .isEqualTo(JSON.readTree("[{\"node\":\"hot\",\"reason\":\"" + why + "\"}]"));
            assertThat(table).contains("  hot: " + why);
        }
    }

    @Test
    void decisions_secondPodOfABurst_tellPartsAndWhatWasOnItsWay() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            extender.prioritize(Requests.names("hot", "calm", "warm"));
            extender.prioritize(Requests.names("hot", "calm", "warm").replace("web-1", "web-2"));
            var reply = extender.get("/inspect/decisions?limit=1").body();
            var table = extender.get("/inspect/decisions?limit=1&format=table").body();

            var best = JSON.readTree(reply).get(0).path("top").get(0);
            double mean = 0;
            for (var part : best.path("parts").properties()) {
                mean += part.getValue().asDouble()
                        * best.path("weights").path(part.getKey()).asDouble();
            }
            assertThat(best.path("node").asText()).isEqualTo("calm");
            assertThat(best.path("parts").path("packing").isNumber()).isTrue();
            assertThat(mean * best.path("floor").asDouble())
                    .isCloseTo(best.path("score").asDouble(), within(0.01));
            // The pod before it asked for 250m and went to the best node alone.
            assertThat(best.path("pending").path("cpuMillis").asLong()).isEqualTo(250);
            assertThat(table).contains("WHY").contains("packing ");
        }
    }

    @Test
    void whatIf_noNodesAtAll_isAnEmptyRanking() throws Exception {
        try (var extender = RunningExtender.on(cluster().image());
                var http = HttpClient.newHttpClient()) {

            var request = HttpRequest.newBuilder(extender.health("/inspect/what-if?node=n1"))
                    .POST(BodyPublishers.ofString(DEPLOYMENT))
                    .build();
            var reply = http.send(request, BodyHandlers.ofString());

            assertThat(reply.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(reply.body()).path("nodes")).isEmpty();
            assertThat(JSON.readTree(reply.body()).path("whyNot").isNull()).isTrue();
        }
    }

    @Test
    void nodes_imageFailsWhileAsked_isAnsweredWithTheReason() throws Exception {
        var broken = new RunningExtender(ExtenderConfig.DEFAULT, () -> {
            throw new IllegalStateException("no image");
        });
        try (broken) {

            var reply = broken.get("/inspect/nodes");

            assertThat(reply.statusCode()).isEqualTo(500);
            assertThat(reply.body()).isEqualTo("{\"error\":\"no image\"}");
        }
    }

    @Test
    void openApi_ofANode_namesExactlyItsFields() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var node = JSON.readTree(extender.get("/inspect/nodes/calm").body());
            var yaml = new ObjectMapper(new YAMLFactory())
                    .readTree(extender.get("/openapi.yaml").body());

            assertThat(names(yaml.at("/components/schemas/node/properties"))).isEqualTo(names(node));
            assertThat(names(yaml.at("/components/schemas/spread/properties")))
                    .isEqualTo(names(node.path("expectedCpuMillis")));
            assertThat(names(yaml.at("/components/schemas/resources/properties")))
                    .isEqualTo(names(node.path("requested")));
        }
    }

    @Test
    void openApi_ofARankingAndADecision_namesExactlyTheirFields() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var ranking =
                    JSON.readTree(extender.get("/inspect/pods/shop/a?node=hot").body());
            extender.filter(Requests.names("calm", "hot"));
            extender.prioritize(Requests.names("calm", "hot"));
            var decisions = JSON.readTree(extender.get("/inspect/decisions").body());
            var schemas = new ObjectMapper(new YAMLFactory())
                    .readTree(extender.get("/openapi.yaml").body())
                    .at("/components/schemas");

            assertThat(names(schemas.at("/ranking/properties"))).isEqualTo(names(ranking));
            assertThat(names(schemas.at("/rankedNode/properties"))).isEqualTo(names(ranking.at("/nodes/0")));
            assertThat(names(schemas.at("/whyNot/properties"))).isEqualTo(names(ranking.path("whyNot")));
            assertThat(names(schemas.at("/whyNot/properties/causes/items/properties")))
                    .isEqualTo(names(ranking.at("/whyNot/causes/0")));
            assertThat(names(schemas.at("/decision/properties"))).isEqualTo(names(decisions.get(0)));
            assertThat(names(schemas.at("/decision/properties/top/items/properties")))
                    .isEqualTo(names(decisions.at("/0/top/0")));
            assertThat(names(schemas.at("/decision/properties/rejections/items/properties")))
                    .isEqualTo(names(decisions.at("/1/rejections/0")));
        }
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    @Test
    void openApi_listsExactlyTheRoutes() throws Exception {
        try (var extender = RunningExtender.on(image())) {

            var described = new TreeSet<String>();
            var yaml = new ObjectMapper(new YAMLFactory())
                    .readTree(extender.get("/openapi.yaml").body());
            yaml.path("paths")
                    .properties()
                    .forEach(path -> path.getValue()
                            .fieldNames()
                            .forEachRemaining(
                                    method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));

            assertThat(extender.server().healthRoutes()).isEqualTo(described);
        }
    }
}
