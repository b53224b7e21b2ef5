package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.MergePatch;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import io.plimsoll.testbed.controlplane.TestNamespace;
import io.plimsoll.testbed.realnodes.KubeletNodes;
import io.plimsoll.testbed.realnodes.RealNodeSize;
import io.plimsoll.testbed.realnodes.RunningNodes;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A pod that takes all of a real node, from the first measurement to its replacement on another node: extender and
/// rebalancer with their accounts as shipped, a stock scheduler that asks the extender, real evictions, and what
/// kubelets tell of their pods. Each node has a processor of its own, so that what one does is not felt by the other.
@RealControlPlane
@Tag("real-nodes")
class HogMoveTest {

    /// A node is hot only once the hog gets its CPU, which others of this machine may have meanwhile.
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int VICTIM_MILLIS = 450;
    /// Too much beside the victim, and with room to spare on the other node, whatever its kubelet takes.
    private static final int HOG_MILLIS = 500;

    private static RunningNodes nodes;

    @BeforeAll
    static void startNodes(ControlPlane controlPlane) {
        var own = RealNodeSize.SMALL.withOwnProcessors();
        nodes = new KubeletNodes()
                .start(controlPlane, List.of(own, own), controlPlane.folder().resolve(RealNodes.FOLDER));
    }

    @AfterAll
    static void endNodes(ControlPlane controlPlane) {
        controlPlane.restartScheduler(SchedulerSettings.stock());
        controlPlane
                .client()
                .genericKubernetesResources("plimsoll.io/v1alpha1", "RebalancePlan")
                .delete();
        if (nodes != null) {
            nodes.close();
        }
    }

    @Test
    void hogOnARealNode_isNamedAndMovedWithinItsBudgetToWhereThePlanSaid(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace test) throws Exception {
        var installation = new Installation(controlPlane, client);
        installation.installRebalancer();
        var shop = new Shop(client, test.name());
        shop.open();
        var hog = shop.hogOn(first());
        try (var extender = PlimsollService.start(installation.extender());
                var rebalancer = PlimsollService.start(installation.rebalancer())) {
            controlPlane.restartScheduler(
                    SchedulerSettings.of(configuration(extender.schedulerUrl().orElseThrow())));
            var look = List.of("plan", "--all", "--server", rebalancer.inspectionUrl());

            shop.burnCpu(hog, HOG_MILLIS);

            var shown = await().atMost(PATIENCE).until(() -> plimsoll(look), answer -> answer.contains("1 move,"));
            assertThat(shown)
                    .containsPattern(first() + " +cpu at \\d+%, to be brought to 80%")
                    .containsPattern(hog + " +" + first() + " +" + second() + " .* it uses \\d+%, whatever it asks for")
                    .containsPattern("/web-\\S+ .*no other pod of its workload is ready");
            var plan = await().atMost(PATIENCE)
                    .until(
                            () -> installation.kubectl("get", "rebalanceplans", "--no-headers"),
                            rows -> rows.contains("Proposed"))
                    .split(" ")[0];
            assertThat(shop.hogs()).containsEntry(hog, first());
            var guard = shop.guard();
            try (guard) {
                plimsoll(List.of(
                        "approve",
                        plan,
                        "--kubeconfig",
                        controlPlane.kubeconfig().toString()));
                await().atMost(PATIENCE)
                        .until(
                                () -> installation.kubectl("get", "rebalanceplan", plan, "--no-headers"),
                                row -> row.contains("Completed"));
            }

            assertThat(installation.kubectl("get", "rebalanceplan", plan, "-o", "yaml"))
                    .contains("moved: 1/1", "phase: Landed", second() + ", as planned");
            assertThat(shop.hogs()).hasSize(2).doesNotContainKey(hog);
            assertThat(shop.hogs().values()).containsOnly(second());
            assertThat(guard.leastReady()).isEqualTo(1);
        }
    }

    private static String first() {
        return nodes.names().getFirst();
    }

    private static String second() {
        return nodes.names().getLast();
    }

    private static String plimsoll(List<String> arguments) {
        var answer = new StringWriter();
        int code = Plimsoll.commandLine()
                .setOut(new PrintWriter(answer))
                .setErr(new PrintWriter(answer))
                .execute(arguments.toArray(String[]::new));
        assertThat(code).as("%s", answer).isZero();
        return answer.toString();
    }

