package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.LabelSelector.Expression;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.recommendation.PolicyCandidate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows with a number are those of the descheduler's DefaultEvictor test, in the order in which
/// these were listed; where the answer is another one on purpose, the row says so. Those of its
/// settings that are no settings here are looked at further below: what it protects (56, 58, 66)
/// and least replicas (51, 52). Mistakes in settings (67) are those of a policy, which its reader
/// refuses.
class EvictabilityTest {

    private static final Optional<StayReason> GOES = Optional.empty();

    static Stream<Arguments> pods() {
        return Stream.of(
                row("41 running, no owner", EvictabilityTest::ownerless, StayReason.BARE),
                row("43 of a controller", pod -> pod, GOES),
                row(
                        "44 prefer-no-eviction: there only if the policy is Mandatory",
                        traits(PodTrait.PREFER_NO_EVICTION),
                        StayReason.PREFER_NO_EVICTION),
                row("45 local storage", traits(PodTrait.LOCAL_STORAGE), StayReason.LOCAL_STORAGE),
                row(
                        "45 local storage, evict annotation",
                        traits(PodTrait.LOCAL_STORAGE, PodTrait.EVICTION_WANTED),
                        GOES),
                row("46 of a DaemonSet", of("DaemonSet"), StayReason.DAEMON_SET),
                row(
                        "46 of a DaemonSet, evict annotation: goes there",
                        of("DaemonSet").andThen(traits(PodTrait.EVICTION_WANTED))::apply,
                        StayReason.DAEMON_SET),
                row("47 mirror", traits(PodTrait.MIRROR), StayReason.MIRROR_POD),
                row(
                        "47 mirror, evict annotation: goes there",
                        traits(PodTrait.MIRROR, PodTrait.EVICTION_WANTED),
                        StayReason.MIRROR_POD),
                row("48 critical", priority(2_000_000_000), StayReason.SYSTEM_CRITICAL),
                row(
                        "48 critical, evict annotation: goes there",
                        priority(2_000_000_000).andThen(traits(PodTrait.EVICTION_WANTED))::apply,
                        StayReason.SYSTEM_CRITICAL),
                row("49 priority at the threshold", priority(1_000), StayReason.HIGH_PRIORITY),
                row("49 priority below the threshold", priority(999), GOES),
                row("53 younger than the least age", bound(10 * 60_000), StayReason.JUST_STARTED),
                row("53 as old as the least age", bound(50 * 60_000), GOES),
                row(
                        "53 age unknown",
                        pod -> PodBuilder.like(pod).boundTo("n1", 0).build(),
                        StayReason.JUST_STARTED),
                row("54 no disruption budget: stays there with ignorePodsWithoutPDB", pod -> pod, GOES),
                row("55 a volume claim: goes there by default", traits(PodTrait.VOLUME), StayReason.VOLUME),
                row(
                        "58 a volume claim, protected by its storage class or not",
                        traits(PodTrait.VOLUME),
                        StayReason.VOLUME),
                row("57 a resource claim: goes there by default", traits(PodTrait.RESOURCE_CLAIM), StayReason.DEVICES),
                row("static", traits(PodTrait.STATIC), StayReason.STATIC_POD),
                row("of its node", of("Node"), StayReason.STATIC_POD),
                row("terminating", EvictabilityTest::terminating, StayReason.TERMINATING),
                row("of a Job", of("Job"), StayReason.JOB),
                row("safe-to-evict=false", traits(PodTrait.NOT_SAFE_TO_EVICT), StayReason.NOT_SAFE_TO_EVICT),
                row("do-not-disrupt", traits(PodTrait.DO_NOT_DISRUPT), StayReason.DO_NOT_DISRUPT),
                row("opted out of eviction", optOut(OptOut.EVICT), StayReason.OPTED_OUT),
                row("opted out of scores", optOut(OptOut.SCORE), StayReason.OPTED_OUT),
                row("opted out of resizes", optOut(OptOut.RESIZE), GOES),
                row(
                        "pending",
                        pod -> PodBuilder.like(pod).phase(PodPhase.PENDING).build(),
                        StayReason.NOT_RUNNING),
                row("of a kind that is not watched", of("Unwatched"), StayReason.OWNER_UNKNOWN),
                row("first of two reasons", traits(PodTrait.DO_NOT_DISRUPT, PodTrait.MIRROR), StayReason.MIRROR_POD));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pods")
    void refusal_ofPod_isTheFirstReason(String what, UnaryOperator<PodSpec> change, Optional<StayReason> expected) {
        var fleet = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "web", "a", 100, change)
                .sibling("n2", "web");
        var owner = change.apply(PodBuilder.like(web()).build()).owner();
        owner.filter(of -> !of.kind().equals("Deployment")).ifPresent(of -> fleet.pod("n2", of, "b", 100, pod -> pod));

        assertThat(refusal(fleet.image(), "a").map(Stay::reason)).as(what).isEqualTo(expected);
    }

