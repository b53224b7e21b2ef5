package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiPolicyStatuses;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.action.ApiRecommendations.Standing;
import io.plimsoll.kubernetes.action.ApiTemplates;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.autoscaler.ApiAutoscalers;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.kubernetes.policy.ListedPolicy;
import io.plimsoll.kubernetes.resource.ClusterOptimizationPolicy;
import io.plimsoll.kubernetes.resource.ContainerRecommendation;
import io.plimsoll.kubernetes.resource.OptimizationPolicy;
import io.plimsoll.kubernetes.resource.PolicyReference;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.ResourceCondition.Truth;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.kubernetes.resource.WorkloadRecommendation;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastApplied;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastSkipped;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.MemoryAmounts;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.OomRaise;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.PodTotals;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.TemplateContainer;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.RecreatablePods;
import io.plimsoll.model.action.WorkloadMarks;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Policies, their statuses and other autoscalers at a real API server.
@RealControlPlane
class RealPoliciesTest {

    @Test
    void status_ofAPolicyAtTheApiServer_isWrittenOnceAndListedAsItWasWritten(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws IOException {
        CustomResources.apply(controlPlane);
        create(client, """
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy,
                 metadata: {name: web, namespace: %s}, spec: {mode: Auto, weight: 7}}""".formatted(namespace.name()));
        var workload = new Owner(namespace.name(), "Deployment", "web");
        var writes = new AtomicInteger();
        try (var server = new ApiServer(client)) {
            var statuses = new ApiPolicyStatuses(server);
            var policies = new ApiPolicies(server, new ImageLabels(() -> ClusterImage.EMPTY));
            var teller = new PolicyTeller(
                    (policy, status) -> {
                        writes.incrementAndGet();
                        statuses.write(policy, status);
                    },
                    () -> policies.listed().stream()
                            .filter(policy -> policy.namespace().equals(Optional.of(namespace.name())))
                            .toList(),
                    Optional::empty,
                    () -> Savings.NONE,
                    Clock.systemUTC());

            teller.decided(sizings(policies.get(), workload));
            teller.decided(sizings(policies.get(), workload));

            assertThat(writes).hasValue(1);
            var status = policies.listed().stream()
                    .filter(policy -> policy.label().equals(namespace.name() + "/web"))
                    .findFirst()
                    .flatMap(ListedPolicy::status)
                    .orElseThrow();
            assertThat(status.matchedWorkloads()).isEqualTo(1);
            assertThat(status.observedGeneration()).isEqualTo(1);
            assertThat(status.conditions())
                    .extracting(ResourceCondition::type, ResourceCondition::reason)
                    .containsExactly(tuple("Ready", "Read"), tuple("Conflicting", "OnlyOne"));
        }
    }

    /// Each selects everything there, and so do five of the whole cluster: each workload has a thousand losers.
    @Test
    void thousandPolicies_thatMatchEverything_areToldInFivePassesAndThenNoMore(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws IOException {
        CustomResources.apply(controlPlane);
        var yaml = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            yaml.append("""
                    ---
                    {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy,
                     metadata: {name: p%d, namespace: %s}, spec: {weight: %d}}
                    """.formatted(i, namespace.name(), i % 100));
        }
        for (int i = 0; i < 5; i++) {
            yaml.append("""
                    ---
                    {apiVersion: plimsoll.io/v1alpha1, kind: ClusterOptimizationPolicy,
                     metadata: {name: %s-%d}, spec: {}}
                    """.formatted(namespace.name(), i));
        }
        client.load(new ByteArrayInputStream(yaml.toString().getBytes(StandardCharsets.UTF_8)))
                .create();
        var workloads = IntStream.range(0, 200)
                .mapToObj(i -> new Owner(namespace.name(), "Deployment", "web-" + i))
                .toList();
        var writes = new ArrayList<String>();
        try (var server = new ApiServer(client)) {
            var statuses = new ApiPolicyStatuses(server);
            var policies = new ApiPolicies(server, new ImageLabels(() -> ClusterImage.EMPTY));
            var teller = new PolicyTeller(
                    (policy, status) -> {
                        writes.add(policy.label());
                        statuses.write(policy, status);
                    },
                    () -> policies.listed().stream()
                            .filter(policy -> policy.label().startsWith(namespace.name()))
                            .toList(),
                    Optional::empty,
                    () -> Savings.NONE,
                    Clock.systemUTC());

            for (int pass = 0; pass < 6; pass++) {
                var read = policies.get();
                teller.decided(workloads.stream()
                        .flatMap(workload -> sizings(read, workload).stream())
                        .toList());
            }

            assertThat(writes).hasSize(1005).doesNotHaveDuplicates();
            var told = client.resources(OptimizationPolicy.class)
                    .inNamespace(namespace.name())
                    .list()
                    .getItems();
            assertThat(told).hasSize(1000).allSatisfy(policy -> {
                assertThat(policy.getStatus().matchedWorkloads()).isEqualTo(200);
                assertThat(Serialization.asJson(policy.getStatus()).length()).isLessThan(3000);
            });
        } finally {
            client.resources(ClusterOptimizationPolicy.class).list().getItems().stream()
                    .filter(policy -> policy.getMetadata().getName().startsWith(namespace.name()))
                    .forEach(policy -> client.resource(policy).delete());
        }
    }

    /// The kind alone: it is the object that counts, and not whether anybody acts by it.
    @Test
    void verticalAutoscaler_atTheApiServer_ownsWhatItMayChange(KubernetesClient client, TestNamespace namespace) {
        var definition = client.load(new ByteArrayInputStream("""
                ---
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata:
                  name: verticalpodautoscalers.autoscaling.k8s.io
                  annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes/kubernetes/pull/63797"}
                spec:
                  group: autoscaling.k8s.io
                  scope: Namespaced
                  names: {kind: VerticalPodAutoscaler, plural: verticalpodautoscalers, singular: verticalpodautoscaler}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """.getBytes(StandardCharsets.UTF_8)));
        definition.serverSideApply();
        CustomResources.awaitServed(client, "verticalpodautoscalers.autoscaling.k8s.io");
        try (var server = new ApiServer(client)) {
            createWhenServed(client, verticalAutoscaler(namespace, "web", "updateMode: \"Recreate\""));
            createWhenServed(client, verticalAutoscaler(namespace, "db", "updateMode: \"Off\""));

            assertThat(new ApiAutoscalers(server).claims())
                    .containsEntry(
                            new Owner(namespace.name(), "Deployment", "web"),
                            Claimed.by("VerticalPodAutoscaler web", Set.of(ResourceKind.CPU, ResourceKind.MEMORY)))
                    .doesNotContainKey(new Owner(namespace.name(), "Deployment", "db"));
        } finally {
            definition.delete();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> definition.get().stream().allMatch(Objects::isNull));
        }
    }

