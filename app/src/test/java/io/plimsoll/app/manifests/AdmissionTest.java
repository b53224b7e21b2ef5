package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.plimsoll.app.Kubectl;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RealControlPlane
class AdmissionTest {

    private static final String PLIMSOLL = "system:serviceaccount:plimsoll:plimsoll-rightsizer";
    private static final String REBALANCER = "system:serviceaccount:plimsoll:plimsoll-rebalancer";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Alice and Plimsoll's accounts may write all kinds, as far as RBAC goes; Bob may undo besides.
    private static final String RIGHTS = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: test-writes}
            rules:
              - {apiGroups: [plimsoll.io], resources: ["*"], verbs: [get, list, create, update, patch]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: test-writes}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: test-writes}
            subjects:
              - {kind: User, name: alice}
              - {kind: User, name: bob}
              - {kind: User, name: "system:serviceaccount:plimsoll:plimsoll-rightsizer"}
              - {kind: User, name: "system:serviceaccount:plimsoll:plimsoll-rebalancer"}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: test-undoes}
            rules:
              - {apiGroups: [plimsoll.io], resources: [changerecords], verbs: [undo]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: test-undoes}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: test-undoes}
            subjects:
              - {kind: User, name: bob}
            """;

    private static final String POLICY = "policy: {kind: OptimizationPolicy, name: default}";
    private static final String UNDO = "undoOf: first";

    @SuppressWarnings("NullAway.Init")
    private ControlPlane controlPlane;

    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @BeforeEach
    void applyPolicies(ControlPlane running, TestNamespace own, @TempDir Path folder) throws IOException {
        controlPlane = running;
        namespace = own.name();
        CustomResources.serve(running);
        var rights = Files.writeString(folder.resolve("rights.yaml"), RIGHTS);
        kubectl("apply", "--server-side", "-f", rights.toString());
        kubectl("apply", "--server-side", "-k", admission());
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(refusalOf("alice", record("probe", POLICY))).contains("only Plimsoll"));
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(refusalOf("alice", policy("{overrides: [{container: a, cpu: {min: x}}]}")))
                                .contains("CPU is in cores"));
    }

    /// Other tests of the control plane write as its administrator, or show what Plimsoll's accounts may not do.
    @AfterEach
    void removePolicies() {
        kubectl("delete", "--ignore-not-found", "-k", admission());
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(refusalOf("alice", record("last", POLICY))).isEmpty());
        kubectl("delete", "clusterrolebinding", "test-writes", "test-undoes");
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(refusalOf("alice", record("none", POLICY))).contains("forbidden"));
    }

    @Test
    void recordsRecommendationsAndStatuses_areWrittenByPlimsollAndNobodyElse() {
        assertThat(refusalOf("alice", record("c1", POLICY)))
                .endsWith(
                        "only Plimsoll (service account plimsoll/plimsoll-rightsizer) writes changerecords, and this is"
                                + " alice; to have something else recommended, write an OptimizationPolicy; to take a change"
                                + " back, run plimsoll undo");
        assertThat(refusalOf("alice", recommendation())).contains("writes workloadrecommendations, and this is alice");
        assertThat(refusalOf(PLIMSOLL, record("c1", POLICY))).isEmpty();
        assertThat(refusalOf(PLIMSOLL, recommendation())).isEmpty();
        assertThat(refusalOf("alice", checkpoint())).contains("writes usagecheckpoints, and this is alice");
        assertThat(refusalOf(PLIMSOLL, checkpoint())).isEmpty();

        assertThat(refusalOf("alice", policy("{}"))).isEmpty();
        assertThat(statusRefusalOf("alice", policy("{}")))
                .contains("writes optimizationpolicies/status, and this is alice");
        assertThat(statusRefusalOf("alice", record("c1", POLICY)))
                .contains("writes changerecords/status, and this is alice");
        assertThat(statusRefusalOf(PLIMSOLL, policy("{}"))).isEmpty();
        assertThat(statusRefusalOf(PLIMSOLL, record("c1", POLICY))).isEmpty();
    }

    @Test
    void plans_areWrittenByTheRebalancerAlone_andApprovedOnlyAfterThat() {
        assertThat(refusalOf("alice", plan("")))
                .endsWith(
                        "only Plimsoll (service account plimsoll/plimsoll-rebalancer) writes rebalanceplans, and this is"
                                + " alice; to have a plan carried out, or not, run plimsoll approve");
        assertThat(refusalOf(PLIMSOLL, plan(""))).contains("only Plimsoll", "plimsoll-rightsizer; to have a plan");
        assertThat(refusalOf(REBALANCER, record("c1", POLICY)))
                .contains("(service account plimsoll/plimsoll-rightsizer)");
        assertThat(refusalOf(REBALANCER, plan("annotations: {plimsoll.io/approved: \"true\"}")))
                .endsWith("a plan is approved after it was written down, so that it can be read before: leave the"
                        + " annotation plimsoll.io/approved out, and run plimsoll approve");
        assertThat(refusalOf(REBALANCER, plan("annotations: {example.com/other: \"true\"}")))
                .isEmpty();
        try {
            assertThat(statusRefusalOf("alice", plan("")))
                    .contains("writes rebalanceplans/status, and this is alice; to have a plan carried out");
            assertThat(statusRefusalOf(PLIMSOLL, plan(""))).contains("only Plimsoll");
            assertThat(statusRefusalOf(REBALANCER, plan(""))).isEmpty();
            assertThat(kubectl("annotate", "--as=alice", "rebalanceplan", "plan", "plimsoll.io/approved=true"))
                    .contains("annotated");
        } finally {
            kubectl("delete", "rebalanceplan", "plan");
        }
    }

    @Test
    void requestsForPlans_areWrittenByAnybody_andAnsweredByTheRebalancerAlone() {
        assertThat(refusalOf("alice", request())).isEmpty();
        try {
            assertThat(statusRefusalOf("alice", request()))
                    .contains("writes rebalancerequests/status, and this is alice");
            assertThat(statusRefusalOf(PLIMSOLL, request())).contains("only Plimsoll");
            assertThat(statusRefusalOf(REBALANCER, request())).isEmpty();
        } finally {
            kubectl("delete", "--ignore-not-found", "rebalancerequest", "now");
        }
    }

    private static GenericKubernetesResource request() {
        return Serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: RebalanceRequest
                metadata: {name: now}
                spec: {reason: a test}
                """, GenericKubernetesResource.class);
    }

    /// @param metadata besides its name
    private static GenericKubernetesResource plan(String metadata) {
        return Serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: RebalancePlan
                metadata:
                  name: plan
                  %s
                spec:
                  madeAt: "2026-01-01T00:00:00Z"
                  expiresAt: "2026-01-01T00:30:00Z"
                  totals: {moves: 1, nodes: 1, cost: "2.20"}
                  moves:
                    - {namespace: shop, name: hog-1, uid: u1, workload: {kind: Deployment, name: hog}, from: n1, to: n3,
                       reliefPercent: 25, cost: "2.20", because: Others wait for it.}
                """.formatted(metadata), GenericKubernetesResource.class);
    }

    @Test
    void recordThatUndoes_isWrittenByWhoMayUndo() {
        assertThat(refusalOf(PLIMSOLL, record("first", POLICY))).isEmpty();

        assertThat(refusalOf("alice", record("c2", UNDO))).contains("only Plimsoll");
        assertThat(refusalOf("bob", record("c3", POLICY))).contains("only Plimsoll");
        assertThat(refusalOf("bob", record("c2", UNDO))).isEmpty();
        assertThat(statusRefusalOf("bob", record("first", POLICY))).isEmpty();
        assertThat(statusRefusalOf("bob", policyAfterCreation())).contains("only Plimsoll");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [{container: app, cpu: {min: half}}] | CPU is in cores, above zero: write 250m for a quarter of one, 2 for two
            [{container: app, cpu: {max: 64Mi}}] | CPU is in cores, above zero: write 250m for a quarter of one, 2 for two
            [{container: app, memory: {min: 100m}}] | memory is in bytes, at least 1Mi: write 64Mi or 1Gi (64 is 64 bytes, 64m a thousandth of that)
            [{container: b}, {container: app, memory: {minChange: 16}}] | memory is in bytes, at least 1Mi: write 64Mi or 1Gi (64 is 64 bytes, 64m a thousandth of that)
            [{container: app, cpu: {min: 2, max: 1500m}}] | min must not be above max: lower min, raise max, or leave one out
            [{container: app, memory: {min: 2Gi, max: 1Gi}}] | min must not be above max: lower min, raise max, or leave one out
            """)
    void amountsInOverrides_thatCannotBe_areRefusedWithTheContainerAndWhatToWrite(String overrides, String message) {
        assertThat(refusalOf("alice", policy("{overrides: " + overrides + "}")))
                .endsWith("spec.overrides of container app: " + message);
        assertThat(refusalOf(
                        "alice", policy("{overrides: [{container: app, cpu: {min: 1, max: 2}, memory: {min: 64Mi}}]}")))
                .isEmpty();
    }

    @Test
    void clusterPolicyThatActsOnEverything_isTakenWithAWarning(@TempDir Path folder) throws IOException {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(dryRun(folder, "{mode: Auto}"))
                        .contains("Warning:")
                        .contains("this policy acts on every namespace, kube-system included")
                        .contains("created"));
        assertThat(dryRun(folder, "{mode: Auto, namespaces: {deny: [kube-system]}}"))
                .doesNotContain("Warning");
        assertThat(dryRun(folder, "{mode: Recommend}")).doesNotContain("Warning");
    }

    private String dryRun(Path folder, String spec) throws IOException {
        var file = Files.writeString(folder.resolve("policy.yaml"), """
                apiVersion: plimsoll.io/v1alpha1
                kind: ClusterOptimizationPolicy
                metadata: {name: everything}
                spec: %s
                """.formatted(spec));
        return kubectl("create", "--dry-run=server", "-f", file.toString());
    }

    /// What the API server says to the object's creation; nothing when it takes it.
    private String refusalOf(String user, GenericKubernetesResource object) {
        try (var client = as(user)) {
            client.resource(object).create();
            return "";
        } catch (KubernetesClientException e) {
            return e.getCode() == 409 ? "" : e.getStatus().getMessage();
        }
    }

    private String statusRefusalOf(String user, GenericKubernetesResource object) {
        try (var client = as(user)) {
            var found = client.resource(object).get();
            found.setAdditionalProperty("status", Map.of("observedGeneration", 1));
            client.resource(found).updateStatus();
            return "";
        } catch (KubernetesClientException e) {
            return e.getStatus().getMessage();
        }
    }

    private KubernetesClient as(String user) {
        return controlPlane.newClient(new ConfigBuilder(controlPlane.clientConfig())
                .withImpersonateUsername(user)
                .withNamespace(namespace)
                .build());
    }

    private GenericKubernetesResource policyAfterCreation() {
        assertThat(refusalOf("alice", policy("{}"))).isEmpty();
        return policy("{}");
    }

    private GenericKubernetesResource policy(String spec) {
        return object("OptimizationPolicy", "default", spec);
    }

    private GenericKubernetesResource recommendation() {
        return object("WorkloadRecommendation", "deployment-web", "{workload: {kind: Deployment, name: web}}");
    }

    private GenericKubernetesResource checkpoint() {
        return object(
                "UsageCheckpoint",
                "deployment-web",
                "{workload: {kind: Deployment, name: web}, lastSampleTime: \"2026-03-04T12:00:00Z\", containers: []}");
    }

    private GenericKubernetesResource record(String name, String cause) {
        return object("ChangeRecord", name, """
                {workload: {kind: Deployment, name: web}, %s, reason: {code: Test, message: A test.},
                 pods: [{name: web-1, uid: u1,
                         before: [{container: app, requests: {cpu: 100m}}],
                         after: [{container: app, requests: {cpu: 200m}}]}]}
                """.formatted(cause).strip());
    }

    private GenericKubernetesResource object(String kind, String name, String spec) {
        return Serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: %s}
                spec: %s
                """.formatted(kind, name, namespace, spec), GenericKubernetesResource.class);
    }

    private static String admission() {
        return CustomResources.MANIFESTS.resolve("admission").toString();
    }

    private String kubectl(String... arguments) {
        return new Kubectl(controlPlane).run(arguments);
    }
}