    @Test
    void podOfAWorkload_whosePolicySaysNever_stays_andThePolicyIsNamed() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100)
                .sibling("n1", "web")
                .image();
        var candidate = new PolicyCandidate(Optional.empty(), "all", 0, 0, false, workload -> true);
        var rules = MoveRules.of(List.of(new MovePolicy(candidate, Optional.of(MoveApproval.NEVER), Optional.empty())));

        assertThat(new Evictability(image, config(false), rules, Fleet.NOW)
                        .refusal(image.pod(Fleet.key("a")).orElseThrow()))
                .contains(new Stay(StayReason.POLICY, "the policy all says moves.approval: Never"));
    }

    // Least replicas: 51 and 52

    @Test
    void podOfAWorkload_thatWantsFewerReplicasThanItsPolicySays_stays_andThePolicyIsNamed() {
        var fleet = new Fleet().node("n1").pod("n1", "web", "a", 100).sibling("n1", "web");

        assertThat(refusal(fleet.image(), "a", saying(2, false))).isEmpty();
        assertThat(refusal(fleet.image(), "a", saying(3, false)))
                .contains(new Stay(StayReason.POLICY, "the policy all says moves.minReplicas: 3, and 2 wanted"));
    }

    /// It counts the pods that there are, and none of a pod of two owners. Here what the
    /// controlling owner wants counts, and a workload that has another number of pods stays anyway.
    @Test
    void podOfAWorkload_thatHasMorePodsThanItWants_staysByWhatItWants() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100)
                .pod("n1", "web", "b", 100)
                .sibling("n1", "web")
                .wants("web", 2)
                .image();

        assertThat(refusal(image, "a", saying(3, false)))
                .contains(new Stay(StayReason.POLICY, "the policy all says moves.minReplicas: 3, and 2 wanted"));
        assertThat(refusal(image, "a", saying(2, false)))
                .contains(new Stay(StayReason.ROLLING_OUT, "3 pods, 2 wanted"));
    }

    @Test
    void podOfAnOwnerOfWhichNobodyKnowsHowManyItWants_isNotHeldByLeastReplicas() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", new Owner(Fleet.NAMESPACE, "Unwatched", "it"), "a", 100, pod -> pod)
                .image();

        assertThat(refusal(image, "a", saying(3, false)).map(Stay::reason)).contains(StayReason.OWNER_UNKNOWN);
    }

    // What is protected: 56, 58 and 66

    /// All of a pod's own that has it stay. There, a policy may lift any of these, and add volume
    /// claims and resource claims, which stay here; a policy may give up local storage, and nothing
    /// else: not what the cluster needs, nor what nobody would make anew elsewhere.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void protections_ofAPod_areTheseWhateverAPolicySays_butForLocalStorage(boolean discards) {
        var protectedBy = EnumSet.of(
                PodTrait.MIRROR,
                PodTrait.STATIC,
                PodTrait.VOLUME,
                PodTrait.RESOURCE_CLAIM,
                PodTrait.NOT_SAFE_TO_EVICT,
                PodTrait.DO_NOT_DISRUPT,
                PodTrait.PREFER_NO_EVICTION);
        if (!discards) {
            protectedBy.add(PodTrait.LOCAL_STORAGE);
        }

        assertThat(EnumSet.allOf(PodTrait.class)).allSatisfy(trait -> {
            var image = pair(traits(trait));
            assertThat(refusal(image, "a", saying(1, discards)).isPresent()).isEqualTo(protectedBy.contains(trait));
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void podOfADaemonSet_andOneThatIsCritical_stayWhateverAPolicySays(boolean discards) {
        var daemonSet = refusal(pair(of("DaemonSet")), "a", saying(1, discards));
        var critical = refusal(pair(priority(2_000_000_000)), "a", saying(1, discards));

        assertThat(daemonSet).contains(Stay.of(StayReason.DAEMON_SET));
        assertThat(critical).contains(Stay.of(StayReason.SYSTEM_CRITICAL));
    }

    private static ClusterImage pair(UnaryOperator<PodSpec> change) {
        return new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100, change)
                .sibling("n1", "web")
                .image();
    }

    private static MoveRules saying(int minReplicas, boolean discardsLocalStorage) {
        var candidate = new PolicyCandidate(Optional.empty(), "all", 0, 0, false, workload -> true);
        var terms = new MoveTerms(Optional.empty(), minReplicas, discardsLocalStorage);
        return MoveRules.of(List.of(new MovePolicy(candidate, terms, false, Optional.empty())));
    }

    /// As long as something in it cannot be deleted its pods may go on running.
    @Test
    void podInANamespaceThatIsBeingDeleted_stays() {
        var fleet = new Fleet().node("n1").pod("n1", "web", "a", 100).sibling("n1", "web");
        assertThat(refusal(fleet.image(), "a")).isEmpty();

        assertThat(refusal(fleet.namespaceIsBeingDeleted().image(), "a"))
                .contains(Stay.of(StayReason.NAMESPACE_TERMINATING));
    }

    @Test
    void everyReason_ofARefusal_isForbidden() {
        for (var reason : StayReason.values()) {
            assertThat(reason.isForbidden()).isEqualTo(reason.ordinal() < StayReason.BLAMELESS.ordinal());
        }
    }

    @Test
    void localStorage_whereItIsAllowed_goes() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100, traits(PodTrait.LOCAL_STORAGE))
                .sibling("n1", "web")
                .image();

        assertThat(refusal(image, "a", config(true))).isEmpty();
    }

    @Test
    void lastReadyPod_besideOneThatIsNotReady_stays() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100)
                .pod("n1", "web", "b", 100, EvictabilityTest::unready)
                .image();

        assertThat(refusal(image, "a")).contains(Stay.of(StayReason.LAST_READY));
        assertThat(refusal(image, "b")).isEmpty();
    }

    @Test
    void secondOfTwoReadyPods_onceTheFirstIsTaken_stays() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100)
                .pod("n1", "web", "b", 100)
                .image();
        var evictability = new Evictability(image, config(false), MoveRules.NONE, Fleet.NOW);

        evictability.take(image.pod(Fleet.key("a")).orElseThrow());

        assertThat(evictability.refusal(image.pod(Fleet.key("b")).orElseThrow()))
                .contains(Stay.of(StayReason.LAST_READY));
    }

    @Test
    void workload_withAnotherNumberOfPodsThanWanted_isRollingOutOrScaled() {
        var fleet = new Fleet().node("n1").pod("n1", "web", "a", 100).sibling("n1", "web");

        assertThat(refusal(fleet.wants("web", 3).image(), "a"))
                .contains(new Stay(StayReason.ROLLING_OUT, "2 pods, 3 wanted"));
        assertThat(refusal(fleet.wants("web", 1).image(), "a"))
                .contains(new Stay(StayReason.ROLLING_OUT, "2 pods, 1 wanted"));
        assertThat(refusal(fleet.wants("web", 2).image(), "a")).isEmpty();
    }

    @Test
    void workload_withPodsOfTwoTemplates_isRollingOut() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100, Fleet.labelled("pod-template-hash", "old"))
                .pod("n1", "web", "b", 100, Fleet.labelled("pod-template-hash", "new"))
                .image();

        assertThat(refusal(image, "a")).contains(new Stay(StayReason.ROLLING_OUT, "its pods are of two templates"));
    }

    @Test
    void pod_onANodeThatIsNotReady_stays() {
        var size = new Resources(1_000, 1_000);
        for (var readiness : List.of(NodeSpec.Readiness.NOT_READY, NodeSpec.Readiness.UNKNOWN)) {
            var image = new Fleet()
                    .node(new NodeSpec("n1", "u", "b", size, size, 9, readiness, false, false, List.of()))
                    .pod("n1", "web", "a", 100)
                    .sibling("n1", "web")
                    .image();

            assertThat(refusal(image, "a")).contains(Stay.of(StayReason.NODE_UNKNOWN));
        }
    }

    @Test
    void namespaceThatOptsOut_keepsItsPods() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100)
                .sibling("n1", "web")
                .namespaceOptsOut(OptOut.EVICT)
                .image();

        assertThat(refusal(image, "a")).contains(new Stay(StayReason.OPTED_OUT, "opt-out.plimsoll.io/evict"));
    }

    /// A probe that failed for a while makes it longer, and a pod that does not know says nothing.
    @Test
    void startSeconds_ofAPod_areTheLeastThatIsKnownOfOneOfItsWorkload() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100, Fleet.with(pod -> pod.startSeconds(1_700)))
                .pod("n1", "web", "b", 100, Fleet.with(pod -> pod.startSeconds(40)))
                .pod("n1", "web", "c", 100)
                .pod("n1", "db", "d", 100)
                .image();
        var evictability = new Evictability(image, config(false), MoveRules.NONE, Fleet.NOW);

        assertThat(evictability.startSeconds(image.pod(Fleet.key("a")).orElseThrow()))
                .isEqualTo(40);
        assertThat(evictability.startSeconds(image.pod(Fleet.key("c")).orElseThrow()))
                .isEqualTo(40);
        assertThat(evictability.startSeconds(image.pod(Fleet.key("d")).orElseThrow()))
                .isZero();
    }

    @Test
    void workload_whosePodsTakeLongerThanAMoveMay_stays() {
        var image = new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100, Fleet.with(pod -> pod.startSeconds(301)))
                .pod("n1", "web", "b", 100)
                .pod("n1", "db", "c", 100, Fleet.with(pod -> pod.startSeconds(300)))
                .pod("n1", "db", "d", 100)
                .image();

        assertThat(refusal(image, "b")).contains(new Stay(StayReason.STARTS_SLOWLY, "301 s at the least, and 300 s"));
        assertThat(refusal(image, "d")).isEmpty();
    }

    // Budgets

    @Test
    void podOfABudgetThatAllowsNone_stays() {
        var image = guarded().budget("calm", Map.of("app", "web"), 0).image();

        assertThat(refusal(image, "a")).contains(new Stay(StayReason.BUDGET, "calm"));
    }

    @Test
    void podBesideABudgetOfOtherLabels_goes() {
        var image = guarded().budget("calm", Map.of("app", "db"), 0).image();

        assertThat(refusal(image, "a")).isEmpty();
    }

    @Test
    void secondPodOfABudgetThatAllowsOne_stays() {
        var image = guarded().budget("calm", Map.of("app", "web"), 1).image();
        var evictability = new Evictability(image, config(false), MoveRules.NONE, Fleet.NOW);

        evictability.take(image.pod(Fleet.key("a")).orElseThrow());

        assertThat(evictability.refusal(image.pod(Fleet.key("b")).orElseThrow()))
                .contains(new Stay(StayReason.BUDGET, "calm, of which this plan takes 1"));
    }

    @Test
    void podOfTwoBudgets_stays_evenIfBothAllowIt() {
        var image = guarded()
                .budget("one", Map.of("app", "web"), 5)
                .budget("all", Map.of(), 5)
                .image();

        assertThat(refusal(image, "a")).contains(new Stay(StayReason.SEVERAL_BUDGETS, "all, one"));
    }

    @Test
    void budgetWithoutSelector_guardsNobody() {
        var image = guarded()
                .budget(new DisruptionBudget(Fleet.NAMESPACE, "none", Optional.empty(), 0, true))
                .image();

        assertThat(refusal(image, "a")).isEmpty();
    }

    @Test
    void budgetOfExpressions_guardsThoseThatTheyFit() {
        var in = new Expression("app", "In", List.of("web", "api"));
        var notIn = new Expression("app", "NotIn", List.of("web"));

        assertThat(refusal(guarded().budget(by(in)).image(), "a")).contains(new Stay(StayReason.BUDGET, "by"));
        assertThat(refusal(guarded().budget(by(notIn)).image(), "a")).isEmpty();
    }

    @Test
    void budgetOfALabelThatIsNotKept_isUnknown() {
        var own = new Expression("statefulset.kubernetes.io/pod-name", "In", List.of("a"));

        assertThat(refusal(guarded().budget(by(own)).image(), "a")).contains(new Stay(StayReason.BUDGET_UNKNOWN, "by"));
    }

    @Test
    void budgetWhoseStatusIsOfAFormerSpec_isUnknown() {
        var old = new DisruptionBudget(Fleet.NAMESPACE, "old", Optional.of(LabelSelector.EVERY), 5, false);

        assertThat(refusal(guarded().budget(old).image(), "a")).contains(new Stay(StayReason.BUDGET_UNKNOWN, "old"));
    }

    private static DisruptionBudget by(Expression expression) {
        return new DisruptionBudget(
                Fleet.NAMESPACE, "by", Optional.of(new LabelSelector(Map.of(), List.of(expression))), 0, true);
    }

    private static Fleet guarded() {
        var web = Fleet.labelled("app", "web");
        return new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 100, web)
                .pod("n1", "web", "b", 100, web)
                .pod("n1", "web", "c", 100, web);
    }

    private static Optional<Stay> refusal(ClusterImage image, String pod) {
        return refusal(image, pod, config(false));
    }

    private static Optional<Stay> refusal(ClusterImage image, String pod, MoveRules rules) {
        return new Evictability(image, config(false), rules, Fleet.NOW)
                .refusal(image.pod(Fleet.key(pod)).orElseThrow());
    }

    private static Optional<Stay> refusal(ClusterImage image, String pod, MoveConfig config) {
        return new Evictability(image, config, MoveRules.NONE, Fleet.NOW)
                .refusal(image.pod(Fleet.key(pod)).orElseThrow());
    }

    private static MoveConfig config(boolean localStorage) {
        return new MoveConfig(
                PlacementConfig.DEFAULT,
                0.1,
                localStorage,
                1_000,
                50 * 60_000,
                Set.of(),
                0,
                MoveConfig.Limits.DEFAULT,
                MovePace.DEFAULT);
    }

    // Rows

    private static Arguments row(String what, UnaryOperator<PodSpec> change, StayReason reason) {
        return row(what, change, Optional.of(reason));
    }

    private static Arguments row(String what, UnaryOperator<PodSpec> change, Optional<StayReason> reason) {
        return Arguments.of(what, change, reason);
    }

    private static PodSpec web() {
        return new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 1)
                .image()
                .pod(Fleet.key("a"))
                .orElseThrow()
                .spec();
    }

    private static UnaryOperator<PodSpec> traits(PodTrait... traits) {
        return pod -> pod.withTraits(PodTraits.of(traits));
    }

    private static UnaryOperator<PodSpec> optOut(OptOut optOut) {
        return Fleet.with(pod -> pod.optOuts(Set.of(optOut)));
    }

    private static UnaryOperator<PodSpec> bound(long agoMillis) {
        return Fleet.with(pod -> pod.boundTo("n1", Fleet.NOW - agoMillis));
    }

    private static UnaryOperator<PodSpec> of(String kind) {
        return Fleet.with(pod -> pod.owner(new Owner(Fleet.NAMESPACE, kind, "it")));
    }

    private static UnaryOperator<PodSpec> priority(int priority) {
        return Fleet.with(pod -> pod.priority(priority));
    }

    private static PodSpec ownerless(PodSpec pod) {
        return PodBuilder.like(pod).bare().build();
    }

    private static PodSpec terminating(PodSpec pod) {
        return PodBuilder.like(pod).terminating().build();
    }

    private static PodSpec unready(PodSpec pod) {
        return PodBuilder.like(pod).unready().build();
    }
}
