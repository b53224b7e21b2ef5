package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiCheckpoints;
import io.plimsoll.kubernetes.action.ApiEvents;
import io.plimsoll.kubernetes.action.ApiEvents.Happening;
import io.plimsoll.kubernetes.action.ApiEvents.Severity;
import io.plimsoll.kubernetes.action.ApiEvents.Subject;
import io.plimsoll.kubernetes.action.ApiMemory;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.action.ApiPlanRequests;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.kubernetes.resource.RebalancePlan;
import io.plimsoll.kubernetes.resource.RebalanceRequest;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.LivePods.Look;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.PlanRequests;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the rebalancer's account may do, and what fails with one rule less. The rules of the picture are the
/// extender's, whose test takes those away.
@RealControlPlane
class RebalancerRightsTest {

    private static final String ACCOUNT = "plimsoll-rebalancer";
    private static final String OVERLAY = "rebalancer";
    private static final long NOW = 1_700_000_000_000L;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient admin;

    @SuppressWarnings("NullAway.Init")
    private AccountRights rights;

    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient account;

    @SuppressWarnings("NullAway.Init")
    private ApiServer server;

    /// What the rebalancer does at the API server.
    private enum Use {
        READS_USAGE,
        PROPOSES,
        READS_PLANS,
        REMEMBERS,
        REMEMBERS_AGAIN,
        RECALLS,
        FORGETS_A_PLAN,
        READS_POLICIES,
        READS_REQUESTS,
        ANSWERS,
        FORGETS_A_REQUEST,
        LOOKS_AT_A_POD,
        EVICTS,
        WRITES_AN_EVENT,
        TELLS_OF_A_POD,
        TELLS_OF_A_NODE,
        TELLS_OF_A_DEPLOYMENT,
        TELLS_OF_A_REPLICA_SET,
        TELLS_OF_A_STATEFUL_SET
    }

    /// One rule less of the ClusterRole, and what fails of it.
    @ParameterizedTest
    @CsvSource({
        "usagecheckpoints, list, READS_USAGE",
        "rebalanceplans, create, PROPOSES",
        "rebalanceplans, get, PROPOSES",
        "rebalanceplans/status, patch, PROPOSES",
        "rebalanceplans, list, READS_PLANS",
        "rebalanceplans, delete, FORGETS_A_PLAN",
        "optimizationpolicies, list, READS_POLICIES",
        "clusteroptimizationpolicies, list, READS_POLICIES",
        "rebalancerequests, list, READS_REQUESTS",
        "rebalancerequests/status, patch, ANSWERS",
        "rebalancerequests, delete, FORGETS_A_REQUEST",
        "pods, get, LOOKS_AT_A_POD",
        "pods/eviction, create, EVICTS",
        "events, create, WRITES_AN_EVENT",
        "pods, get, TELLS_OF_A_POD",
        "nodes, get, TELLS_OF_A_NODE",
        "deployments, get, TELLS_OF_A_DEPLOYMENT",
        "replicasets, get, TELLS_OF_A_REPLICA_SET",
        "statefulsets, get, TELLS_OF_A_STATEFUL_SET"
    })
    void role_withoutOneRule_failsAtWhatTheRuleIsFor(String resource, String verb, Use use) {
        rights.takeAway(verb, resource);

        assertThat(failure(use)).hasValueSatisfying(why -> assertThat(why).containsAnyOf("403", "names no uid"));
        // Others are none the worse for it.
        var others = use == Use.READS_USAGE ? Use.READS_PLANS : Use.READS_USAGE;
        assertThat(failure(others)).isEmpty();
    }

    /// The same for the Role in its own namespace.
    @ParameterizedTest
    @CsvSource({"create, REMEMBERS", "patch, REMEMBERS_AGAIN", "get, RECALLS"})
    void roleOfTheMemory_withoutOneVerb_failsAtWhatItIsFor(String verb, Use use) throws IOException {
        if (use == Use.REMEMBERS_AGAIN) {
            try (var others = new ApiServer(admin)) {
                memory(others).write(new TreeMap<>());
            }
        }
        rights.takeAway(verb, "configmaps");

        // What is granted of one name alone is not asked for by takeAway: it takes a moment to be known.
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(failure(use))
                        .hasValueSatisfying(why -> assertThat(why).contains("403")));
        assertThat(failure(Use.READS_PLANS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "get", "patch"})
    void roleOfTheLease_withoutOneVerb_neverActs_orNotASecondTime(String verb) {
        rights.takeAway(verb, "leases");

        assertThat(isHeldTwice(Duration.ofSeconds(1))).isFalse();
    }

