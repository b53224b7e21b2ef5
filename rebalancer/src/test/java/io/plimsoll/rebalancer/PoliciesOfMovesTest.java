package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePolicy;
import io.plimsoll.model.move.MoveRules;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.recommendation.PolicyCandidate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What policies say of moves. n1 is at 96 %, and of its pods `calm-1` is the best to go; n4 is so too,
/// by `calm-2-1`. Each policy here speaks of one workload.
class PoliciesOfMovesTest {

    private static final RebalancerSettings ASKING = RebalancerTest.settings(MoveApproval.REQUIRED);
    private static final RebalancerSettings AUTOMATIC = RebalancerTest.settings(MoveApproval.AUTOMATIC);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MovingFleet fleet = new MovingFleet();

    @Test
    void workload_whosePolicySaysNever_stays_andAnotherGoes() throws Exception {
        hot();
        fleet.rules = rules(Map.of("calm", MoveApproval.NEVER));

        fleet.run(AUTOMATIC, MINUTE);

        assertThat(fleet.evicted).containsExactly(MovingFleet.key("hog-1"));
    }

    @Test
    void workload_whosePolicySaysAutomatic_isMovedUnasked_whereOthersAreNot() throws Exception {
        hot();
        fleet.rules = rules(Map.of("calm", MoveApproval.AUTOMATIC));

        fleet.run(ASKING, MINUTE);

        assertThat(fleet.evicted).containsExactly(MovingFleet.key("calm-1"));
    }

    @Test
    void workload_whosePolicySaysRequired_isMovedOnceSomebodyApproves() throws Exception {
        hot();
        fleet.rules = rules(Map.of("calm", MoveApproval.REQUIRED));

        fleet.run(AUTOMATIC, MINUTE);
        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(AUTOMATIC, MINUTE);

        assertThat(fleet.evicted).containsExactly(MovingFleet.key("calm-1"));
    }

    @Test
    void service_thatNeverMoves_movesNobody_whateverAPolicySays() throws Exception {
        hot();
        fleet.rules = rules(Map.of("calm", MoveApproval.AUTOMATIC));

        fleet.run(RebalancerTest.settings(MoveApproval.NEVER), MINUTE);

        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
    }

