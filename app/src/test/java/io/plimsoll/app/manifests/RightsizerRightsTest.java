package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.app.Kubectl;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiCheckpoints;
import io.plimsoll.kubernetes.action.ApiEvents;
import io.plimsoll.kubernetes.action.ApiEvents.Happening;
import io.plimsoll.kubernetes.action.ApiEvents.Severity;
import io.plimsoll.kubernetes.action.ApiEvents.Subject;
import io.plimsoll.kubernetes.action.ApiPodLabels;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.action.ApiPolicyStatuses;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.action.ApiSystemOoms;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.limit.ApiNamespaceLimits;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.kubernetes.policy.FieldError;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.kubernetes.policy.ListedPolicy;
import io.plimsoll.kubernetes.policy.PolicyReading;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods.Look;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.EncodedHistories;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the right-sizer's account may do, and what fails with one rule less. The rules of the picture are the
/// extender's, whose test takes those away.
@RealControlPlane
class RightsizerRightsTest {

    private static final String NAMESPACE = "plimsoll";
    private static final String ACCOUNT = "plimsoll-rightsizer";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private ControlPlane controlPlane;

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

    /// What the right-sizer does at the API server.
    private enum Use {
        LISTS_POLICIES,
        LISTS_CLUSTER_POLICIES,
        TELLS_POLICIES,
        TELLS_CLUSTER_POLICIES,
        RECOMMENDS,
        LABELS_A_RECOMMENDATION,
        FORGETS_A_RECOMMENDATION,
        FORGETS_A_RECORD,
        READS_USAGE,
        KEEPS_USAGE,
        FORGETS_USAGE,
        READS_LIMITS,
        READS_OOMS_OF_NODES,
        LOOKS_AT_A_POD,
        WRITES_A_RECORD,
        READS_RECORDS,
        CLOSES_A_RECORD,
        RESIZES,
        WRITES_AN_EVENT,
        COUNTS_AN_EVENT,
        HOLDS_THE_LEASE,
        MARKS_A_WORKLOAD,
        LABELS_A_POD,
        EVICTS,
        SEES_THAT_NEW_PODS_ARE_SIZED
    }

    /// One rule less of the ClusterRole or the Role, and what fails of it.
    @ParameterizedTest
    @CsvSource({
        "optimizationpolicies, list, LISTS_POLICIES",
        "clusteroptimizationpolicies, list, LISTS_CLUSTER_POLICIES",
        "optimizationpolicies/status, patch, TELLS_POLICIES",
        "clusteroptimizationpolicies/status, patch, TELLS_CLUSTER_POLICIES",
        "workloadrecommendations, create, RECOMMENDS",
        "workloadrecommendations/status, patch, RECOMMENDS",
        "workloadrecommendations, patch, LABELS_A_RECOMMENDATION",
        "workloadrecommendations, list, FORGETS_A_RECOMMENDATION",
        "workloadrecommendations, delete, FORGETS_A_RECOMMENDATION",
        "changerecords, delete, FORGETS_A_RECORD",
        "usagecheckpoints, list, READS_USAGE",
        "usagecheckpoints, create, KEEPS_USAGE",
        "usagecheckpoints, patch, KEEPS_USAGE",
        "usagecheckpoints, delete, FORGETS_USAGE",
        "limitranges, list, READS_LIMITS",
        "resourcequotas, list, READS_LIMITS",
        "events, list, READS_OOMS_OF_NODES",
        "pods, get, LOOKS_AT_A_POD",
        "changerecords, create, WRITES_A_RECORD",
        "changerecords, list, READS_RECORDS",
        "changerecords/status, patch, CLOSES_A_RECORD",
        "pods/resize, patch, RESIZES",
        "events, create, WRITES_AN_EVENT",
        "events, patch, COUNTS_AN_EVENT",
        "leases, create, HOLDS_THE_LEASE",
        "leases, get, HOLDS_THE_LEASE",
        "leases, patch, HOLDS_THE_LEASE"
    })
    void role_withoutOneRule_failsAtWhatTheRuleIsFor(String resource, String verb, Use use) {
        rights.takeAway(verb, resource);

        assertThat(failure(use)).hasValueSatisfying(why -> assertThat(why).contains("403"));
        // Others are none the worse for it.
        var others = use == Use.LOOKS_AT_A_POD ? Use.READS_RECORDS : Use.LOOKS_AT_A_POD;
        assertThat(failure(others)).isEmpty();
    }