    @Test
    void role_asShipped_isEnoughForAllThatIsDone() {
        for (var use : Use.values()) {
            assertThat(failure(use)).as("%s", use).isEmpty();
        }
        assertThat(isHeldTwice(Duration.ofSeconds(10))).isTrue();
    }

    /// Not by a patch, and not by what goes with its right to write how far a plan is.
    @Test
    void account_cannotApproveItsOwnPlans() {
        var plan = journal().propose(plan(), NOW + 60_000);

        assertThatThrownBy(() -> journal().approve(plan.name(), true)).hasMessageContaining("403");
        account.resources(RebalancePlan.class).withName(plan.name()).editStatus(there -> {
            there.getMetadata().setAnnotations(Map.of(RebalancePlan.APPROVED, "true"));
            return there;
        });

        assertThat(journal().plans())
                .filteredOn(each -> each.name().equals(plan.name()))
                .extracting(RecordedPlan::approval)
                .containsExactly(Approval.NONE);
    }

    @Test
    void account_hasNoRightThatItHasNoUseFor() {
        assertThat(Stream.of(
                                "create _ pods",
                                "delete _ pods",
                                "patch _ pods",
                                "patch _ pods/resize",
                                "create _ pods/exec",
                                "create _ pods/binding",
                                "get _ configmaps",
                                "patch _ configmaps",
                                "get _ secrets",
                                "list _ secrets",
                                "patch _ nodes",
                                "update _ nodes",
                                "delete _ nodes",
                                "patch apps deployments",
                                "delete apps replicasets",
                                "patch policy poddisruptionbudgets",
                                "patch plimsoll.io rebalanceplans",
                                "update plimsoll.io rebalanceplans",
                                "create plimsoll.io rebalancerequests",
                                "patch plimsoll.io rebalancerequests",
                                "create plimsoll.io changerecords",
                                "patch plimsoll.io usagecheckpoints",
                                "patch plimsoll.io optimizationpolicies",
                                "patch plimsoll.io optimizationpolicies/status",
                                "watch plimsoll.io clusteroptimizationpolicies",
                                "delete coordination.k8s.io leases",
                                "create rbac.authorization.k8s.io clusterrolebindings")
                        .filter(rights::isAllowed))
                .isEmpty();
    }