    /// Those of n1 need nobody's approval, those of n4 do.
    @Test
    void movesThatNeedNobody_areNotHeldUpByThoseThatDo() throws Exception {
        hotTwice();
        fleet.rules = rules(Map.of("calm", MoveApproval.AUTOMATIC));

        fleet.run(ASKING, MINUTE);

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(pods(fleet.plan())).containsExactly("calm-1");
        assertThat(fleet.evicted).containsExactly(MovingFleet.key("calm-1"));

        fleet.run(ASKING, Duration.ofMinutes(6));

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
        assertThat(pods(fleet.plan())).containsExactly("calm-2-1");
        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, MINUTE);
        assertThat(fleet.evicted).containsExactly(MovingFleet.key("calm-1"), MovingFleet.key("calm-2-1"));
    }

    /// `calm-1` is never found again when it is its turn; without it `hog-1` would be the best to go.
    @Test
    void moveThatIsSkippedEachTime_doesNotKeepAnotherOfItsNodeFromBeingAskedFor() throws Exception {
        hot();
        fleet.rules = rules(Map.of("calm", MoveApproval.AUTOMATIC));
        var rebalancer = fleet.rebalancer(ASKING, fleet.plans, fleet, pod -> new LivePods.Look.Gone());

        for (int turn = 0; turn < 200; turn++) {
            fleet.pass(rebalancer.turn());
        }

        assertThat(fleet.plans.plans()).anySatisfy(plan -> {
            assertThat(pods(plan)).containsExactly("hog-1");
            assertThat(plan.phase()).isEqualTo(PlanPhase.PROPOSED);
        });
    }

    /// The pod of n1 that needs nobody's approval is never found again when it is its turn.
    @Test
    void movesThatAreSkippedEachTime_doNotKeepOthersFromBeingAskedFor() throws Exception {
        hotTwice();
        fleet.rules = rules(Map.of("calm", MoveApproval.AUTOMATIC));
        LivePods blind = pod -> new LivePods.Look.Gone();
        var rebalancer = fleet.rebalancer(ASKING, fleet.plans, fleet, blind);

        for (int turn = 0; turn < 200; turn++) {
            fleet.pass(rebalancer.turn());
        }

        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plans.plans())
                .anySatisfy(plan -> {
                    assertThat(pods(plan)).containsExactly("calm-1");
                    assertThat(plan.phase()).isEqualTo(PlanPhase.COMPLETED);
                })
                .anySatisfy(plan -> {
                    assertThat(pods(plan)).contains("calm-2-1");
                    assertThat(plan.phase()).isEqualTo(PlanPhase.PROPOSED);
                });
    }

    @Test
    void planThatWaits_holdsUpNoMoveThatNeedsNobody() throws Exception {
        hotTwice();
        fleet.run(ASKING, MINUTE);
        var waiting = fleet.plan().name();
        assertThat(pods(fleet.plan())).containsExactlyInAnyOrder("calm-1", "calm-2-1");

        fleet.rules = rules(Map.of("calm-2", MoveApproval.AUTOMATIC));
        fleet.scheduler = pod -> pod.name().startsWith("calm-2") ? "n5" : "n2";
        fleet.run(ASKING, Duration.ofMinutes(5));

        assertThat(fleet.evicted).containsExactly(MovingFleet.key("calm-2-1"));
        assertThat(fleet.plan(waiting).phase()).isEqualTo(PlanPhase.PROPOSED);
        // What was done meanwhile is not done again.
        fleet.plans.approve(waiting, true);
        fleet.run(ASKING, MINUTE);
        assertThat(fleet.plan(waiting).phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.plan(waiting).steps())
                .extracting(MoveStep::phase)
                .containsExactlyInAnyOrder(MovePhase.LANDED, MovePhase.SKIPPED);
        assertThat(fleet.evicted).containsExactly(MovingFleet.key("calm-2-1"), MovingFleet.key("calm-1"));
    }

    /// `calm-1` is the best to go, and `hog-1` would do.
    @Test
    void whereNobodyAnswers_thoseGoInstead_thatNobodyNeedsToBeAskedAbout() throws Exception {
        hot();
        fleet.rules = rules(Map.of("calm", MoveApproval.REQUIRED));

        fleet.run(AUTOMATIC, Duration.ofMinutes(25));
        assertThat(fleet.evicted).isEmpty();
        assertThat(pods(fleet.plan())).containsExactly("calm-1");

        fleet.run(AUTOMATIC, Duration.ofMinutes(15));
        assertThat(fleet.evicted).containsExactly(MovingFleet.key("hog-1"));
    }

    @Test
    void whereNothingIsMovedUnasked_noFurtherPlanIsMadeWhileOneWaits() throws Exception {
        hotTwice();
        fleet.rules = rules(Map.of("calm", MoveApproval.NEVER));

        fleet.run(ASKING, Duration.ofMinutes(20));

        assertThat(fleet.plans.plans()).hasSize(1);
    }

    /// One of them might say that pods stay.
    @Test
    void policies_thatCannotBeRead_letNothingBeProposedOrMoved() throws Exception {
        hot();
        fleet.rules = MoveRules.unknown("policies cannot be listed: 403");

        fleet.run(AUTOMATIC, MINUTE);
        assertThat(fleet.plans.plans()).isEmpty();

        fleet.rules = MoveRules.NONE;
        fleet.run(AUTOMATIC, MINUTE);
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void policies_thatCannotBeReadInMidPlan_keepItWaiting_andItGoesOn() throws Exception {
        hotTwice();
        fleet.beforeEvicting = () -> fleet.rules = MoveRules.unknown("policies cannot be listed: 403");

        fleet.run(AUTOMATIC, MINUTE);
        assertThat(fleet.evicted).hasSize(1);
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase)
                .containsExactly(MovePhase.LANDED, MovePhase.PLANNED);

        fleet.beforeEvicting = () -> {};
        fleet.rules = MoveRules.NONE;
        fleet.run(AUTOMATIC, MINUTE);
        assertThat(fleet.evicted).hasSize(2);
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
    }

    @Test
    void approvedPlan_isNotBegunBeforePoliciesAreRead_andNeverHoldsThen() throws Exception {
        hot().run(ASKING, MINUTE);
        var name = fleet.plan().name();
        fleet.rules = MoveRules.unknown("policies cannot be listed: 403");
        fleet.plans.approve(name, true);

        fleet.run(ASKING, MINUTE);
        assertThat(fleet.plan(name).phase()).isEqualTo(PlanPhase.PROPOSED);

        fleet.rules = rules(Map.of("calm", MoveApproval.NEVER));
        fleet.run(ASKING, MINUTE);
        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plan(name).steps()).extracting(MoveStep::phase).containsExactly(MovePhase.SKIPPED);
    }

    @Test
    void planThatExpiresMeanwhile_saysWhyNothingWasMoved() throws Exception {
        hot().run(ASKING, MINUTE);
        var name = fleet.plan().name();
        fleet.rules = MoveRules.unknown("policies cannot be listed: 403");

        fleet.run(ASKING, Duration.ofMinutes(30));

        assertThat(fleet.plan(name).phase()).isEqualTo(PlanPhase.EXPIRED);
        assertThat(fleet.plan(name).message()).isEqualTo("nobody approved it in time; policies cannot be listed: 403");
    }

    @Test
    void policyThatIsChangedInMidPlan_holdsForTheMovesThatAreLeft() throws Exception {
        hotTwice();
        fleet.beforeEvicting =
                () -> fleet.rules = rules(Map.of("calm", MoveApproval.REQUIRED, "calm-2", MoveApproval.REQUIRED));

        fleet.run(AUTOMATIC, MINUTE);

        assertThat(fleet.evicted).hasSize(1);
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase)
                .containsExactly(MovePhase.LANDED, MovePhase.SKIPPED);
        assertThat(fleet.plan().steps().getLast().message())
                .matches("nobody approved the plan, and the policy shop/calm(-2)? says moves.approval: Required");
    }

    @Test
    void policyThatSaysNeverInMidPlan_holdsAlsoForAnApprovedPlan() throws Exception {
        hot().run(ASKING, MINUTE);
        fleet.rules = rules(Map.of("calm", MoveApproval.NEVER));

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, MINUTE);

        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::message)
                .containsExactly("a policy has it stay (the policy shop/calm says moves.approval: Never)");
    }

    /// A policy for each of these workloads.
    static MoveRules rules(Map<String, MoveApproval> byWorkload) {
        return MoveRules.of(byWorkload.entrySet().stream()
                .map(said -> new MovePolicy(
                        new PolicyCandidate(
                                Optional.of(MovingFleet.NAMESPACE),
                                said.getKey(),
                                0,
                                0,
                                false,
                                workload -> workload.name().equals(said.getKey())),
                        Optional.of(said.getValue()),
                        Optional.empty()))
                .toList());
    }

    private static List<String> pods(RecordedPlan plan) {
        return plan.steps().stream()
                .map(step -> step.move().pod())
                .map(PodKey::name)
                .toList();
    }

    private MovingFleet hot() {
        return heat("", 3, "n1", "n2", "n3").pass(Duration.ofMinutes(8));
    }

    private void hotTwice() {
        heat("", 6, "n1", "n2", "n3");
        heat("-2", 6, "n4", "n5", "n6").pass(Duration.ofMinutes(8));
    }

    private MovingFleet heat(String suffix, int nodes, String... on) {
        var names = Arrays.asList(on);
        return fleet.nodes(nodes)
                .deploy("calm" + suffix, 3_300, names.get(0), names.get(2))
                .deploy("hog" + suffix, 3_000, names.get(0), names.get(2))
                .deploy("rest" + suffix, 3_300, names.get(0), names.get(1));
    }
}