    /// All but what takes an overlay of its own.
    @Test
    void role_asShipped_isEnoughForAllThatIsDone() {
        for (var use : EnumSet.complementOf(
                EnumSet.of(Use.MARKS_A_WORKLOAD, Use.LABELS_A_POD, Use.EVICTS, Use.SEES_THAT_NEW_PODS_ARE_SIZED))) {
            assertThat(failure(use)).as("%s", use).isEmpty();
        }
    }

    /// Who may annotate a workload may change its template: it is not in the role, and the policy says what is missing.
    @Test
    void annotations_ofWorkloads_takeTheRuleOfTheirOverlayThatTheObstacleNames() {
        assertThat(failure(Use.MARKS_A_WORKLOAD))
                .hasValueSatisfying(why -> assertThat(why).contains("403", "deployments"));

        withOverlay(
                "rightsizer-annotations",
                "patch apps deployments",
                () -> assertThat(failure(Use.MARKS_A_WORKLOAD)).isEmpty());
    }

    @Test
    void evictions_takeTheRulesOfTheirOverlay() {
        for (var use : List.of(Use.EVICTS, Use.SEES_THAT_NEW_PODS_ARE_SIZED)) {
            assertThat(failure(use)).hasValueSatisfying(why -> assertThat(why).contains("403"));
        }

        withOverlay("rightsizer-recreate", "create _ pods/eviction", () -> {
            assertThat(failure(Use.EVICTS)).isEmpty();
            assertThat(failure(Use.SEES_THAT_NEW_PODS_ARE_SIZED)).isEmpty();
        });
    }

    /// Who may patch a pod may change its image: the rule of admission that comes with the right takes that away again.
    @Test
    void labelsAfterKills_takeTheRulesOfTheirOverlayAndAllowNothingElse() {
        assertThat(failure(Use.LABELS_A_POD))
                .hasValueSatisfying(why -> assertThat(why).contains("403"));

        withOverlay("rightsizer-oom-labels", "patch _ pods", () -> {
            var tries = new AtomicInteger();
            await().atMost(PATIENCE)
                    .until(() ->
                            isRefused("{'metadata': {'labels': {'app': 'stolen-" + tries.incrementAndGet() + "'}}}"));
            assertThat(failure(Use.LABELS_A_POD)).isEmpty();
            assertThat(admin.pods()
                            .inNamespace(namespace)
                            .withName("probed")
                            .get()
                            .getMetadata()
                            .getLabels())
                    .containsEntry("plimsoll.io/oom-raised", "true");
            assertThat(Stream.of(
                                    "{'spec': {'containers': [{'name': 'main', 'image': 'stolen'}]}}",
                                    "{'metadata': {'annotations': {'a': 'stolen'}}}",
                                    "{'metadata': {'finalizers': ['example.com/stolen']}}",
                                    "{'metadata': {'labels': {'plimsoll.io/oom-raised': null, 'app': 'stolen'}}}")
                            .filter(patch -> !isRefused(patch)))
                    .isEmpty();
        });
    }