    @BeforeEach
    void install(ControlPlane running, KubernetesClient own, TestNamespace test) {
        admin = own;
        rights = new AccountRights(own, ACCOUNT);
        namespace = test.name();
        CustomResources.serve(running);
        AccountRights.grant(running, OVERLAY);
        CustomResources.guard(running);
        admin.leases().inNamespace(AccountRights.NAMESPACE).withName(ACCOUNT).delete();
        admin.configMaps()
                .inNamespace(AccountRights.NAMESPACE)
                .withName(ACCOUNT + "-memory")
                .delete();
        apply("""
            {apiVersion: v1, kind: Pod, metadata: {name: probed}, spec: {containers: [{name: main, image: none}]}}\
            """);
        for (var kind : List.of("Deployment", "ReplicaSet", "StatefulSet")) {
            apply("""
                {apiVersion: apps/v1, kind: %s, metadata: {name: probed}, spec: {replicas: 0,
                 selector: {matchLabels: {app: probed}}, template: {metadata: {labels: {app: probed}},
                 spec: {containers: [{name: main, image: none}]}}}}\
                """.formatted(kind));
        }
        admin.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("probed")
                        .endMetadata()
                        .build())
                .serverSideApply();
        account = running.newClientOf(AccountRights.NAMESPACE, ACCOUNT);
        server = new ApiServer(account);
    }

    @AfterEach
    void disconnect() {
        server.close();
        account.close();
        admin.nodes().withName("probed").delete();
        admin.resources(RebalancePlan.class).delete();
        admin.resources(RebalanceRequest.class).delete();
    }

    @AfterAll
    static void putBack(ControlPlane running) {
        AccountRights.grant(running, OVERLAY);
        CustomResources.unguard(running);
    }

    // What the rebalancer does, each with what it says when it fails

    private Optional<String> failure(Use use) {
        try {
            return switch (use) {
                case READS_USAGE -> {
                    new ApiCheckpoints(server).read((workload, histories) -> {});
                    yield Optional.empty();
                }
                case PROPOSES -> {
                    var proposed = journal().propose(plan(), NOW + 60_000);
                    journal().write(proposed.at(PlanPhase.EXPIRED, "a test"));
                    yield Optional.empty();
                }
                case READS_PLANS -> {
                    journal().plans();
                    yield Optional.empty();
                }
                case REMEMBERS, REMEMBERS_AGAIN -> {
                    memory(server).write(new TreeMap<>(Map.of("day", new byte[] {1})));
                    yield Optional.empty();
                }
                case RECALLS -> {
                    memory(server).read();
                    yield Optional.empty();
                }
                case FORGETS_A_PLAN -> {
                    journal().forget(journal().propose(plan(), NOW));
                    yield Optional.empty();
                }
                case READS_POLICIES -> {
                    new ApiPolicies(server, new ImageLabels(() -> ClusterImage.EMPTY)).moves();
                    yield Optional.empty();
                }
                case READS_REQUESTS -> {
                    requests().all();
                    yield Optional.empty();
                }
                case ANSWERS -> {
                    requests().answer(asked(), new PlanRequests.Answer.NotNow("a test"));
                    yield Optional.empty();
                }
                case FORGETS_A_REQUEST -> {
                    requests().forget(asked());
                    yield Optional.empty();
                }
                case LOOKS_AT_A_POD ->
                    new ApiPods(server).look(probed()) instanceof Look.Unanswered(var message)
                            ? Optional.of(message)
                            : Optional.empty();
                case EVICTS ->
                    new ApiActions(server)
                            .dryRun(new Action.Evict(probed(), uid()))
                            .refusal();
                case WRITES_AN_EVENT -> {
                    events().create(happening("Pod"));
                    yield Optional.empty();
                }
                case TELLS_OF_A_POD -> told("Pod");
                case TELLS_OF_A_NODE -> told("Node");
                case TELLS_OF_A_DEPLOYMENT -> told("Deployment");
                case TELLS_OF_A_REPLICA_SET -> told("ReplicaSet");
                case TELLS_OF_A_STATEFUL_SET -> told("StatefulSet");
            };
        } catch (IOException | RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> told(String kind) throws IOException {
        var written = admin.raw(events().create(happening(kind)));
        return written.contains("\"uid\"") && regarding(written).contains("\"uid\"")
                ? Optional.empty()
                : Optional.of("the event names no uid: " + written);
    }

    private static String regarding(String event) {
        var from = event.substring(event.indexOf("\"regarding\""));
        return from.substring(0, from.indexOf('}'));
    }

    private Happening happening(String kind) {
        var subject = new Subject(kind.equals("Node") ? "" : namespace, kind, "probed");
        return new Happening(subject, subject, Severity.NORMAL, "Moved", "a test");
    }

    /// Made, left alone by its holder, and taken again.
    private boolean isHeldTwice(Duration patience) {
        var terms = new ActingLease.Terms(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMillis(100));
        var place = new ActingLease.Place(AccountRights.NAMESPACE, ACCOUNT, "probe");
        var context = LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry());
        for (int i = 0; i < 2; i++) {
            try (var lease = new ActingLease(server, place, terms, context, () -> () -> {})) {
                lease.start();
                await().pollInterval(Duration.ofMillis(20)).atMost(patience).until(lease::isHeld);
            } catch (ConditionTimeoutException e) {
                return false;
            }
        }
        return true;
    }

    private ApiPlanJournal journal() {
        return new ApiPlanJournal(server, Clock.systemUTC(), new Random());
    }

    private ApiPlanRequests requests() {
        return new ApiPlanRequests(server, Clock.systemUTC(), new Random());
    }

    /// By somebody else.
    private PlanRequests.Request asked() throws IOException {
        try (var others = new ApiServer(admin)) {
            var name = new ApiPlanRequests(others, Clock.systemUTC(), new Random()).ask("a test");
            return new PlanRequests.Request(name, NOW, Optional.empty());
        }
    }

    private static ApiMemory memory(ApiServer by) {
        return new ApiMemory(by, AccountRights.NAMESPACE, ACCOUNT + "-memory");
    }

    private ApiEvents events() {
        return new ApiEvents(server, ApiEvents.Reporter.REBALANCER, Clock.systemUTC(), new Random(), "test");
    }

    private MovePlan plan() {
        var move = new Move(
                probed(), uid(), new Owner(namespace, "Deployment", "probed"), "n1", "n2", 0.25, 1.0, 80, "a test");
        return new MovePlan(NOW, List.of(), List.of(move), List.of(), List.of(), List.of());
    }

    private PodKey probed() {
        return new PodKey(namespace, "probed");
    }

    private String uid() {
        return admin.pods()
                .inNamespace(namespace)
                .withName("probed")
                .get()
                .getMetadata()
                .getUid();
    }

    private void apply(String text) {
        admin.load(new ByteArrayInputStream(("---\n" + text).getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .serverSideApply();
    }
}
