package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.plimsoll.app.CommandRun;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.testbed.controlplane.Component;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.MergePatch;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.TestNamespace;
import io.plimsoll.testbed.realnodes.KubeletNodes;
import io.plimsoll.testbed.realnodes.RunningNodes;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The service in both roles, with the account, definitions and rules of admission as shipped, on a real node.
@RealControlPlane
@Tag("real-nodes")
class RightsizerServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// 100 MiB above a limit of 64 MiB that was hit, or above the little more that the kubelet has measured.
    private static final List<String> RAISED = List.of("164Mi", "165Mi");

    private static final String API = "plimsoll.io/v1alpha1";
    private static final JsonMapper JSON = new JsonMapper();
    private static final long HELD_BYTES = 100L << 20;

    private static RunningNodes nodes;

    @SuppressWarnings("NullAway.Init")
    private ControlPlane controlPlane;

    @SuppressWarnings("NullAway.Init")
    private Installation installation;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @BeforeAll
    static void startNode(ControlPlane controlPlane) {
        nodes = new KubeletNodes().start(controlPlane, 1, controlPlane.folder().resolve(RealNodes.FOLDER));
    }

    @AfterAll
    static void endNode(ControlPlane controlPlane) {
        CustomResources.unguard(controlPlane);
        if (nodes != null) {
            nodes.close();
        }
    }

    @BeforeEach
    void install(ControlPlane running, KubernetesClient own, TestNamespace test) {
        controlPlane = running;
        client = own;
        namespace = test.name();
        installation = new Installation(running, own);
        installation.installRightsizer();
    }

    /// The namespace takes its time to go, and the next test counts workloads.
    @AfterEach
    void leaveNothingToBeSized() {
        installation.kubectl("delete", "optimizationpolicies", "--all", "-n", namespace);
    }

    /// From a policy that recommends to one that acts, with a dry run and a missing right in between; and back by hand.
    @Test
    void policy_turnedFromRecommendToAuto_changesNothingUntilItMayAndThenResizesInPlaceAndTells() throws Exception {
        var pod = WorkloadProgram.pod(
                "busy",
                resources("50m", "32Mi", "400m", "256Mi"),
                WorkloadDemand.IDLE.withCpuMillis(200).withMemoryBytes(80L << 20));
        client.resource(deployment(pod)).create();
        policy("Recommend");

        try (var service = start(Map.of("rightsizer.dry-run", "true"))) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(skipped()).isEqualTo("RecommendOnly"));
            assertThat(recommendation().at("/status/containers/0/container").asText())
                    .isEqualTo(WorkloadProgram.CONTAINER);

            policy("Auto");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(skipped()).isEqualTo("DryRun"));
            assertThat(metrics(service)).contains("plimsoll_resize_skipped{reason=\"DryRun\"} 1.0");
        }
        mayResize(false);
        try (var service = start(Map.of())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(able())
                            .contains("\"False\"", "cannot patch resource", "pods/resize", "rbac.yaml has the rule"));
            assertThat(skipped()).isEqualTo("CannotAct");
            assertThat(metrics(service)).contains("plimsoll_resize_changes_total{phase=\"abandoned\"} 1.0");
        }
        assertThat(records()).isEmpty();
        assertThat(requests()).containsEntry("cpu", new Quantity("50m"));

        mayResize(true);
        try (var service = start(Map.of())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(requests().get("cpu")).isNotEqualTo(new Quantity("50m")));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(records())
                            .singleElement()
                            .satisfies(record -> assertThat(
                                            record.at("/status/phase").asText())
                                    .isEqualTo("Applied")));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(able()).contains("\"True\""));
            assertThat(status().getRestartCount()).isZero();
            assertThat(metrics(service))
                    .contains("plimsoll_resize_changes_total{phase=\"applied\"} 1.0", "plimsoll_resize_acting 1.0");
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(described("deployment/busy")).contains("Resized", "plimsoll undo " + namespace + "/busy-");
                assertThat(described("optimizationpolicy/sized")).contains("Resized", "Deployment busy: 1 pod");
            });
        }
        undone(namespace + "/" + records().getFirst().at("/metadata/name").asText());
    }

    /// As a user does it, at first without doing it.
    private void undone(String change) {
        var kubeconfig = controlPlane.kubeconfig().toString();
        var asked = CommandRun.of("undo", change, "--dry-run", "--kubeconfig", kubeconfig);
        assertThat(asked.code()).as("%s", asked).isZero();
        assertThat(requests().get("cpu")).isNotEqualTo(new Quantity("50m"));

        var done = CommandRun.of("undo", change, "--yes", "--kubeconfig", kubeconfig);

        assertThat(done.code()).as("%s", done).isZero();
        assertThat(requests()).isEqualTo(Map.of("cpu", new Quantity("50m"), "memory", new Quantity("32Mi")));
        assertThat(status().getRestartCount()).isZero();
        assertThat(CommandRun.of("undo", change, "--yes", "--kubeconfig", kubeconfig)
                        .code())
                .isEqualTo(1);
    }

    /// The Prometheus says of every container that it holds 2 GiB; the kubelet knows that it is 80 MiB.
    @Test
    void policy_thatChoosesASource_hearsThatOneAlone_andSaysWhereItIsNotRead() throws Exception {
        var pod = WorkloadProgram.pod(
                "busy", resources("50m", "32Mi", "400m", "3Gi"), WorkloadDemand.IDLE.withMemoryBytes(80L << 20));
        client.resource(deployment(pod)).create();
        policy("Recommend", "kubelet-summary");
        var lying = prometheus(2L << 30);
        try (var _ = start(Map.of(
                "usage.sources",
                "kubelet-summary,prometheus",
                "usage.prometheus-url",
                "http://127.0.0.1:" + lying.getAddress().getPort()))) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(skipped()).isEqualTo("RecommendOnly"));
            assertThat(recommended("source").asText()).isEqualTo("kubelet-summary");
            assertThat(recommendedMemoryBytes()).isLessThan(200L << 20);

            policy("Recommend", "prometheus");
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(recommendedMemoryBytes()).isGreaterThan(1L << 30);
                assertThat(recommended("source").asText()).isEqualTo("prometheus");
            });

            policy("Recommend", "graphite");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(described("optimizationpolicy/sized"))
                            .contains("write one of kubelet-summary, prometheus in place of graphite"));
        } finally {
            lying.stop(0);
        }
    }

    /// Both runs are the CronJob's controller's: each makes up for a time that went by unseen, so that nobody waits for
    /// a full minute. The first is killed at 64 MiB; 64 + 100 are recommended, with which the second one starts;
    /// one more where the kubelet has measured a little above the limit.
    @Test
    void cronJob_whoseRunIsKilledForMemory_isFixedAtItsNextScheduledRun() throws Exception {
        installation.apply("-k", "overlays/webhook");
        policy("Auto");
        try (var _ = installation.startWebhook();
                var _ = start(Map.of())) {
            var first = createCronJobWhoseRunIsKilled();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(nightlyMemory()).isIn(RAISED));
            awaitSized("CronJob", "nightly", nightly(), RightsizerServiceTest::limit);

            schedule(first.plusMinutes(1));
            await().atMost(PATIENCE).until(() -> runs().size() == 2);
            var second = runs().getLast();
            assertThat(limit(second).toString()).isIn(RAISED);
            assertThat(second.getMetadata().getAnnotations()).containsKey("admission.plimsoll.io/sized");
            assertThat(second.getMetadata().getLabels()).containsEntry("plimsoll.io/oom-raised", "true");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(object("WorkloadRecommendation", "cronjob-nightly")
                                    .at("/status/oomRaises/0/message")
                                    .asText())
                            // Its pod may have been changed while it failed: then that is what is told.
                            .contains(
                                    "was killed for memory at its limit of 64Mi (",
                                    "the jobTemplate of CronJob nightly")
                            .containsPattern(String.join("|", RAISED)));
            var program =
                    new WorkloadProgram(client, namespace, second.getMetadata().getName());
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> program.state().heldBytes() == HELD_BYTES);
            assertThat(runs().getLast()
                            .getStatus()
                            .getContainerStatuses()
                            .getFirst()
                            .getRestartCount())
                    .isZero();
        } finally {
            installation.removeWebhook();
        }
    }

    /// The event is as a kubelet writes it. Without it the same kill counts as one at the limit.
    @Test
    void kill_whileItsNodeHadNoMemoryLeft_isNoReasonForMore() throws Exception {
        createCronJobWhoseRunIsKilled();
        var run = runs().getFirst();
        var killedAt = run.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated()
                .getFinishedAt();
        installation.create("""
                {apiVersion: v1, kind: Event, metadata: {name: node-without-memory, namespace: default},
                 involvedObject: {kind: Node, name: %1$s, uid: %1$s}, source: {component: kubelet, host: %1$s},
                 reason: SystemOOM, type: Warning, count: 1, firstTimestamp: "%2$s", lastTimestamp: "%2$s",
                 message: "System OOM encountered, victim process: program, pid: 4242"}""".formatted(run.getSpec().getNodeName(), killedAt));
        policy("Auto");
        try (var service = start(Map.of())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(metrics(service)).contains("plimsoll_resize_acting 1.0"));
            await().during(Duration.ofSeconds(6))
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(nightlyMemory()).isNotIn(RAISED));
        }
        installation.kubectl("delete", "event", "node-without-memory", "-n", "default");
        try (var _ = start(Map.of())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(nightlyMemory()).isIn(RAISED));
        }
    }

    /// Where the container's end comes before the kernel's word of its kill, the kubelet says `Error`: then there is
    /// another one.
    ///
    /// @return the time of which the run is
    private OffsetDateTime createCronJobWhoseRunIsKilled() {
        for (int tries = 1; true; tries++) {
            var first = OffsetDateTime.now(ZoneOffset.UTC)
                    .truncatedTo(ChronoUnit.MINUTES)
                    .minusMinutes(2);
            client.resource(cronJob(first)).create();
            lastRun(first.minusHours(1));
            await().atMost(PATIENCE)
                    .until(() -> runs().size() == 1 && !ended(runs().getFirst()).isEmpty());
            if (tries == 3 || !ended(runs().getFirst()).equals("Error")) {
                assertThat(ended(runs().getFirst())).isEqualTo("OOMKilled");
                return first;
            }
            nightlyJob().delete();
            await().atMost(PATIENCE).until(() -> runs().isEmpty());
        }
    }

    private String nightlyMemory() {
        return object("WorkloadRecommendation", "cronjob-nightly")
                .at("/status/containers/0/target/memory")
                .asText();
    }

    /// It holds 100 MiB for a moment. At its limit of 64 MiB it is killed and started again, in a pod that nobody
    /// can resize; 64 + 100 are recommended, and each pod that is made from then on starts with that, also the one
    /// after the first, which had nothing to tell of kills.
    @Test
    void initContainer_killedForMemory_startsWithMoreInEachPodThatComes() throws Exception {
        var migrate = WorkloadProgram.initContainer(
                "migrate", resources("50m", "32Mi", "400m", "64Mi"), WorkloadDemand.IDLE.withMemoryBytes(HELD_BYTES));
        var pod = WorkloadProgram.pod("busy", resources("50m", "32Mi", "400m", "64Mi"), WorkloadDemand.IDLE);
        pod.getSpec().setInitContainers(List.of(migrate));
        installation.apply("-k", "overlays/webhook");
        try (var _ = installation.startWebhook();
                var _ = start(Map.of())) {
            client.resource(deployment(pod)).create();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> killed(pod()));
            installation.create("""
                    {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy,
                     metadata: {name: sized, namespace: %s},
                     spec: {mode: Auto, containers: {allow: [migrate], includeInitContainers: true}}}""".formatted(namespace));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(skipped()).isEqualTo("AtCreation"));
            assertThat(told("/target/memory")).isIn(RAISED);
            assertThat(recommendation().at("/status/containers/0/reasons").toString())
                    .contains("AtCreation", "OomKilled");
            awaitSized("Deployment", "busy", pod, RightsizerServiceTest::initLimit);

            for (int i = 0; i < 2; i++) {
                deletePod();
                await().atMost(PATIENCE).ignoreExceptions().until(() -> status().getReady());
                assertThat(initLimit(pod()).toString()).isIn(RAISED);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(told("/current/memory")).isIn(RAISED));
            }
            assertThat(records()).isEmpty();
        } finally {
            installation.removeWebhook();
        }
    }

    /// It holds 100 MiB at a limit of 64 MiB. Its owner is a custom resource, which nobody may read here: that is
    /// known by what its ReplicaSet says, so it gets no annotations. Without a policy nobody speaks of it any more.
    @Test
    void podOfACustomOwner_killedForMemory_isRaisedLabelledAndToldOfUntilNoPolicySelectsIt() throws Exception {
        var demand = WorkloadDemand.IDLE.withMemoryBytes(HELD_BYTES);
        var pod = WorkloadProgram.pod("busy", resources("50m", "32Mi", "400m", "64Mi"), demand);
        installation.apply("-k", "overlays/rightsizer-oom-labels");
        installation.apply("-k", "overlays/webhook");
        installation.create("""
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy, metadata: {name: sized, namespace: %s},
                 spec: {mode: Auto, workloads: {kinds: [Rollout], allow: [busy]},
                   gitOps: {annotations: {example.com/sync: paused}}}}""".formatted(namespace));
        try (var _ = installation.startWebhook();
                var _ = start(Map.of())) {
            client.resource(replicaSet(pod, rollout())).create();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> RAISED.contains(limit(pod()).toString()));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(installation.kubectl("get", "pods", "-A", "-l", "plimsoll.io/oom-raised"))
                                    .contains(namespace, pod().getMetadata().getName()));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(object("WorkloadRecommendation", "rollout-busy")
                                    .at("/status/oomRaises/0/message")
                                    .asText())
                            .contains("in the running pods", "Write that into the template of Rollout busy: "));
            awaitSized("Rollout", "busy", pod, RightsizerServiceTest::limit);

            installation.kubectl("delete", "-n", namespace, "optimizationpolicy", "sized");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(pod().getMetadata().getLabels()).containsOnlyKeys("app"));
            await().atMost(PATIENCE).untilAsserted(() -> {
                var status = object("WorkloadRecommendation", "rollout-busy").path("status");
                assertThat(status.path("message").asText()).startsWith("no policy selects this workload any more");
                assertThat(status.has("oomRaises")).isFalse();
                assertThat(status.at("/lastApplied/record").asText()).contains("busy");
            });
        } finally {
            installation.removeWebhook();
            installation.delete("-k", Installation.manifest("overlays/rightsizer-oom-labels"));
            installation.delete("crd", "rollouts.example.com");
        }
    }

    /// A kind that nobody but its own controller knows.
    private GenericKubernetesResource rollout() {
        installation.create("""
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,
                 metadata: {name: rollouts.example.com},
                 spec: {group: example.com, scope: Namespaced,
                   names: {kind: Rollout, plural: rollouts, singular: rollout},
                   versions: [{name: v1, served: true, storage: true,
                     schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}},
                     subresources: {status: {},
                       scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}}]}}""");
        installation.kubectl("wait", "--for=condition=established", "crd/rollouts.example.com");
        var rollout = new GenericKubernetesResourceBuilder()
                .withApiVersion("example.com/v1")
                .withKind("Rollout")
                .withNewMetadata()
                .withName("busy")
                .withNamespace(namespace)
                .endMetadata()
                .addToAdditionalProperties("spec", Map.of("replicas", 1))
                .build();
        return client.resource(rollout).create();
    }

    private ReplicaSet replicaSet(Pod pod, GenericKubernetesResource owner) {
        var template = deployment(pod).getSpec().getTemplate();
        var reference = new OwnerReference(
                owner.getApiVersion(),
                false,
                true,
                owner.getKind(),
                owner.getMetadata().getName(),
                owner.getMetadata().getUid());
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName("busy-1")
                .withNamespace(namespace)
                .withOwnerReferences(reference)
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withNewSelector()
                .addToMatchLabels("app", "busy")
                .endSelector()
                .withTemplate(template)
                .endSpec()
                .build();
    }

    /// Of the only container that is spoken of.
    private String told(String field) {
        return recommendation().at("/status/containers/0" + field).asText();
    }

    private static boolean killed(Pod pod) {
        return pod.getStatus().getInitContainerStatuses().stream()
                .flatMap(status -> Stream.of(status.getState(), status.getLastState()))
                .map(ContainerState::getTerminated)
                .filter(Objects::nonNull)
                .anyMatch(ended -> ended.getReason().equals("OOMKilled"));
    }

    private static Quantity initLimit(Pod pod) {
        return Optional.ofNullable(pod.getSpec()
                        .getInitContainers()
                        .getFirst()
                        .getResources()
                        .getLimits()
                        .get("memory"))
                .orElseThrow();
    }

    /// Returns when it is gone.
    private void deletePod() {
        installation.kubectl(
                "delete", "-n", namespace, "pod", pod().getMetadata().getName());
    }

    /// Returns when new pods of the workload are given what is recommended: the API server and the webhook take up what
    /// has changed in their own time.
    private void awaitSized(String kind, String name, Pod pod, Function<Pod, Quantity> limit) {
        pod.getMetadata().setOwnerReferences(List.of(new OwnerReference("any/v1", false, true, kind, name, "any")));
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> RAISED.contains(limit.apply(client.resource(pod)
                                .inNamespace(namespace)
                                .dryRun()
                                .create())
                        .toString()));
    }

    /// Of each workload's two pods the first one is watched when the process, and later the API server, is killed. The
    /// next process sees that pod through and leaves the other, which nothing was sent to, to a change of its own.
    @Test
    void changes_inTheMiddleOfWhichTheProcessOrTheApiServerIsKilled_endAsTheirRecordsSay() throws Exception {
        watching(Duration.ofMinutes(5));
        client.resource(holding("orphaned")).create();
        var process = installation.startRightsizerProcess(
                "killed-rightsizer",
                Map.of("rightsizer.lease.duration-seconds", "6", "rightsizer.lease.renew-deadline-seconds", "4"));
        awaitWatched("orphaned");

        controlPlane.processes().kill(process);

        assertThat(phases("orphaned")).containsExactly("open");
        assertThat(changed("orphaned")).hasSize(1);
        watching(Duration.ofSeconds(15));
        client.resource(holding("cut-off")).create();
        try (var _ = start(Map.of("roles", "rightsizer"))) {
            awaitWatched("cut-off");
            assertThat(phases("cut-off")).containsExactly("open");

            controlPlane.kill(Component.API_SERVER);
            controlPlane.restartApiServer();

            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(phases("cut-off")).containsExactly("Applied"));
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(phases("orphaned")).first().isEqualTo("Applied"));
        }
        assertThat(outcomes("orphaned").getFirst()).containsExactly("Applied", "Abandoned");
        assertThat(outcomes("cut-off").getFirst()).containsExactly("Applied", "Applied");
        for (var name : List.of("orphaned", "cut-off")) {
            var recorded = recorded(name);
            assertThat(changed(name)).isNotEmpty().allSatisfy(pod -> {
                assertThat(recorded).contains(memoryOf(pod));
                assertThat(pod.getStatus().getContainerStatuses().getFirst().getRestartCount())
                        .isZero();
            });
        }
    }

    /// Two pods that ask for less memory than they hold.
    private Deployment holding(String name) {
        var demand = WorkloadDemand.IDLE.withMemoryBytes(80L << 20);
        var pod = WorkloadProgram.pod(name, resources("50m", "32Mi", "400m", "256Mi"), demand);
        return WorkloadProgram.deployment(namespace, name, 2, pod);
    }

    /// Acts on memory alone.
    private void watching(Duration canary) {
        installation.create("""
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy,
                 metadata: {name: sized, namespace: %s},
                 spec: {mode: Auto, usage: {minConfidencePercent: 10}, controlled: {resources: [memory]},
                        update: {canaryWindow: %ds}}}""".formatted(namespace, canary.toSeconds()));
    }

    /// Until the first pod has what was recommended.
    private void awaitWatched(String name) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(changed(name))
                        .singleElement()
                        .satisfies(pod -> assertThat(Optional.of(pod.getStatus()
                                        .getContainerStatuses()
                                        .getFirst()
                                        .getResources()
                                        .getRequests()))
                                .contains(pod.getSpec()
                                        .getContainers()
                                        .getFirst()
                                        .getResources()
                                        .getRequests())));
    }

    /// Those that ask for something else than their template.
    private List<Pod> changed(String name) {
        return client.pods().inNamespace(namespace).withLabel("app", name).list().getItems().stream()
                .filter(pod -> !memoryOf(pod).endsWith(" 32Mi"))
                .toList();
    }

    /// Its uid and what it asks for.
    private static String memoryOf(Pod pod) {
        return pod.getMetadata().getUid() + " "
                + pod.getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getRequests()
                        .get("memory");
    }

    /// What records of the workload say that pods are to ask for.
    private List<String> recorded(String name) {
        return records(name).stream()
                .flatMap(record -> record.at("/spec/pods").valueStream())
                .map(pod -> pod.path("uid").asText() + " "
                        + pod.at("/after/0/requests/memory").asText())
                .toList();
    }

    /// How far the changes of the workload are, the oldest first.
    private List<String> phases(String name) {
        return records(name).stream()
                .map(record -> record.at("/status/phase").asText("open"))
                .map(phase -> phase.isEmpty() || phase.equals("Intended") ? "open" : phase)
                .toList();
    }

    /// The same of each pod.
    private List<List<String>> outcomes(String name) {
        return records(name).stream()
                .map(record -> record.at("/status/pods")
                        .valueStream()
                        .map(pod -> pod.path("phase").asText())
                        .toList())
                .toList();
    }

    private List<JsonNode> records(String name) {
        return records().stream()
                .filter(record -> record.at("/spec/workload/name").asText().equals(name))
                .sorted(Comparator.comparing(
                        record -> record.at("/metadata/creationTimestamp").asText()))
                .toList();
    }

    /// Nothing of Plimsoll's runs in the cluster: a Prometheus that scrapes the kubelet has been there, for part of the
    /// five minutes over which it is asked for rates, which are the lower for that.
    @Test
    void prometheus_thatScrapesTheNode_tellsWhatTheWorkloadShouldAskFor() {
        controlPlane.startPrometheus();
        try {
            var pod = WorkloadProgram.pod(
                    "busy",
                    resources("50m", "32Mi", "400m", "256Mi"),
                    WorkloadDemand.IDLE.withCpuMillis(200).withMemoryBytes(80L << 20));
            client.resource(deployment(pod)).create();

            await().atMost(PATIENCE).untilAsserted(() -> {
                var told = recommended(
                        "--prometheus", controlPlane.prometheus().toString(), "--window", "2m", "--step", "15s");
                var container = JSON.readTree(told).at("/0/status/containers/0");
                assertThat(container.path("container").asText()).isEqualTo(WorkloadProgram.CONTAINER);
                var target = container.path("target");
                assertThat(Quantity.getAmountInBytes(
                                        new Quantity(target.path("memory").asText()))
                                .longValue())
                        .isBetween(80L << 20, 200L << 20);
                assertThat(Quantity.getAmountInBytes(
                                        new Quantity(target.path("cpu").asText()))
                                .movePointRight(3)
                                .longValue())
                        .isBetween(40L, 400L);
            });
        } finally {
            controlPlane.stop(Component.PROMETHEUS);
        }
    }

    private String recommended(String... options) {
        var arguments = new ArrayList<>(List.of("recommend", "-n", namespace, "-o", "json"));
        arguments.addAll(List.of(options));
        var run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.code()).as("%s", run).isZero();
        return run.out();
    }

    private CronJob cronJob(OffsetDateTime at) {
        var pod = nightly();
        return new CronJobBuilder()
                .withNewMetadata()
                .withName("nightly")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withSchedule(daily(at))
                .withTimeZone("Etc/UTC")
                .withNewJobTemplate()
                .withNewSpec()
                .withBackoffLimit(0)
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "nightly")
                .endMetadata()
                .withSpec(pod.getSpec().edit().withRestartPolicy("Never").build())
                .endTemplate()
                .endSpec()
                .endJobTemplate()
                .endSpec()
                .build();
    }

    private static Pod nightly() {
        return WorkloadProgram.pod(
                "nightly", resources("50m", "32Mi", "400m", "64Mi"), WorkloadDemand.IDLE.withMemoryBytes(HELD_BYTES));
    }

    private static String daily(OffsetDateTime at) {
        return at.getMinute() + " " + at.getHour() + " * * *";
    }

    /// As if the controller had seen a time go by.
    private void lastRun(OffsetDateTime at) {
        MergePatch.apply(nightlyJob().subresource("status"), """
                {"status": {"lastScheduleTime": "%s"}}""".formatted(at.toInstant()));
    }

    /// The controller looks at once when something else changes with it.
    private void schedule(OffsetDateTime at) {
        var job = nightlyJob();
        MergePatch.apply(job, """
                {"spec": {"schedule": "%s"}}""".formatted(daily(at)));
        MergePatch.apply(job, """
                {"metadata": {"annotations": {"looked": "again"}}}""");
    }

    private Resource<CronJob> nightlyJob() {
        return client.batch().v1().cronjobs().inNamespace(namespace).withName("nightly");
    }

    /// The oldest first.
    private List<Pod> runs() {
        return client.pods().inNamespace(namespace).withLabel("app", "nightly").list().getItems().stream()
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    private static String ended(Pod run) {
        return run.getStatus().getContainerStatuses().stream()
                .map(status -> status.getState().getTerminated())
                .filter(Objects::nonNull)
                .map(ContainerStateTerminated::getReason)
                .findFirst()
                .orElse("");
    }

    private static Quantity limit(Pod run) {
        return Optional.ofNullable(run.getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getLimits()
                        .get("memory"))
                .orElseThrow();
    }

    private static ResourceRequirements resources(String cpu, String memory, String cpuLimit, String memoryLimit) {
        return new ResourceRequirementsBuilder()
                .addToRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory)))
                .addToLimits(Map.of("cpu", new Quantity(cpuLimit), "memory", new Quantity(memoryLimit)))
                .build();
    }

    private PlimsollService start(Map<String, String> further) throws Exception {
        var settings = new HashMap<>(Map.of("roles", "extender,rightsizer", "scheduler-port.port", "0"));
        settings.putAll(further);
        return PlimsollService.start(installation.rightsizer(settings));
    }

    private void policy(String mode) {
        installation.create("""
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy,
                 metadata: {name: sized, namespace: %s},
                 spec: {mode: %s, usage: {minConfidencePercent: 10}, update: {canaryWindow: 10s}}}""".formatted(namespace, mode));
    }

    private void policy(String mode, String source) {
        installation.create("""
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy,
                 metadata: {name: sized, namespace: %s},
                 spec: {mode: %s, usage: {source: %s}}}""".formatted(namespace, mode, source));
    }

    /// One that knows the container of this test alone, and says of it what it is told to.
    private HttpServer prometheus(long memoryBytes) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/query", exchange -> {
            var query = URLDecoder.decode(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8);
            double seconds = System.currentTimeMillis() / 1000.0;
            var value = query.contains("timestamp(") ? seconds : query.contains("rate(") ? 50 : (double) memoryBytes;
            var series = query.contains("pod, container")
                    ? "{\"metric\":{\"namespace\":\"%s\",\"pod\":\"%s\",\"container\":\"%s\"},\"value\":[%.3f,\"%.3f\"]}"
                            .formatted(
                                    namespace, pod().getMetadata().getName(), WorkloadProgram.CONTAINER, seconds, value)
                    : "";
            var body = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + series + "]}}";
            exchange.sendResponseHeaders(200, body.length());
            try (var out = exchange.getResponseBody()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
        });
        server.start();
        return server;
    }

    private JsonNode recommended(String field) {
        return recommendation().at("/status/containers/0/" + field);
    }

    private long recommendedMemoryBytes() {
        return Quantity.getAmountInBytes(
                        new Quantity(recommended("target").path("memory").asText()))
                .longValue();
    }

    private void mayResize(boolean may) {
        installation.apply("-f", "overlays/rightsizer/rbac.yaml");
        if (!may) {
            client.rbac().clusterRoles().withName(Installation.RIGHTSIZER).edit(role -> {
                role.getRules().removeIf(rule -> rule.getResources().contains("pods/resize"));
                return role;
            });
        }
    }

    private JsonNode recommendation() {
        return object("WorkloadRecommendation", "deployment-busy");
    }

    private String skipped() {
        return recommendation().at("/status/lastSkipped/reason/code").asText();
    }

    /// The policy's condition of that type, as JSON.
    private String able() {
        for (var condition : object("OptimizationPolicy", "sized").at("/status/conditions")) {
            if (condition.path("type").asText().equals("Able")) {
                return condition.toString();
            }
        }
        return "";
    }

    private JsonNode object(String kind, String name) {
        var found = client.genericKubernetesResources(API, kind)
                .inNamespace(namespace)
                .withName(name)
                .get();
        return JSON.valueToTree(found == null ? Map.of() : found);
    }

    private List<JsonNode> records() {
        return client.genericKubernetesResources(API, "ChangeRecord").inNamespace(namespace).list().getItems().stream()
                .map(JSON::<JsonNode>valueToTree)
                .toList();
    }

    private ContainerStatus status() {
        return pod().getStatus().getContainerStatuses().getFirst();
    }

    /// What it really has, as the kubelet says.
    private Map<String, Quantity> requests() {
        return status().getResources().getRequests();
    }

    private Pod pod() {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("app", "busy")
                .list()
                .getItems()
                .getFirst();
    }

    private String described(String object) {
        return installation.kubectl("describe", "-n", namespace, object);
    }

    private static String metrics(PlimsollService service) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.inspectionUrl() + "/metrics"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }

    private Deployment deployment(Pod pod) {
        return WorkloadProgram.deployment(namespace, "busy", 1, pod);
    }
}
