package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.plimsoll.app.Kubectl;
import io.plimsoll.kubernetes.action.ApiPlanRequests;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.policy.ObjectLabels;
import io.plimsoll.kubernetes.policy.PolicyReader;
import io.plimsoll.kubernetes.policy.PolicyReading;
import io.plimsoll.kubernetes.policy.WorkloadLabels;
import io.plimsoll.kubernetes.resource.ChangeRecord;
import io.plimsoll.kubernetes.resource.ChangeRecordSpec;
import io.plimsoll.kubernetes.resource.ChangeRecordSpec.ContainerResources;
import io.plimsoll.kubernetes.resource.ChangeRecordSpec.PodChange;
import io.plimsoll.kubernetes.resource.ChangeRecordStatus;
import io.plimsoll.kubernetes.resource.ClusterOptimizationPolicy;
import io.plimsoll.kubernetes.resource.OptimizationPolicy;
import io.plimsoll.kubernetes.resource.OptimizationPolicySpec;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.kubernetes.resource.PolicyReference;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.RebalancePlan;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec;
import io.plimsoll.kubernetes.resource.RebalancePlanStatus;
import io.plimsoll.kubernetes.resource.RebalanceRequest;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.kubernetes.resource.WorkloadRecommendation;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationSpec;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastSkipped;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.MemoryAmounts;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.OomRaise;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.PodTotals;
import io.plimsoll.kubernetes.resource.WorkloadReference;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.move.PlanRequests;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@RealControlPlane
class CustomResourcesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    @SuppressWarnings("NullAway.Init")
    private Kubectl kubectl;

    /// Plans are of the whole cluster, and go with no namespace.
    @AfterEach
    void deletePlans(KubernetesClient client) {
        client.resources(RebalancePlan.class).delete();
    }

    @BeforeEach
    void serveKinds(ControlPlane controlPlane) {
        kubectl = new Kubectl(controlPlane);
        CustomResources.serve(controlPlane);
    }

    static List<String> examples() throws IOException {
        var page = Files.readString(CustomResources.MANIFESTS.resolve("../docs/policies.md"));
        return Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .filter(example -> example.contains("OptimizationPolicy"))
                .toList();
    }

    @Test
    void pageOnPolicies_hasAMinimalAFullAndAClusterWideExample() throws IOException {
        assertThat(examples()).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_ofThePageOnPolicies_isTakenByTheApiServerAndRead(
            String example, TestNamespace namespace, @TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("policy.yaml"), example);

        var output = kubectl.run(
                "create", "--dry-run=server", "--validate=strict", "-n", namespace.name(), "-f", file.toString());

        assertThat(output).endsWith("created (server dry run)\n").doesNotContain("Warning");
        assertThat(reading(example)).isInstanceOf(PolicyReading.Read.class);
    }

    private static PolicyReading reading(String example) {
        var reader = new PolicyReader(new ObjectLabels() {
            @Override
            public WorkloadLabels ofWorkload(Owner workload) {
                return new WorkloadLabels.Known(Map.of());
            }

            @Override
            public Map<String, String> ofNamespace(String namespace) {
                return Map.of();
            }
        });
        if (example.contains("kind: ClusterOptimizationPolicy")) {
            return reader.read(Serialization.unmarshal(example, ClusterOptimizationPolicy.class));
        }
        var policy = Serialization.unmarshal(example, OptimizationPolicy.class);
        policy.getMetadata().setNamespace("shop");
        return reader.read(policy);
    }

    @Test
    void unknownField_isRefusedByKubectl(@TempDir Path folder, ControlPlane controlPlane) throws Exception {
        var file = Files.writeString(folder.resolve("policy.yaml"), """
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: misspelt}
                spec: {mod: Auto, cpu: {percentil: 90}}
                """);

        var process = new ProcessBuilder(
                        controlPlane.binaries().program("kubectl").toString(),
                        "--kubeconfig=" + controlPlane.kubeconfig(),
                        "create",
                        "-f",
                        file.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("unknown field \"spec.mod\"")
                .contains("unknown field \"spec.cpu.percentil\"");
        assertThat(process.waitFor()).isOne();
    }

    @Test
    void get_ofEachKind_showsWhatUsersAskFor(KubernetesClient client, TestNamespace namespace) {
        write(
                client,
                policy("default"),
                new OptimizationPolicyStatus(
                        1L,
                        3,
                        2,
                        2,
                        1,
                        new Saving(amounts("1500m", "2Gi"), "58.40", "EUR"),
                        List.of(condition("Ready"))));
        write(client, recommendation("deployment-web"), recommendationStatus());
        write(
                client,
                record("web-1"),
                new ChangeRecordStatus(1L, ChangeRecordStatus.Phase.REVERTING, List.of(), List.of()));

        assertThat(List.of("optimizationpolicies", "optpol"))
                .allSatisfy(name -> assertThat(get(namespace, name)).matches("""
                        NAME +MODE +SUSPENDED +WEIGHT +WORKLOADS +OPTIMIZED +CPU-FREED +MEMORY-FREED +READY +AGE
                        default +Recommend +false +0 +2 +1 +1500m +2Gi +True +\\S+
                        """));
        assertThat(get(namespace, "wrec")).matches("""
                        NAME +KIND +WORKLOAD +CPU +CPU-TARGET +MEMORY +MEMORY-TARGET +APPLIED +SKIPPED +AGE
                        deployment-web +Deployment +web +1 +250m +64Mi +128Mi +COOLDOWN +\\S+
                        """);
        assertThat(get(namespace, "wrec", "-o", "wide"))
                .contains(" POLICY ")
                .contains(" WHY ")
                .contains("3 OOM kills, the last at a limit of 64Mi");
        assertThat(get(namespace, "chrec")).matches("""
                        NAME +KIND +WORKLOAD +REASON +PHASE +AGE
                        web-1 +Deployment +web +OomKilled +Reverting +\\S+
                        """);
        assertThat(get(namespace, "plimsoll"))
                .contains("optimizationpolicy.plimsoll.io/default")
                .contains("workloadrecommendation.plimsoll.io/deployment-web")
                .contains("changerecord.plimsoll.io/web-1");
        assertThat(kubectl.run("get", "coptpol")).contains("No resources found");
    }

    @Test
    void get_ofPlans_showsHowFarTheyAreAndWhatTheyCost(KubernetesClient client) {
        client.resource(plan("begun")).create();
        var begun = client.resources(RebalancePlan.class).withName("begun").get();
        begun.setStatus(new RebalancePlanStatus(1L, RebalancePlanStatus.Phase.RUNNING, "0/1", "It goes.", List.of()));
        client.resource(begun).updateStatus();

        assertThat(kubectl.run("get", "rbp", "begun")).matches("""
                NAME +PHASE +MOVES +MOVED +NODES +COST +EXPIRES +AGE
                begun +Running +1 +0/1 +1 +2.20 +2026-01-01T00:30:00Z +\\S+
                """);
        assertThat(kubectl.run("get", "rbp", "begun", "-o", "wide")).contains(" WHY ", " It goes. ");
        assertThat(kubectl.run("get", "plimsoll")).contains("rebalanceplan.plimsoll.io/begun");
    }

    @Test
    void get_ofRequestsForPlans_showsTheAnswer(ControlPlane controlPlane) throws IOException {
        try (var server = new ApiServer(controlPlane.client())) {
            var requests = new ApiPlanRequests(server, Clock.systemUTC(), new Random());
            var name = requests.ask("a test");
            requests.answer(requests.all().getFirst(), new PlanRequests.Answer.NothingToDo("no node is hurt"));

            assertThat(kubectl.run("get", "rbr")).matches("""
                    NAME +PHASE +PLAN +WHY +AGE
                    %s +NothingToDo +no node is hurt +\\S+
                    """.formatted(name));
        } finally {
            controlPlane.client().resources(RebalanceRequest.class).delete();
        }
    }

    @Test
    void explain_ofAField_showsItsDescription() {
        assertThat(kubectl.run("explain", "optpol.spec.cpu.safetyMarginPercent"))
                .contains("How much more than was used to ask for, in percent.");
    }

    @Test
    void definitions_appliedAgain_keepLiveObjects(KubernetesClient client) {
        client.resource(policy("kept")).create();
        client.resource(record("kept")).create();
        client.resource(plan("kept")).create();
        var policy = client.resources(OptimizationPolicy.class).withName("kept").get();
        var record = client.resources(ChangeRecord.class).withName("kept").get();
        var plan = client.resources(RebalancePlan.class).withName("kept").get();

        CustomResources.apply(kubectl);

        assertThat(client.resources(OptimizationPolicy.class).withName("kept").get())
                .isEqualTo(policy);
        assertThat(client.resources(ChangeRecord.class).withName("kept").get()).isEqualTo(record);
        assertThat(client.resources(RebalancePlan.class).withName("kept").get()).isEqualTo(plan);
        for (var name : List.of(
                "optimizationpolicies",
                "clusteroptimizationpolicies",
                "workloadrecommendations",
                "changerecords",
                "rebalanceplans",
                "rebalancerequests",
                "usagecheckpoints")) {
            var definition = client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name + ".plimsoll.io")
                    .get();
            assertThat(definition.getStatus().getStoredVersions()).containsExactly("v1alpha1");
            assertThat(definition.getStatus().getConditions())
                    .noneMatch(each -> each.getType().equals("NonStructuralSchema"));
        }
    }

    /// An earlier version knows no `recommender`.
    @Test
    void definitions_appliedOverThoseOfAnEarlierVersion_keepLiveObjectsAndTakeWhatIsNew(KubernetesClient client) {
        kubectl.run("patch", "crd", "optimizationpolicies.plimsoll.io", "--type=json", "-p", """
                [{"op": "remove", "path":
                  "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/recommender"}]""");
        OptimizationPolicy older;
        try {
            await().atMost(PATIENCE).until(() -> recommender(client).isEmpty());
            client.resource(policy("older")).create();
            older = client.resources(OptimizationPolicy.class).withName("older").get();
        } finally {
            CustomResources.apply(kubectl);
        }

        await().atMost(PATIENCE).until(() -> recommender(client).equals(Optional.of("percentile")));
        assertThat(client.resources(OptimizationPolicy.class).withName("older").get())
                .isEqualTo(older);
    }

    /// What the API server would keep of it.
    private static Optional<String> recommender(KubernetesClient client) {
        var policy = Serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: newer}
                spec: {recommender: percentile}
                """, OptimizationPolicy.class);
        return Optional.ofNullable(client.resource(policy).dryRun().create().getSpec())
                .map(OptimizationPolicySpec::recommender);
    }

    @Test
    void specOfARecord_neverChanges(KubernetesClient client) {
        var record = client.resource(record("fixed")).create();
        record.setSpec(spec("Other"));

        var refusal = catchThrowableOfType(
                KubernetesClientException.class, () -> client.resource(record).update());

        assertThat(refusal.getStatus().getMessage())
                .contains("the spec of a ChangeRecord never changes; to take the change back, run plimsoll undo");
    }

    @Test
    void specOfAPlan_neverChanges_butItsApprovalDoes(KubernetesClient client) {
        var plan = client.resource(plan("fixed")).create();
        plan.getMetadata().setAnnotations(Map.of(RebalancePlan.APPROVED, "true"));
        var approved = client.resource(plan).update();
        approved.setSpec(planSpec("n2"));

        var refusal = catchThrowableOfType(
                KubernetesClientException.class, () -> client.resource(approved).update());

        assertThat(refusal.getStatus().getMessage())
                .contains("the spec of a RebalancePlan never changes; reject it, and another one is made");
    }

    @Test
    void record_thatNamesOtherContainersAfterThanBefore_orNoCause_isRefused(KubernetesClient client) {
        var pod = spec("OomKilled").pods().getFirst();
        var crossed = new PodChange(
                pod.name(), pod.uid(), pod.before(), List.of(new ContainerResources("other", null, null)));
        var record = record("crossed");
        record.setSpec(new ChangeRecordSpec(
                new WorkloadReference("Deployment", "web"),
                null,
                null,
                new Reason("OomKilled", "Killed."),
                List.of(crossed),
                List.of()));

        var refusal = catchThrowableOfType(
                KubernetesClientException.class, () -> client.resource(record).create());

        assertThat(refusal.getStatus().getMessage())
                .contains("before and after must name the same containers in the same order")
                .contains("write either the policy that wanted the change, or undoOf");
    }

    private String get(TestNamespace namespace, String kind, String... options) {
        var command = new ArrayList<>(List.of("get", kind, "-n", namespace.name()));
        command.addAll(List.of(options));
        return kubectl.run(command.toArray(String[]::new));
    }

    private static <S, R extends CustomResource<?, S>> void write(KubernetesClient client, R resource, S status) {
        var created = client.resource(resource).create();
        created.setStatus(status);
        client.resource(created).updateStatus();
    }

    private static OptimizationPolicy policy(String name) {
        var policy = Serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: %s}
                spec: {cpu: {min: 50m}}
                """.formatted(name), OptimizationPolicy.class);
        assertThat(policy.getSpec()).isInstanceOf(OptimizationPolicySpec.class);
        return policy;
    }

    private static WorkloadRecommendation recommendation(String name) {
        var recommendation = new WorkloadRecommendation();
        recommendation.setMetadata(new ObjectMetaBuilder().withName(name).build());
        recommendation.setSpec(new WorkloadRecommendationSpec(new WorkloadReference("Deployment", "web")));
        return recommendation;
    }

    private static WorkloadRecommendationStatus recommendationStatus() {
        return new WorkloadRecommendationStatus(
                1L,
                new PolicyReference("OptimizationPolicy", "default"),
                TIME,
                List.of(),
                List.of(),
                new PodTotals(amounts("1", "64Mi"), amounts("250m", "128Mi")),
                "3 OOM kills, the last at a limit of 64Mi: raised to 128Mi",
                null,
                null,
                new LastSkipped(new Reason("COOLDOWN", "Changed a minute ago."), TIME),
                List.of(oomRaise("app", "shop/web-1", "Container app was killed for memory at its limit of 64Mi.")),
                List.of(condition("Applied")));
    }

    private static OomRaise oomRaise(String container, String record, String message) {
        return new OomRaise(
                container,
                OomRaise.State.RAISED,
                3,
                TIME,
                new MemoryAmounts(new Quantity("32Mi"), new Quantity("64Mi")),
                new MemoryAmounts(new Quantity("164Mi"), new Quantity("164Mi")),
                record,
                message);
    }

    private static ChangeRecord record(String name) {
        var record = new ChangeRecord();
        record.setMetadata(new ObjectMetaBuilder().withName(name).build());
        record.setSpec(spec("OomKilled"));
        return record;
    }

    private static RebalancePlan plan(String name) {
        var plan = new RebalancePlan();
        plan.setMetadata(new ObjectMetaBuilder().withName(name).build());
        plan.setSpec(planSpec("n3"));
        return plan;
    }

    private static RebalancePlanSpec planSpec(String to) {
        var hog = new WorkloadReference("Deployment", "hog");
        return new RebalancePlanSpec(
                TIME,
                TIME.plus(Duration.ofMinutes(30)),
                new RebalancePlanSpec.Totals(1, 1, "2.20"),
                List.of(),
                List.of(new RebalancePlanSpec.PlannedMove(
                        "shop", "hog-1", "u1", hog, "n1", to, 25, "2.20", "Others wait for it.", null, null)),
                List.of(),
                List.of());
    }

    private static ChangeRecordSpec spec(String reason) {
        return new ChangeRecordSpec(
                new WorkloadReference("Deployment", "web"),
                new PolicyReference("OptimizationPolicy", "default"),
                null,
                new Reason(reason, "Killed at 64Mi."),
                List.of(new PodChange(
                        "web-1",
                        "u1",
                        List.of(new ContainerResources("app", amounts("1", "64Mi"), null)),
                        List.of(new ContainerResources("app", amounts("1", "128Mi"), null)))),
                List.of());
    }

    private static ResourceAmounts amounts(String cpu, String memory) {
        return new ResourceAmounts(new Quantity(cpu), new Quantity(memory));
    }

    private static ResourceCondition condition(String type) {
        return new ResourceCondition(type, ResourceCondition.Truth.TRUE, 1L, TIME, "AsPlanned", "All is as planned.");
    }
}