    private static String configuration(String extender) {
        return """
                apiVersion: kubescheduler.config.k8s.io/v1
                kind: KubeSchedulerConfiguration
                extenders:
                - urlPrefix: %s
                  filterVerb: filter
                  prioritizeVerb: prioritize
                  weight: 5
                  nodeCacheCapable: true
                  ignorable: true
                  httpTimeout: 500ms
                """.formatted(extender);
    }

    /// A service on the first node; a hog with a replica on each node, both quiet, of which one must stay.
    private record Shop(KubernetesClient client, String namespace) {

        void open() {
            cordon(second());
            deploy("web", VICTIM_MILLIS);
            deploy("hog", 0);
            awaitReady("web", 1);
            awaitReady("hog", 1);
            cordon(first());
            client.apps().deployments().inNamespace(namespace).withName("hog").scale(2);
            awaitReady("hog", 2);
            cordon("");
            client.resource(new PodDisruptionBudgetBuilder()
                            .withNewMetadata()
                            .withName("hog")
                            .withNamespace(namespace)
                            .endMetadata()
                            .withNewSpec()
                            .withNewMinAvailable(1)
                            .withNewSelector()
                            .addToMatchLabels("app", "hog")
                            .endSelector()
                            .endSpec()
                            .build())
                    .create();
        }

        /// This one and no other.
        private void cordon(String cordoned) {
            for (var name : nodes.names()) {
                MergePatch.apply(client.nodes().withName(name), """
                        {"spec": {"unschedulable": %s}}""".formatted(name.equals(cordoned)));
            }
        }

        private void deploy(String name, int burnMillis) {
            var small = new ResourceRequirementsBuilder()
                    .addToRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("32Mi")))
                    .build();
            var pod = WorkloadProgram.pod(name, small, WorkloadDemand.IDLE.withCpuMillis(burnMillis));
            client.resource(WorkloadProgram.deployment(namespace, name, 1, pod)).create();
        }

        private void awaitReady(String app, int count) {
            await().atMost(PATIENCE)
                    .until(() -> pods(app).stream().filter(HogMoveTest::isReady).count() == count);
        }

        private List<Pod> pods(String app) {
            return client.pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .toList();
        }

        /// The hog's pods and their nodes.
        Map<String, String> hogs() {
            return pods("hog").stream()
                    .collect(Collectors.toMap(
                            pod -> pod.getMetadata().getName(),
                            pod -> String.valueOf(pod.getSpec().getNodeName())));
        }

        String hogOn(String node) {
            return hogs().entrySet().stream()
                    .filter(entry -> entry.getValue().equals(node))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }

        void burnCpu(String pod, int millis) {
            new WorkloadProgram(client, namespace, pod).burnCpu(millis);
        }

        Guard guard() {
            return new Guard(client, namespace);
        }
    }

    /// Counts the hog's ready pods with a watch of its own.
    private static final class Guard implements Watcher<Pod>, AutoCloseable {

        private final Map<String, Boolean> readyByPod = new ConcurrentHashMap<>();
        private final AtomicInteger least = new AtomicInteger(2);
        private final Watch watch;

        Guard(KubernetesClient client, String namespace) {
            var hogs = client.pods().inNamespace(namespace).withLabel("app", "hog");
            var seen = hogs.list();
            seen.getItems().forEach(this::note);
            this.watch = hogs.withResourceVersion(seen.getMetadata().getResourceVersion())
                    .watch(this);
        }

        private void note(Pod pod) {
            readyByPod.put(
                    pod.getMetadata().getName(),
                    isReady(pod) && pod.getMetadata().getDeletionTimestamp() == null);
        }

        @Override
        public void eventReceived(Action action, Pod pod) {
            if (action == Action.DELETED) {
                readyByPod.remove(pod.getMetadata().getName());
            } else {
                note(pod);
            }
            int ready = (int)
                    readyByPod.values().stream().filter(Boolean::booleanValue).count();
            least.accumulateAndGet(ready, Math::min);
        }

        @Override
        public void onClose(WatcherException cause) {
            least.set(-1);
        }

        int leastReady() {
            return least.get();
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }
}
