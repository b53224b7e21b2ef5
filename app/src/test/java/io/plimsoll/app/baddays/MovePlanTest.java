package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.container;
import static io.plimsoll.app.baddays.Roadstead.eventually;
import static io.plimsoll.testbed.controlplane.LyingMetricsServer.node;
import static io.plimsoll.testbed.controlplane.LyingMetricsServer.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.dsl.EditReplacePatchable;
import io.plimsoll.app.Kubectl;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.testbed.controlplane.LyingMetricsServer;
import io.plimsoll.testbed.controlplane.MergePatch;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A plan for real objects of a real API server: its pods, owners and budgets are what the plan goes by.
@BadDays
class MovePlanTest {
    private static final String HOT = "berth-11";
    private static final String QUAY = "port.example/quay";

    @Test
    void hotNode_withAGuardedPod_isRelievedByAnotherOne_andTheGuardIsNamed(Roadstead roadstead) throws Exception {
        var namespace = roadstead.newNamespace();
        try (var metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane())) {
            deployOnto(HOT, roadstead, namespace, "guarded");
            deployOnto(HOT, roadstead, namespace, "free");
            guard(roadstead, namespace, "calm", "guarded", 2, 2);
            roadstead.awaitBound(namespace, "guarded", 2);
            roadstead.awaitBound(namespace, "free", 2);
            // Pods that came a moment ago are not moved.
            eventually().ignoreExceptions().untilAsserted(() -> bindAnHourAgo(roadstead, namespace));
            metrics.sayOf(
                    roadstead.nodes(), name -> node(name, name.equals(HOT) ? "15800m" : "1", "4Gi", Instant.now()));
            metrics.sayOfPods(() -> Stream.of("guarded", "free")
                    .flatMap(app -> names(roadstead, namespace, app).stream())
                    .map(name -> pod(namespace, name, "3900m", "1Gi", Instant.now()))
                    .toList());
            var ports = ServePorts.free();
            try (var plimsoll = ServedPlimsoll.start(
                    roadstead, ports, ServeOptions.DEFAULT.with("--set", "usage.interval-seconds=1"))) {
                eventually()
                        .atMost(Duration.ofSeconds(60))
                        .until(() ->
                                plimsoll.get("/inspect/plan").body().contains("\"pod\":\"" + namespace + "/free-"));

                var shown = plan(ports);

                var free = names(roadstead, namespace, "free");
                assertThat(shown).contains("1 move, 1 hurt node").contains("cpu at 99%, to be brought to 80%");
                // Of two equal pods the first by name.
                assertThat(line(shown, namespace + "/" + free.getFirst() + " "))
                        .matches(
                                ".* berth-11 +berth-\\d+ +100% .* cpu at 99%, safe at 80%; it uses 24%, whatever it asks for");
                assertThat(line(shown, namespace + "/" + free.getLast() + " "))
                        .endsWith("what else is done is enough for its node");
                assertThat(names(roadstead, namespace, "guarded"))
                        .hasSize(2)
                        .allSatisfy(name -> assertThat(line(shown, namespace + "/" + name + " "))
                                .matches(".* berth-11 +its disruption budget lets no pod go now \\(calm\\)"));
                // It is a plan: all pods are where they were.
                assertThat(roadstead.awaitBound(namespace, "free", 2)).containsOnlyKeys(HOT);
            }
        } finally {
            roadstead.forget(namespace);
        }
    }

    /// The scheduler asks the extender of the same process where the replacement is to go.
    @Test
    void approvedPlan_movesAPodByARealEviction_withinItsBudget_andAllOfItIsTold(Roadstead roadstead) throws Exception {
        CustomResources.serve(roadstead.controlPlane());
        var kubectl = new Kubectl(roadstead.controlPlane());
        var namespace = roadstead.newNamespace();
        var ports = ServePorts.free();
        try (var metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
                var plimsoll = rebalancer(roadstead, ports)) {
            roadstead.scheduleWith(ports.scheduler());
            metrics.sayOf(roadstead.nodes(), name -> node(name, "1", "4Gi", Instant.now()));
            roadstead.deploy(namespace, "hog", 3);
            guard(roadstead, namespace, "calm", "hog", 2, 3);
            var first = heat(roadstead, metrics, namespace);
            var hot = nodeOf(roadstead, namespace, first);
            var proposed = proposed(kubectl, Duration.ofSeconds(60));

            var name = proposed.split(" ")[0];
            assertThat(proposed).matches("(?s)moves-\\S+ +Proposed +1 +0/1 +1 +\\d\\.\\d\\d .*");
            assertThat(names(roadstead, namespace, "hog")).contains(first);
            assertThat(approve(roadstead, name)).startsWith("approved " + name + ": 1 move, each begun by ");

            var plan = completed(kubectl, name);
            assertThat(plan).contains("moved: 1/1", "phase: Landed", "evictedAt: ", ", as planned");
            assertThat(names(roadstead, namespace, "hog")).hasSize(3).doesNotContain(first);
            assertThat(eventually()
                            .atMost(Duration.ofSeconds(10))
                            .until(
                                    () -> kubectl.run("get", "events", "-n", namespace),
                                    events -> events.contains("Landed")))
                    .contains("Moved", "evicted from " + hot + " by plan " + name);
            assertThat(plimsoll.metrics().sum("plimsoll_move_moves_total", "phase=\"landed\""))
                    .isEqualTo(1);
            assertThat(approveFails(roadstead, name)).contains(name + " is over: COMPLETED", "no plan waits");
        } finally {
            roadstead.forget(namespace);
            kubectl.run("delete", "rebalanceplans", "--all");
        }
    }

    /// No kubelet is here that would resize a pod and say that there is no room: so the test says it, on a node of 16
    /// cores of which more is asked for. Nobody has a lower priority: the pod itself goes.
    @Test
    void raiseThatWaitsForRoom_hasItsPodMoved(Roadstead roadstead) throws Exception {
        CustomResources.serve(roadstead.controlPlane());
        var kubectl = new Kubectl(roadstead.controlPlane());
        var namespace = roadstead.newNamespace();
        var ports = ServePorts.free();
        try (var metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
                var _ = rebalancer(roadstead, ports, "rebalancer.approval=automatic")) {
            roadstead.scheduleWith(ports.scheduler());
            metrics.sayOf(roadstead.nodes(), name -> node(name, "1", "4Gi", Instant.now()));
            metrics.sayOfPods(() -> names(roadstead, namespace, "web").stream()
                    .map(name -> pod(namespace, name, "100m", "64Mi", Instant.now()))
                    .toList());
            roadstead.deploy(namespace, "web", 2);
            roadstead.awaitBound(namespace, "web", 2);
            var first = names(roadstead, namespace, "web").getFirst();
            askFor(roadstead, namespace, nodeOf(roadstead, namespace, first), "15950m");
            eventually().ignoreExceptions().untilAsserted(() -> bindAnHourAgo(roadstead, namespace));
            deferFourMinutesAgo(roadstead, namespace, first);

            eventually()
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            kubectl.run("get", "rebalanceplans", "--no-headers").contains("Completed"));

            assertThat(kubectl.run("get", "rebalanceplans", "-o", "yaml"))
                    .contains("of its cpu is asked for: the resize of " + namespace + "/" + first)
                    .contains("phase: Landed");
            assertThat(names(roadstead, namespace, "web")).hasSize(2).doesNotContain(first);
        } finally {
            roadstead.forget(namespace);
            kubectl.run("delete", "rebalanceplans", "--all");
        }
    }

    private static void askFor(Roadstead roadstead, String namespace, String node, String cpu) {
        roadstead
                .client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("large")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withSpec(container(Map.of("cpu", new Quantity(cpu)))
                                .withNodeName(node)
                                .build())
                        .build())
                .create();
    }

    private static void deferFourMinutesAgo(Roadstead roadstead, String namespace, String pod) {
        var then = Instant.now()
                .minus(4, ChronoUnit.MINUTES)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        MergePatch.apply(status(roadstead, namespace, pod), """
                {"status": {"conditions": [{"type": "PodResizePending", "status": "True", "reason": "Deferred",
                 "lastTransitionTime": "%s"}]}}""".formatted(then));
    }

    /// Each of the two nodes that the pods demand has one, for they demand to be apart, too; then one of the nodes
    /// loses its label, and a third one gets it.
    @Test
    void nodeThatLosesTheLabelThatItsPodDemands_hasItMovedToOneThatHasIt(Roadstead roadstead) throws Exception {
        CustomResources.serve(roadstead.controlPlane());
        var kubectl = new Kubectl(roadstead.controlPlane());
        var namespace = roadstead.newNamespace();
        var ports = ServePorts.free();
        try (var metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
                var _ = rebalancer(roadstead, ports, "rebalancer.fix-affinity=true")) {
            roadstead.scheduleWith(ports.scheduler());
            metrics.sayOf(roadstead.nodes(), name -> node(name, "1", "4Gi", Instant.now()));
            metrics.sayOfPods(() -> names(roadstead, namespace, "web").stream()
                    .map(name -> pod(namespace, name, "100m", "64Mi", Instant.now()))
                    .toList());
            kubectl.run("label", "node", "berth-7", "berth-8", QUAY + "=north");
            deployApartOn("north", roadstead, namespace, "web");
            assertThat(roadstead.awaitBound(namespace, "web", 2)).containsOnlyKeys("berth-7", "berth-8");
            eventually().ignoreExceptions().untilAsserted(() -> bindAnHourAgo(roadstead, namespace));
            var first = names(roadstead, namespace, "web").getFirst();
            var former = nodeOf(roadstead, namespace, first);

            kubectl.run("label", "node", former, QUAY + "=south", "--overwrite");
            kubectl.run("label", "node", "berth-9", QUAY + "=north");

            // It has to be so for a minute.
            var name = proposed(kubectl, Duration.ofSeconds(150)).split(" ")[0];
            assertThat(plan(ports)).contains("1 move, 0 hurt nodes");
            assertThat(line(plan(ports), namespace + "/" + first + " "))
                    .matches(".* " + former + " +berth-9 .* " + former + " is not one of the nodes that it demands");
            approve(roadstead, name);

            assertThat(completed(kubectl, name)).contains("phase: Landed", "runs on berth-9, as planned");
            assertThat(roadstead.awaitBound(namespace, "web", 2))
                    .containsKey("berth-9")
                    .doesNotContainKey(former);
        } finally {
            kubectl.run("label", "node", "berth-7", "berth-8", "berth-9", QUAY + "-");
            roadstead.forget(namespace);
            kubectl.run("delete", "rebalanceplans", "--all");
        }
    }

    /// Two pods on a node each, which they demand, and which bear little; then a third node that is in use becomes one
    /// of these.
    @Test
    void nodeThatBearsLittle_isEmptiedInQuietHours_ontoOneThatIsInUse(Roadstead roadstead) throws Exception {
        CustomResources.serve(roadstead.controlPlane());
        var kubectl = new Kubectl(roadstead.controlPlane());
        var namespace = roadstead.newNamespace();
        var ports = ServePorts.free();
        try (var metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
                var _ = rebalancer(
                        roadstead,
                        ports,
                        "rebalancer.empty-nodes=true",
                        "placement.pack-off-peak=true",
                        "regime.off-peak-windows=Mon-Sun 00:00-24:00")) {
            roadstead.scheduleWith(ports.scheduler());
            metrics.sayOf(
                    roadstead.nodes(), name -> node(name, name.equals("berth-9") ? "8" : "1", "4Gi", Instant.now()));
            metrics.sayOfPods(() -> names(roadstead, namespace, "web").stream()
                    .map(name -> pod(namespace, name, "100m", "64Mi", Instant.now()))
                    .toList());
            roadstead.burden(namespace, "berth-9", "8", "4Gi");
            kubectl.run("label", "node", "berth-7", "berth-8", QUAY + "=north");
            deployApartOn("north", roadstead, namespace, "web");
            assertThat(roadstead.awaitBound(namespace, "web", 2)).containsOnlyKeys("berth-7", "berth-8");
            eventually().ignoreExceptions().untilAsserted(() -> bindAnHourAgo(roadstead, namespace));
            var first = names(roadstead, namespace, "web").stream()
                    .filter(name -> nodeOf(roadstead, namespace, name).equals("berth-7"))
                    .findFirst()
                    .orElseThrow();
            assertThat(plan(ports)).contains("0 moves");

            kubectl.run("label", "node", "berth-9", QUAY + "=north");

            var name = proposed(kubectl, Duration.ofSeconds(60)).split(" ")[0];
            assertThat(plan(ports)).contains("1 move, 0 hurt nodes");
            assertThat(line(plan(ports), namespace + "/" + first + " "))
                    .matches(".* berth-7 +berth-9 .* berth-7 bears \\d+% when it is busiest, and is not needed in quiet"
                            + " hours");
            approve(roadstead, name);

            assertThat(completed(kubectl, name))
                    .contains("goal: EmptyNodes", "phase: Landed", "runs on berth-9, as planned");
            assertThat(roadstead.awaitBound(namespace, "web", 2)).containsOnlyKeys("berth-8", "berth-9");
        } finally {
            kubectl.run("label", "node", "berth-7", "berth-8", "berth-9", QUAY + "-");
            roadstead.forget(namespace);
            kubectl.run("delete", "rebalanceplans", "--all");
        }
    }

    /// Two pods that demand a node of that quay each, and another one than their sibling's.
    private static void deployApartOn(String quay, Roadstead roadstead, String namespace, String name) {
        var affinity = new AffinityBuilder()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey(QUAY)
                .withOperator("In")
                .withValues(quay)
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNewLabelSelector()
                .addToMatchLabels("app", name)
                .endLabelSelector()
                .withTopologyKey("kubernetes.io/hostname")
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .build();
        roadstead.deploy(
                namespace, name, 2, container(Map.of()).withAffinity(affinity).build());
    }

    /// Nothing is proposed by itself: it is never known to be off-peak.
    @Test
    void rebalanceOnce_movesWhatIsToBeMoved_atAnyHour_andNothingMoreUntilThatIsMeasured(Roadstead roadstead)
            throws Exception {
        CustomResources.serve(roadstead.controlPlane());
        var kubectl = new Kubectl(roadstead.controlPlane());
        var namespace = roadstead.newNamespace();
        var ports = ServePorts.free();
        try (var metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
                var plimsoll = rebalancer(roadstead, ports, "rebalancer.hours=off-peak")) {
            roadstead.scheduleWith(ports.scheduler());
            metrics.sayOf(roadstead.nodes(), name -> node(name, "1", "4Gi", Instant.now()));
            roadstead.deploy(namespace, "hog", 3);
            var first = heat(roadstead, metrics, namespace);
            var hot = nodeOf(roadstead, namespace, first);
            eventually()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> plimsoll.get("/inspect/plan").body().contains("\"pod\":\"" + namespace + "/" + first));
            assertThat(kubectl.run("get", "rebalanceplans")).contains("No resources found");

            var out = new StringWriter();
            assertThat(rebalance(roadstead, out)).as(out.toString()).isZero();

            assertThat(out.toString())
                    .contains("1/1  " + namespace + "/" + first + "  " + hot + " -> ", "landed: ", "1 of 1 moved");
            assertThat(names(roadstead, namespace, "hog")).hasSize(3).doesNotContain(first);
            var again = new StringWriter();
            assertThat(rebalance(roadstead, again)).isEqualTo(5);
            assertThat(again.toString()).contains("not now: what the last plan has changed is being measured");
        } finally {
            roadstead.forget(namespace);
            kubectl.run("delete", "rebalanceplans", "--all");
            kubectl.run("delete", "rebalancerequests", "--all");
        }
    }

    /// Everybody is asked, but where a policy says otherwise.
    @Test
    void policy_thatSaysNever_hasItsPodsStay_andOneThatSaysAutomatic_hasThemMovedUnasked(Roadstead roadstead)
            throws Exception {
        CustomResources.serve(roadstead.controlPlane());
        var kubectl = new Kubectl(roadstead.controlPlane());
        var namespace = roadstead.newNamespace();
        var ports = ServePorts.free();
        try (var metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
                var plimsoll = rebalancer(roadstead, ports, "rebalancer.approval=required")) {
            roadstead.scheduleWith(ports.scheduler());
            metrics.sayOf(roadstead.nodes(), name -> node(name, "1", "4Gi", Instant.now()));
            say(roadstead, namespace, "Never");
            roadstead.deploy(namespace, "hog", 3);
            var first = heat(roadstead, metrics, namespace);

            eventually()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(plimsoll.get("/inspect/pods/" + namespace + "/" + first)
                                    .body())
                            .contains("though its node is hurt: a policy has it stay (the policy " + namespace
                                    + "/moves says moves.approval: Never)"));
            assertThat(kubectl.run("get", "rebalanceplans")).contains("No resources found");

            say(roadstead, namespace, "Automatic");
            eventually()
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            kubectl.run("get", "rebalanceplans", "--no-headers").contains("Completed"));
            assertThat(kubectl.run("get", "rebalanceplans", "-o", "yaml"))
                    .contains("phase: Landed")
                    .doesNotContain("plimsoll.io/approved");
            assertThat(names(roadstead, namespace, "hog")).hasSize(3).doesNotContain(first);
        } finally {
            roadstead.forget(namespace);
            kubectl.run("delete", "rebalanceplans", "--all");
        }
    }

    private static void say(Roadstead roadstead, String namespace, String approval) {
        var policy = """
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy, metadata: {name: moves},
                 spec: {moves: {approval: %s}}}""".formatted(approval);
        roadstead
                .client()
                .load(new ByteArrayInputStream(("---\n" + policy).getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .serverSideApply();
    }

    private static int rebalance(Roadstead roadstead, StringWriter out) {
        return Plimsoll.commandLine()
                .setOut(new PrintWriter(out))
                .execute(
                        "rebalance",
                        "--once",
                        "--yes",
                        "--kubeconfig",
                        roadstead.controlPlane().kubeconfig().toString());
    }

    /// One that also answers the scheduler, and measures each second.
    private static ServedPlimsoll rebalancer(Roadstead roadstead, ServePorts ports, String... settings) {
        var all = Stream.concat(
                Stream.of(
                        "roles=extender,rebalancer", "usage.interval-seconds=1", "rightsizer.lease.namespace=default"),
                Stream.of(settings));
        var options = all.flatMap(setting -> Stream.of("--set", setting)).toArray(String[]::new);
        return ServedPlimsoll.start(roadstead, ports, ServeOptions.DEFAULT.with(options));
    }

    /// One of three pods uses much of its node, which is hot; yields its name. They count as an hour old.
    private static String heat(Roadstead roadstead, LyingMetricsServer metrics, String namespace) {
        roadstead.awaitBound(namespace, "hog", 3);
        eventually().ignoreExceptions().untilAsserted(() -> bindAnHourAgo(roadstead, namespace));
        var first = names(roadstead, namespace, "hog").getFirst();
        var hot = nodeOf(roadstead, namespace, first);
        metrics.sayOf(roadstead.nodes(), name -> node(name, name.equals(hot) ? "15800m" : "1", "4Gi", Instant.now()));
        metrics.sayOfPods(() -> List.of(pod(namespace, first, "3900m", "1Gi", Instant.now())));
        return first;
    }

    private static String nodeOf(Roadstead roadstead, String namespace, String pod) {
        return roadstead
                .client()
                .pods()
                .inNamespace(namespace)
                .withName(pod)
                .get()
                .getSpec()
                .getNodeName();
    }

    /// The row of the plan that is proposed within that time.
    private static String proposed(Kubectl kubectl, Duration patience) {
        return eventually()
                .atMost(patience)
                .until(() -> kubectl.run("get", "rebalanceplans", "--no-headers"), rows -> rows.contains("Proposed"));
    }

    /// The plan once it is carried out.
    private static String completed(Kubectl kubectl, String plan) {
        eventually()
                .atMost(Duration.ofSeconds(60))
                .until(() -> kubectl.run("get", "rebalanceplan", plan, "--no-headers")
                        .contains("Completed"));
        return kubectl.run("get", "rebalanceplan", plan, "-o", "yaml");
    }

    private static String approve(Roadstead roadstead, String plan) {
        var out = new StringWriter();
        assertThat(approve(roadstead, plan, out, new StringWriter())).isZero();
        return out.toString();
    }

    private static String approveFails(Roadstead roadstead, String plan) {
        var err = new StringWriter();
        assertThat(approve(roadstead, plan, new StringWriter(), err)).isEqualTo(1);
        return err.toString();
    }

    private static int approve(Roadstead roadstead, String plan, StringWriter out, StringWriter err) {
        return Plimsoll.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(
                        "approve",
                        plan,
                        "--kubeconfig",
                        roadstead.controlPlane().kubeconfig().toString());
    }

    private static String plan(ServePorts ports) {
        var out = new StringWriter();
        int code = Plimsoll.commandLine()
                .setOut(new PrintWriter(out))
                .execute("plan", "--all", "--server", "http://127.0.0.1:" + ports.health());
        assertThat(code).isZero();
        return out.toString();
    }

    private static String line(String text, String start) {
        return text.lines().filter(line -> line.startsWith(start)).findFirst().orElse("no line of " + start + text);
    }

    private static List<String> names(Roadstead roadstead, String namespace, String app) {
        return roadstead.client().pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .toList();
    }

    /// Two pods past the scheduler.
    private static void deployOnto(String node, Roadstead roadstead, String namespace, String name) {
        roadstead.deploy(
                namespace, name, 2, container(Map.of()).withNodeName(node).build());
    }

    /// A budget of which the controller manager has found so many healthy pods.
    static void guard(Roadstead roadstead, String namespace, String name, String app, int minAvailable, int healthy) {
        var budgets = roadstead.client().policy().v1().podDisruptionBudget().inNamespace(namespace);
        budgets.resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withMinAvailable(new IntOrString(minAvailable))
                        .withNewSelector()
                        .addToMatchLabels("app", app)
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
        eventually().ignoreExceptions().until(() -> {
            var status = budgets.withName(name).get().getStatus();
            return status.getObservedGeneration() >= 1 && status.getCurrentHealthy() == healthy;
        });
    }

    static void bindAnHourAgo(Roadstead roadstead, String namespace) {
        var then = Instant.now()
                .minus(1, ChronoUnit.HOURS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        for (var pod : roadstead.client().pods().inNamespace(namespace).list().getItems()) {
            assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
            MergePatch.apply(status(roadstead, namespace, pod.getMetadata().getName()), """
                    {"status": {"conditions": [{"type": "PodScheduled", "status": "True",
                     "lastTransitionTime": "%s"}]}}""".formatted(then));
        }
    }

    private static EditReplacePatchable<Pod> status(Roadstead roadstead, String namespace, String pod) {
        return roadstead.client().pods().inNamespace(namespace).withName(pod).subresource("status");
    }
}