    /// A kind that is established is not served by each path of the API server that very moment.
    private static void createWhenServed(KubernetesClient client, String yaml) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsMatching(
                        e -> e instanceof KubernetesClientException problem && problem.getCode() == 404)
                .untilAsserted(() -> create(client, yaml));
    }

    private static String verticalAutoscaler(TestNamespace namespace, String target, String policy) {
        return """
                {apiVersion: autoscaling.k8s.io/v1, kind: VerticalPodAutoscaler,
                 metadata: {name: %2$s, namespace: %1$s},
                 spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: %2$s},
                        updatePolicy: {%3$s}}}""".formatted(namespace.name(), target, policy);
    }

    /// The HPA without metrics gets one for CPU from the API server; the one with a container's memory keeps it.
    @Test
    void horizontalAutoscalers_atTheApiServer_ownWhatTheirMetricsLookAt(
            KubernetesClient client, TestNamespace namespace) {
        create(client, autoscaler(namespace, "web", ""));
        create(client, autoscaler(namespace, "db", """
                , metrics: [{type: ContainerResource, containerResource:
                  {name: memory, container: app, target: {type: Utilization, averageUtilization: 70}}}]"""));
        try (var server = new ApiServer(client)) {
            assertThat(new ApiAutoscalers(server).claims())
                    .containsEntry(
                            new Owner(namespace.name(), "Deployment", "web"),
                            Claimed.by("HorizontalPodAutoscaler web", Set.of(ResourceKind.CPU)))
                    .containsEntry(
                            new Owner(namespace.name(), "Deployment", "db"),
                            Claimed.by("HorizontalPodAutoscaler db", Set.of(ResourceKind.MEMORY)));
        }
    }

    /// A patch that stayed after its policy no longer wants one would be taken over still.
    @Test
    void template_thatIsNoLongerWrittenOut_isTakenFromTheRecommendation(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws IOException {
        CustomResources.apply(controlPlane);
        var web = new Owner(namespace.name(), "Deployment", "web");
        var amounts = new ResourceAmounts(new Quantity("150m"), new Quantity("64Mi"));
        try (var server = new ApiServer(client)) {
            var recommendations = new ApiRecommendations(server);
            recommendations.write(web, written(List.of(new TemplateContainer("side", true, amounts, null))));
            assertThat(written(client, namespace))
                    .isEqualTo(written(List.of(new TemplateContainer("side", true, amounts, null))));

            recommendations.write(web, written(List.of()));

            assertThat(written(client, namespace)).isEqualTo(written(List.of()));
        }
    }

    @Test
    void recommendation_thatIsLabelled_isFoundByItsLabels_andKeepsThemWhenItsStatusIsWritten(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws IOException {
        CustomResources.apply(controlPlane);
        var web = new Owner(namespace.name(), "Deployment", "web");
        try (var server = new ApiServer(client)) {
            var recommendations = new ApiRecommendations(server);
            recommendations.write(web, written(List.of()));
            recommendations.label(web, Map.of("neighbour.plimsoll.io/worst", "D"));
            recommendations.label(web, Map.of("neighbour.plimsoll.io/now", "A"));

            recommendations.write(web, written(List.of()));

            assertThat(recommendations.labels())
                    .containsEntry(web, Map.of("neighbour.plimsoll.io/worst", "D", "neighbour.plimsoll.io/now", "A"));
            assertThat(client.resources(WorkloadRecommendation.class)
                            .inNamespace(namespace.name())
                            .withLabelIn("neighbour.plimsoll.io/worst", "D", "E")
                            .list()
                            .getItems())
                    .hasSize(1);

            recommendations.unlabel(web, List.of("neighbour.plimsoll.io/now", "neighbour.plimsoll.io/usual"));
            recommendations.unlabel(new Owner(namespace.name(), "Deployment", "gone"), NeighbourLabels.ALL);

            assertThat(recommendations.labels()).containsEntry(web, Map.of("neighbour.plimsoll.io/worst", "D"));
        }
    }

    /// What people would act on goes; the record of the last change stays.
    @Test
    void recommendation_ofAWorkloadThatNoPolicySelectsAnyMore_keepsWhatWasAppliedAndNothingElse(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws IOException {
        CustomResources.apply(controlPlane);
        var web = new Owner(namespace.name(), "Deployment", "web");
        var none = new Owner(namespace.name(), "Deployment", "none");
        var amounts = new ResourceAmounts(new Quantity("150m"), new Quantity("64Mi"));
        try (var server = new ApiServer(client)) {
            var recommendations = new ApiRecommendations(server);
            recommendations.write(web, everything(List.of(new TemplateContainer("side", true, amounts, null))));
            assertThat(standing(recommendations, namespace)).containsExactly(new Standing(web, true, true));

            recommendations.withoutPods(web, List.of(), Optional.of("no pod runs"));
            assertThat(standing(recommendations, namespace)).containsExactly(new Standing(web, true, false));
            assertThat(status(client, namespace))
                    .containsEntry("message", "no pod runs")
                    .containsKeys("policy", "template", "lastSkipped")
                    .doesNotContainKeys("oomRaises", "saving");

            recommendations.withoutPolicy(web, "no policy", Instant.parse("2026-03-04T12:00:00Z"));
            recommendations.withoutPolicy(none, "no policy", Instant.parse("2026-03-04T12:00:00Z"));
            assertThat(standing(recommendations, namespace)).containsExactly(new Standing(web, false, false));
            assertThat(status(client, namespace))
                    .containsOnlyKeys("observedGeneration", "time", "message", "lastApplied")
                    .containsEntry("message", "no policy")
                    .containsEntry("time", "2026-03-04T12:00:00Z");
        }
    }

    private static List<Standing> standing(ApiRecommendations recommendations, TestNamespace namespace)
            throws IOException {
        return recommendations.standing().stream()
                .filter(found -> found.workload().namespace().equals(namespace.name()))
                .toList();
    }

    private static Map<String, Object> status(KubernetesClient client, TestNamespace namespace) {
        return client.genericKubernetesResources("plimsoll.io/v1alpha1", "WorkloadRecommendation")
                .inNamespace(namespace.name())
                .withName("deployment-web")
                .get()
                .get("status");
    }

    private static WorkloadRecommendationStatus everything(List<TemplateContainer> template) {
        var now = Instant.parse("2026-03-01T12:00:00Z");
        var memory = new MemoryAmounts(null, new Quantity("64Mi"));
        return new WorkloadRecommendationStatus(
                1L,
                new PolicyReference("OptimizationPolicy", "web"),
                now,
                List.of(),
                template,
                new PodTotals(new ResourceAmounts(new Quantity("1"), null), null),
                "a test",
                new Saving(new ResourceAmounts(new Quantity("1"), null), null, null),
                new LastApplied("web-1", now),
                new LastSkipped(new Reason("Cooldown", "a test"), now),
                List.of(new OomRaise("main", OomRaise.State.RAISED, 1, now, memory, memory, "web-1", "killed")),
                List.of(new ResourceCondition("LeftAlone", Truth.FALSE, 1L, now, "ChangesStay", "a test")));
    }

    @Test
    void annotations_ofARealDeployment_areSetWhereNobodyHasAndTakenAwayAgain(
            KubernetesClient client, TestNamespace namespace) throws IOException {
        create(client, """
                {apiVersion: apps/v1, kind: Deployment,
                 metadata: {name: marked, namespace: %s, annotations: {example.com/owner: somebody}},
                 spec: {replicas: 0, selector: {matchLabels: {app: marked}}, template: {metadata: {labels: {app: marked}},
                   spec: {containers: [{name: main, image: none, resources: {limits: {memory: 64Mi}}}]}}}}""".formatted(namespace.name()));
        var workload = new Owner(namespace.name(), "Deployment", "marked");
        var pause = Mark.put("example.com/sync", "angehalten 🚢 \" '\n");
        var owner = Mark.put("example.com/owner", "plimsoll");
        try (var server = new ApiServer(client)) {
            var marks = new ApiActions(server).marks();
            var templates = new ApiTemplates(server);
            assertThat(templates.memoryLimitBytes(workload, "main")).hasValue(64L << 20);
            assertThat(templates.memoryLimitBytes(workload, "other")).isEmpty();
            assertThat(templates.memoryLimitBytes(new Owner(namespace.name(), "Deployment", "none"), "main"))
                    .isEmpty();

            assertThat(marks.pending(workload, List.of(owner, pause)))
                    .isEqualTo(new WorkloadMarks.Pending.Known(List.of(pause)));
            assertThat(marks.dryRun(workload, List.of(owner, pause))).isEqualTo(new Outcome.Done());
            assertThat(annotations(client, namespace)).doesNotContainKey("example.com/sync");

            assertThat(marks.put(workload, List.of(owner, pause))).isEqualTo(new Outcome.Done());
            assertThat(annotations(client, namespace))
                    .containsEntry("example.com/owner", "somebody")
                    .containsEntry("example.com/sync", "angehalten 🚢 \" '\n");

            assertThat(marks.put(workload, List.of(owner.inverse(), pause.inverse())))
                    .isEqualTo(new Outcome.Done());
            assertThat(annotations(client, namespace))
                    .containsEntry("example.com/owner", "somebody")
                    .doesNotContainKey("example.com/sync");
        }
    }

    /// A pod that nobody controls is kept by what it is; its eviction, asked for dry, is refused for a version that it
    /// no longer has. There is no webhook here.
    @Test
    void pod_askedWhetherItMayBeRecreated_isToldByTheRealApiServer(KubernetesClient client, TestNamespace namespace) {
        create(client, """
                {apiVersion: v1, kind: Pod, metadata: {name: bare, namespace: %s},
                 spec: {containers: [{name: main, image: none}]}}""".formatted(namespace.name()));
        var pod = client.pods().inNamespace(namespace.name()).withName("bare").require();
        var key = new PodKey(namespace.name(), "bare");
        var uid = pod.getMetadata().getUid();
        try (var server = new ApiServer(client)) {
            var actions = new ApiActions(server);

            assertThat(actions.recreatable().look(key, uid))
                    .isInstanceOfSatisfying(
                            RecreatablePods.Look.Kept.class,
                            kept -> assertThat(kept.words()).startsWith("nothing would make it anew"));
            assertThat(actions.recreatable().unsized()).isPresent();
            assertThat(actions.dryRun(new Action.Evict(key, uid))).isEqualTo(new Outcome.Done());
            assertThat(actions.dryRun(new Action.Evict(key, uid, Optional.of("1"))))
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Outcome.Refusal.CONFLICT));
        }
    }

    private static Map<String, String> annotations(KubernetesClient client, TestNamespace namespace) {
        return client.apps()
                .deployments()
                .inNamespace(namespace.name())
                .withName("marked")
                .require()
                .getMetadata()
                .getAnnotations();
    }

    private static WorkloadRecommendationStatus written(KubernetesClient client, TestNamespace namespace) {
        return client.resources(WorkloadRecommendation.class)
                .inNamespace(namespace.name())
                .withName("deployment-web")
                .require()
                .getStatus();
    }

    private static WorkloadRecommendationStatus written(List<TemplateContainer> template) {
        var container = new ContainerRecommendation(
                "side", true, null, null, null, null, null, null, 90, null, null, null, null, List.of(), null);
        return new WorkloadRecommendationStatus(
                1L, null, null, List.of(container), template, null, "a test", null, null, null, List.of());
    }

    private static String autoscaler(TestNamespace namespace, String target, String metrics) {
        return """
                {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler,
                 metadata: {name: %2$s, namespace: %1$s},
                 spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %2$s}%3$s}}""".formatted(namespace.name(), target, metrics);
    }

    private static List<WorkloadSizing> sizings(List<ResizePolicy> policies, Owner workload) {
        var candidates = policies.stream().map(ResizePolicy::candidate).toList();
        return PolicyChoice.among(candidates, workload).stream()
                .map(choice -> new WorkloadSizing(
                        workload, choice, List.of(), new ResizePlan.Skipped(SkipReason.TOO_LITTLE_DATA, "")))
                .toList();
    }

    private static void create(KubernetesClient client, String yaml) {
        client.load(new ByteArrayInputStream(("---\n" + yaml).getBytes(StandardCharsets.UTF_8)))
                .create();
    }
}