    /// By the rule of admission.
    ///
    /// @param patch JSON with single quotes
    private boolean isRefused(String patch) {
        try {
            account.pods()
                    .inNamespace(namespace)
                    .withName("probed")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch.replace('\'', '"'));
            return false;
        } catch (KubernetesClientException e) {
            return String.valueOf(e.getMessage()).contains("may change no more of a pod than its label");
        }
    }

    private Optional<String> labelled() throws IOException {
        var pod = admin.pods().inNamespace(namespace).withName("probed").get();
        var labels = new ApiPodLabels(server, "plimsoll.io/oom-raised");
        labels.put(new PodKey(namespace, "probed"), pod.getMetadata().getUid(), true);
        return labels.labelled().containsKey(new PodKey(namespace, "probed"))
                ? Optional.empty()
                : Optional.of("it is not found by its label");
    }

    private void withOverlay(String overlay, String right, Runnable test) {
        var folder = CustomResources.MANIFESTS.resolve("overlays/" + overlay).toString();
        kubectl("apply", "--server-side", "--force-conflicts", "-k", folder);
        try {
            await().atMost(PATIENCE).until(() -> rights.isAllowed(right));
            test.run();
        } finally {
            kubectl("delete", "-k", folder);
        }
        await().atMost(PATIENCE).until(() -> !rights.isAllowed(right));
    }

    /// A change on the way, an HPA or a workload's uid are told apart without them, less well.
    @Test
    void account_ofTheOverlay_mayReadWhatItReadsAndNothingThatItHasNoUseFor() {
        assertThat(Stream.of(
                                "list autoscaling horizontalpodautoscalers",
                                "list autoscaling.k8s.io verticalpodautoscalers",
                                "get plimsoll.io changerecords",
                                "get apps deployments",
                                "get apps statefulsets",
                                "get apps daemonsets",
                                "get apps replicasets",
                                "get batch jobs",
                                "get batch cronjobs",
                                "get plimsoll.io optimizationpolicies",
                                "get plimsoll.io clusteroptimizationpolicies",
                                "list metrics.k8s.io pods",
                                "watch _ pods")
                        .filter(right -> !rights.isAllowed(right)))
                .isEmpty();
        assertThat(Stream.of(
                                "create _ pods",
                                "delete _ pods",
                                "patch _ pods",
                                "update _ pods/resize",
                                "create _ pods/eviction",
                                "create _ pods/exec",
                                "get _ secrets",
                                "list _ secrets",
                                "update _ nodes",
                                "patch apps deployments",
                                "update apps statefulsets",
                                "update plimsoll.io changerecords",
                                "create plimsoll.io optimizationpolicies",
                                "patch plimsoll.io optimizationpolicies",
                                "patch autoscaling horizontalpodautoscalers",
                                "delete coordination.k8s.io leases",
                                "create rbac.authorization.k8s.io clusterrolebindings")
                        .filter(rights::isAllowed))
                .isEmpty();
    }

    @BeforeEach
    void install(ControlPlane running, KubernetesClient own, TestNamespace test) {
        controlPlane = running;
        admin = own;
        rights = new AccountRights(own, ACCOUNT);
        namespace = test.name();
        CustomResources.serve(running);
        AccountRights.grant(running, "rightsizer");
        CustomResources.guard(running);
        admin.leases().inNamespace(NAMESPACE).withName(ACCOUNT).delete();
        for (var kind : List.of("OptimizationPolicy", "ClusterOptimizationPolicy")) {
            apply("{apiVersion: plimsoll.io/v1alpha1, kind: " + kind + ", metadata: {name: probed}, spec: {}}");
        }
        apply("""
                {apiVersion: v1, kind: Pod, metadata: {name: probed}, spec: {containers: [{name: main, image: none,
                 resources: {requests: {cpu: 100m, memory: 64Mi}}}]}}""");
        apply("""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: probed}, spec: {replicas: 0,
                 selector: {matchLabels: {app: probed}}, template: {metadata: {labels: {app: probed}},
                 spec: {containers: [{name: main, image: none}]}}}}""");
        account = running.newClientOf(NAMESPACE, ACCOUNT);
        server = new ApiServer(account);
    }

    @AfterAll
    static void putBack(ControlPlane running) {
        AccountRights.grant(running, "rightsizer");
        CustomResources.unguard(running);
    }

    @AfterEach
    void disconnect() {
        server.close();
        account.close();
        admin.genericKubernetesResources("plimsoll.io/v1alpha1", "ClusterOptimizationPolicy")
                .withName("probed")
                .delete();
    }

    // What the right-sizer does, each with what it says when it fails

    private Optional<String> failure(Use use) {
        try {
            return switch (use) {
                case LISTS_POLICIES, LISTS_CLUSTER_POLICIES -> {
                    new ApiPolicies(server, new ImageLabels(() -> ClusterImage.EMPTY)).get();
                    yield Optional.empty();
                }
                case TELLS_POLICIES -> told(Optional.of(namespace));
                case TELLS_CLUSTER_POLICIES -> told(Optional.empty());
                case RECOMMENDS -> {
                    new ApiRecommendations(server).write(workload(), NOTHING_YET);
                    yield Optional.empty();
                }
                case LABELS_A_RECOMMENDATION -> {
                    new ApiRecommendations(server).write(workload(), NOTHING_YET);
                    new ApiRecommendations(server).label(workload(), Map.of("neighbour.plimsoll.io/now", "A"));
                    yield Optional.empty();
                }
                case FORGETS_A_RECOMMENDATION -> {
                    new ApiRecommendations(server).read(workload -> {});
                    new ApiRecommendations(server).delete(workload());
                    yield Optional.empty();
                }
                case FORGETS_A_RECORD -> {
                    journal(server).forget(namespace + "/none");
                    yield Optional.empty();
                }
                case READS_USAGE -> {
                    new ApiCheckpoints(server).read((workload, histories) -> {});
                    yield Optional.empty();
                }
                case KEEPS_USAGE -> {
                    new ApiCheckpoints(server).write(workload(), new EncodedHistories(1, Map.of()));
                    yield Optional.empty();
                }
                case FORGETS_USAGE -> {
                    new ApiCheckpoints(server).delete(workload());
                    yield Optional.empty();
                }
                case READS_LIMITS -> {
                    new ApiNamespaceLimits(server).list();
                    yield Optional.empty();
                }
                case READS_OOMS_OF_NODES -> {
                    new ApiSystemOoms(server).list();
                    yield Optional.empty();
                }
                case LOOKS_AT_A_POD -> looked();
                case WRITES_A_RECORD ->
                    journal(server).intend(change()) instanceof Entry.Forbidden(var message)
                            ? Optional.of(message)
                            : Optional.empty();
                case READS_RECORDS -> {
                    journal(server).read(record -> {});
                    yield Optional.empty();
                }
                case CLOSES_A_RECORD -> closed();
                case RESIZES -> resized();
                case WRITES_AN_EVENT -> {
                    events(server).create(happening());
                    yield Optional.empty();
                }
                case COUNTS_AN_EVENT -> counted();
                case HOLDS_THE_LEASE -> held();
                case MARKS_A_WORKLOAD -> marked();
                case LABELS_A_POD -> labelled();
                case EVICTS -> evicted();
                case SEES_THAT_NEW_PODS_ARE_SIZED ->
                    new ApiActions(server).recreatable().unsized().filter(why -> why.contains("403"));
            };
        } catch (IOException | RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static final OptimizationPolicyStatus NO_WORKLOADS =
            new OptimizationPolicyStatus(1L, 0, 0, 0, null, null, List.of());
    private static final WorkloadRecommendationStatus NOTHING_YET = new WorkloadRecommendationStatus(
            null, null, null, List.of(), List.of(), null, "a test", null, null, null, List.of());

    private Optional<String> told(Optional<String> where) throws IOException {
        var unread = new PolicyReading.Refused(List.of(new FieldError("spec", "none")));
        new ApiPolicyStatuses(server)
                .write(new ListedPolicy(where, "probed", 1, Optional.empty(), unread), NO_WORKLOADS);
        return Optional.empty();
    }

    private Optional<String> looked() {
        return new ApiPods(server).look(new PodKey(namespace, "probed")) instanceof Look.Unanswered(var message)
                ? Optional.of(message)
                : Optional.empty();
    }

    /// Of a record that is there: what is tried here is to close it.
    private Optional<String> closed() {
        var change = change();
        if (!(journal(server).intend(change) instanceof Entry.Written(var name, var written, var known))) {
            return Optional.of("not written");
        }
        return switch (journal(server).close(name, ChangeResult.of(name, change, ChangePhase.ABANDONED, "a test"))) {
            case Closing.Written() -> Optional.empty();
            case Closing.NotWritten(var message) -> Optional.of(message);
            case Closing.Forbidden(var message) -> Optional.of(message);
        };
    }

    /// Refused by the kind of pod at the latest: it is on no node.
    private Optional<String> resized() {
        var outcome = new ApiActions(server).dryRun(change().pods().getFirst().forward());
        return outcome instanceof Outcome.Refused refused && refused.reason() == Outcome.Refusal.FORBIDDEN
                ? Optional.of(refused.message())
                : Optional.empty();
    }

    private Optional<String> evicted() {
        var pod = change().pods().getFirst();
        return new ApiActions(server)
                .dryRun(new Action.Evict(pod.pod(), pod.uid()))
                .refusal();
    }

    private Optional<String> marked() {
        return new ApiActions(server)
                .marks()
                .dryRun(workload(), List.of(Mark.put("example.com/sync", "paused")))
                .refusal();
    }

    private Optional<String> counted() throws IOException {
        var path = events(server).create(happening());
        events(server).repeat(path, 2);
        return Optional.empty();
    }

    private Happening happening() {
        return new Happening(
                new Subject(namespace, "Pod", "probed"),
                new Subject(namespace, "OptimizationPolicy", "probed"),
                Severity.NORMAL,
                "Resized",
                "a test");
    }

    /// Made, left alone by its holder, and taken again.
    private Optional<String> held() {
        var terms = new ActingLease.Terms(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMillis(100));
        var place = new ActingLease.Place(NAMESPACE, ACCOUNT, "probe");
        var context = LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry());
        for (int i = 0; i < 2; i++) {
            try (var lease = new ActingLease(server, place, terms, context, () -> () -> {})) {
                lease.start();
                await().pollInterval(Duration.ofMillis(20))
                        .atMost(Duration.ofSeconds(3))
                        .until(lease::isHeld);
            } catch (ConditionTimeoutException e) {
                return Optional.of("403 or worse: the Lease could not be had");
            }
        }
        return Optional.empty();
    }

    private static ApiChangeJournal journal(ApiServer server) {
        return new ApiChangeJournal(server, Clock.systemUTC(), new Random());
    }

    private static ApiEvents events(ApiServer server) {
        return new ApiEvents(server, ApiEvents.Reporter.RIGHTSIZER, Clock.systemUTC(), new Random(), "test");
    }

    private Owner workload() {
        return new Owner(namespace, "Deployment", "probed");
    }

    private Change change() {
        var before = new ContainerSpec("main", new Resources(100, 64 << 20), Resources.NONE);
        var after = new ContainerSpec("main", new Resources(150, 64 << 20), Resources.NONE);
        var uid = admin.pods()
                .inNamespace(namespace)
                .withName("probed")
                .get()
                .getMetadata()
                .getUid();
        return new Change(
                workload(),
                namespace + "/probed",
                "Test",
                "a test",
                Optional.empty(),
                List.of(new PodChange(new PodKey(namespace, "probed"), uid, List.of(before), List.of(after))));
    }

    private void apply(String text) {
        admin.load(new ByteArrayInputStream(("---\n" + text).getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .serverSideApply();
    }

    private String kubectl(String... arguments) {
        return new Kubectl(controlPlane).run(arguments);
    }
}
