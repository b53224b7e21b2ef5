package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.ReasonCode;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Landing.Finding;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MoveGoal;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.StayReason;
import io.plimsoll.rebalancer.Rebalancer.Stop;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// n1 is at 96 %: `hog` uses 3 cores there, `rest` 3.3 and `calm` 3.3. The best to go is `calm-1`, by its name.
class RebalancerTest {

    private static final RebalancerSettings ASKING = RebalancerSettings.DEFAULT;
    private static final RebalancerSettings AUTOMATIC = settings(MoveApproval.AUTOMATIC);
    private static final RebalancerSettings OFF_PEAK = settings(MoveApproval.AUTOMATIC, Hours.OFF_PEAK);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long HOUR = 3_600_000;

    private final MovingFleet fleet = new MovingFleet();
    private final Refusals refusals = new Refusals();

    /// Why evictions were refused, and why moves were skipped.
    private static final class Refusals implements MoveTeller {

        private final List<Refusal> told = new ArrayList<>();
        private final List<ReasonCode> skipped = new ArrayList<>();

        @Override
        public void skipped(Move move, ReasonCode reason) {
            skipped.add(reason);
        }

        @Override
        public void refused(Move move, Outcome outcome) {
            if (outcome instanceof Outcome.Refused no) {
                told.add(no.reason());
            }
        }
    }

    @Test
    void hotNode_isRelieved_andItIsLookedAtTwiceWhetherThatHelped() throws Exception {
        hot().run(AUTOMATIC, MINUTE);

        var step = fleet.plan().steps().getFirst();
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(step.phase()).isEqualTo(MovePhase.LANDED);
        assertThat(step.message()).isEqualTo("calm-3 runs on n2, as planned");
        assertThat(fleet.nodeOf("calm-3")).isEqualTo("n2");
        assertThat(step.landing().flatMap(Landing::early)).isEmpty();

        fleet.run(AUTOMATIC, Duration.ofMinutes(31));

        assertThat(fleet.plan().steps().getFirst().landing().orElseThrow())
                .satisfies(landing ->
                        assertThat(landing.early().orElseThrow().finding()).isEqualTo(Finding.HELPED))
                .satisfies(landing -> assertThat(landing.late().orElseThrow())
                        .extracting(Landing.Look::finding, Landing.Look::words)
                        .containsExactly(Finding.HELPED, "n1 is hurt no more"));
        assertThat(fleet.evicted).containsExactly(MovingFleet.key("calm-1"));
    }

    @Test
    void plan_thatNobodyApproved_movesNobody_andExpires() throws Exception {
        hot().run(ASKING, MINUTE);

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
        var name = fleet.plan().name();
        fleet.run(ASKING, Duration.ofMinutes(30));

        assertThat(fleet.plan(name).phase()).isEqualTo(PlanPhase.EXPIRED);
        assertThat(fleet.plan(name).message()).isEqualTo("nobody approved it in time");
        assertThat(fleet.evicted).isEmpty();
        // It is still needed, so it is proposed again.
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
    }

    @Test
    void plan_thatIsApproved_isCarriedOut() throws Exception {
        hot().run(ASKING, MINUTE);

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, MINUTE);

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void plan_thatIsRejected_movesNobody_andNobodyIsAskedAgainBeforeItWouldHaveExpired() throws Exception {
        hot().run(ASKING, MINUTE);
        var name = fleet.plan().name();

        fleet.plans.approve(name, false);
        fleet.run(ASKING, Duration.ofMinutes(28));

        assertThat(fleet.plans.plans()).extracting(RecordedPlan::name).containsExactly(name);
        assertThat(fleet.plan().message()).isEqualTo("it was rejected");
        fleet.run(ASKING, Duration.ofMinutes(2));
        assertThat(fleet.plans.plans()).hasSize(2);
        assertThat(fleet.evicted).isEmpty();
    }

    @Test
    void plan_approvedAnHourLate_isNotBegun_andSaysSo() throws Exception {
        hot().run(ASKING, MINUTE);
        var name = fleet.plan().name();
        fleet.pass(Duration.ofMinutes(55));

        fleet.plans.approve(name, true);
        fleet.run(settings(MoveApproval.NEVER), MINUTE);

        assertThat(fleet.plan(name).phase()).isEqualTo(PlanPhase.EXPIRED);
        assertThat(fleet.plan(name).message()).contains("not begun in time");
        assertThat(fleet.evicted).isEmpty();
    }

    @Test
    void offPeakOnly_movesNobodyBeforeItIsOffPeak() throws Exception {
        hot();
        fleet.regimes = MovingFleet.quiet(fleet.nowMillis() + 20 * 60_000, fleet.nowMillis() + 60 * 60_000);
        fleet.run(OFF_PEAK, Duration.ofMinutes(15));
        assertThat(fleet.plans.plans()).isEmpty();

        fleet.run(OFF_PEAK, Duration.ofMinutes(10));

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void offPeakOnly_moveByTheLastDaysTrouble_isToldTheNextDay_byWhoeverActsThen() throws Exception {
        long midday = fleet.nowMillis() - 12 * HOUR;
        fleet.scheduler = pod -> "n3";
        fleet.nodes(3).deploy("noon", 500, "n1", "n1", "n2").peak("noon", 4_500).pass(Duration.ofMinutes(8));
        fleet.peaks = MovingFleet.day(Map.of("n1", 0.95, "n2", 0.1, "n3", 0.0), midday);
        fleet.regimes = MovingFleet.quiet(fleet.nowMillis(), fleet.nowMillis() + 2 * HOUR);

        fleet.run(OFF_PEAK, Duration.ofMinutes(35));

        assertThat(step().landing().flatMap(Landing::late).map(Landing.Look::finding))
                .contains(Finding.NO_HARM);

        fleet.jump(Duration.ofMillis(midday + 24 * HOUR - fleet.nowMillis()));
        fleet.peaks = MovingFleet.day(Map.of("n1", 0.5, "n2", 0.5, "n3", 0.5), midday + 24 * HOUR);
        fleet.run(OFF_PEAK, Duration.ofMinutes(29));
        assertThat(step().landing().flatMap(Landing::atHour)).isEmpty();
        fleet.run(OFF_PEAK, Duration.ofMinutes(2));

        assertThat(step().landing().flatMap(Landing::atHour).map(Landing.Look::finding))
                .contains(Finding.HELPED);
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void offPeakOnly_whereHoursAreNotKnown_movesNobody() throws Exception {
        hot().run(OFF_PEAK, Duration.ofMinutes(15));

        assertThat(fleet.plans.plans()).isEmpty();
    }

    @Test
    void offPeakOnly_planThatAPersonApproves_isCarriedOutAtAnyHour() throws Exception {
        hot().run(ASKING, MINUTE);

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(OFF_PEAK, MINUTE);

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void offPeakOnly_planThatIsNotDoneWhenOffPeakIsOver_movesNobodyElse() throws Exception {
        hotTwice();
        fleet.regimes = MovingFleet.quiet(fleet.nowMillis(), fleet.nowMillis() + 60 * 60_000);
        fleet.beforeEvicting = () -> fleet.regimes = MovingFleet.quiet(0, 60_000);

        fleet.run(OFF_PEAK, Duration.ofMinutes(5));

        assertThat(fleet.evicted).hasSize(1);
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase, MoveStep::message)
                .contains(tuple(MovePhase.SKIPPED, "off-peak is over"));
    }

    @Test
    void blackout_atWhateverHours_movesNobodyUnasked_untilItIsOver() throws Exception {
        hot();
        fleet.regimes = MovingFleet.blackout(fleet.nowMillis() + 15 * 60_000);
        fleet.run(AUTOMATIC, Duration.ofMinutes(14));
        assertThat(fleet.plans.plans()).isEmpty();
        var rebalancer = fleet.rebalancer(AUTOMATIC);
        rebalancer.look(List.of());
        assertThat(rebalancer.stopped(Stop.BLACKOUT)).contains("a blackout is set for this day (regime.blackouts)");

        fleet.run(AUTOMATIC, Duration.ofMinutes(3));

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void blackout_planThatAPersonApproves_isCarriedOut() throws Exception {
        hot().run(ASKING, MINUTE);
        fleet.regimes = MovingFleet.blackout(fleet.nowMillis() + 60 * 60_000);

        fleet.run(AUTOMATIC, MINUTE);
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(AUTOMATIC, MINUTE);

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void blackout_thatBeginsInMidPlan_hasNobodyElseMoved_andThePlanSaysSo() throws Exception {
        hotTwice();
        fleet.teller = refusals;
        fleet.beforeEvicting = () -> fleet.regimes = MovingFleet.blackout(fleet.nowMillis() + HOUR);

        fleet.run(AUTOMATIC, Duration.ofMinutes(5));

        assertThat(fleet.evicted).hasSize(1);
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase, MoveStep::message)
                .contains(tuple(MovePhase.SKIPPED, "a blackout is set for this day (regime.blackouts)"));
        assertThat(refusals.skipped).containsExactly(SkipReason.BLACKOUT);
    }

    /// It says when it is peak, not that nobody is to be disturbed: `rebalancer.hours` does.
    @Test
    void peakWindow_whereHoursAreAny_isNoBlackout() throws Exception {
        hot();
        fleet.regimes = MovingFleet.quiet(fleet.nowMillis() - 2 * HOUR, fleet.nowMillis() - HOUR);

        fleet.run(AUTOMATIC, MINUTE);

        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void neverApproving_onlyProposes_alsoWhatPeopleApprove() throws Exception {
        hot().run(settings(MoveApproval.NEVER), MINUTE);
        fleet.plans.approve(fleet.plan().name(), true);

        fleet.run(settings(MoveApproval.NEVER), MINUTE);

        assertThat(fleet.evicted).isEmpty();
    }

    @Test
    void move_ofWhichTheNodeIsHurtNoMore_isSkipped_andSaysWhyAndWhen() throws Exception {
        fleet.teller = refusals;
        hot().run(ASKING, MINUTE);
        fleet.deploy("relief", 0, "n2");
        fleet.cool("rest");
        fleet.pass(Duration.ofMinutes(2));

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, MINUTE);

        assertThat(step().phase()).isEqualTo(MovePhase.SKIPPED);
        assertThat(step().message()).isEqualTo("its node is not hurt any more");
        assertThat(step().droppedAtMillis()).isBetween(fleet.nowMillis() - MINUTE.toMillis(), fleet.nowMillis());
        assertThat(fleet.evicted).isEmpty();
        assertThat(refusals.skipped).containsExactly(StayReason.NOT_HURT);
    }

    @Test
    void podThatIsGone_isSkipped_andItsSuccessorIsNotMeant() throws Exception {
        hot().run(ASKING, MINUTE);
        fleet.delete("calm-1");
        fleet.scheduler = pod -> "n1";
        fleet.pass(MINUTE);

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, MINUTE);

        assertThat(step().phase()).isEqualTo(MovePhase.SKIPPED);
        assertThat(step().message()).isEqualTo("it is no longer where the plan has it");
        assertThat(fleet.evicted).isEmpty();
    }

    @Test
    void budgetThatLetsNobodyGo_andThatThePictureHasNotSeen_refusesTheDryRun() throws Exception {
        fleet.teller = refusals;
        hot().run(ASKING, MINUTE);
        fleet.hide();
        fleet.budget("calm", 2);

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.rebalancer(ASKING).look(fleet.plans.plans());

        assertThat(step().phase()).isEqualTo(MovePhase.REFUSED);
        assertThat(step().message()).startsWith("its disruption budget allows none to go now: ");
        assertThat(step().evictedAtMillis()).isZero();
        assertThat(step().droppedAtMillis()).isEqualTo(fleet.nowMillis());
        assertThat(fleet.evicted).isEmpty();
        assertThat(refusals.told).containsExactly(Refusal.BUDGET);
    }

    @Test
    void apiServerWithTooMuchToDo_isAskedOnce_whenTheEvictionItselfIsRefused() throws Exception {
        var asked = new AtomicInteger();
        fleet.trouble = action -> {
            asked.incrementAndGet();
            return Optional.of(new Outcome.Refused(Refusal.OVERLOAD, "busy", Optional.of(Duration.ofSeconds(7))));
        };

        hot().run(AUTOMATIC, MINUTE);

        assertThat(step().phase()).isEqualTo(MovePhase.REFUSED);
        assertThat(step().message()).isEqualTo("the API server has too much to do, and asks to wait for 7 s: busy");
        assertThat(asked).hasValue(1);
    }

    @Test
    void planThatIsRejected_whileTheApiServerAsksToWait_evictsNobody_andSaysSo() throws Exception {
        hot();
        busyOnceAnnounced(() -> fleet.plans.approve(fleet.plan().name(), false));

        fleet.run(AUTOMATIC, Duration.ofMinutes(2));

        assertThat(fleet.evicted).isEmpty();
        assertThat(step())
                .extracting(MoveStep::phase, MoveStep::message)
                .containsExactly(MovePhase.SKIPPED, "the plan was rejected");
    }

    @Test
    void blackoutThatBegins_whileTheApiServerAsksToWait_evictsNobody_andSaysSo() throws Exception {
        hot();
        busyOnceAnnounced(() -> fleet.regimes = MovingFleet.blackout(fleet.nowMillis() + HOUR));

        fleet.run(AUTOMATIC, Duration.ofMinutes(2));

        assertThat(fleet.evicted).isEmpty();
        assertThat(step())
                .extracting(MoveStep::phase, MoveStep::message)
                .containsExactly(MovePhase.SKIPPED, "a blackout is set for this day (regime.blackouts)");
    }

    @Test
    void nodeThatIsHurtNoMore_onceTheApiServerHasTime_losesNobody() throws Exception {
        hot();
        busyOnceAnnounced(() -> {
            fleet.deploy("relief", 0, "n2");
            fleet.cool("rest");
        });

        fleet.run(AUTOMATIC, Duration.ofMinutes(3));

        assertThat(fleet.evicted).isEmpty();
        assertThat(step().message()).isEqualTo("its node is not hurt any more");
    }

    @Test
    void recordThatIsDeleted_whileTheApiServerAsksToWait_evictsNobody() throws Exception {
        hot();
        busyOnceAnnounced(() -> fleet.plans.forget(fleet.plan()));
        fleet.run(ASKING, MINUTE);
        fleet.plans.approve(fleet.plan().name(), true);

        assertThatThrownBy(() -> fleet.rebalancer(ASKING).look(fleet.plans.plans()))
                .isInstanceOf(JournalUnavailable.class);

        assertThat(fleet.evicted).isEmpty();
    }

    @Test
    void moveThatIsRightStill_onceTheApiServerHasTime_isMade() throws Exception {
        hot();
        busyOnceAnnounced(() -> {});

        fleet.run(AUTOMATIC, Duration.ofMinutes(2));

        assertThat(step().phase()).isEqualTo(MovePhase.LANDED);
        // 3 s after it was announced, and three times 20 s.
        assertThat(fleet.evictions.getFirst().atMillis() - step().evictedAtMillis())
                .isEqualTo(63_000);
    }

    /// Once an eviction is written down, the API server has too much to do for a minute.
    ///
    /// @param meanwhile what happens in that minute
    private void busyOnceAnnounced(Runnable meanwhile) {
        var asked = new AtomicInteger();
        fleet.dryTrouble = action -> {
            int times = asked.getAndIncrement();
            if (times == 1) {
                fleet.later(Duration.ofSeconds(10), meanwhile);
            }
            return times >= 1 && times <= 3
                    ? Optional.of(new Outcome.Refused(Refusal.OVERLOAD, "busy", Optional.of(Duration.ofSeconds(20))))
                    : Optional.empty();
        };
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusal_evictsNobody_andEndsThePlan(Refusal refusal) throws Exception {
        fleet.trouble = action -> Optional.of(new Outcome.Refused(refusal, "no", Optional.empty()));
        fleet.teller = refusals;

        hot().run(AUTOMATIC, MINUTE);

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(step().phase()).isEqualTo(MovePhase.REFUSED);
        assertThat(step().message()).endsWith("no");
        assertThat(fleet.evicted).isEmpty();
        assertThat(refusals.told).containsExactly(refusal);
    }

    @Test
    void evictionThatIsNotAnswered_andTookEffect_isSeenByItsReplacement() throws Exception {
        fleet.isSilent = true;

        hot().run(AUTOMATIC, MINUTE);

        assertThat(step().phase()).isEqualTo(MovePhase.LANDED);
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void evictionThatIsNotAnswered_andDidNotTakeEffect_isRefused_inTheEnd() throws Exception {
        fleet.trouble = action -> Optional.of(new Outcome.Failed("no answer"));

        hot().run(AUTOMATIC, Duration.ofMinutes(6));

        assertThat(step().phase()).isEqualTo(MovePhase.REFUSED);
        assertThat(step().message()).isEqualTo("the pod is there still: it was not evicted");
        assertThat(fleet.nodeOf("calm-1")).isEqualTo("n1");
    }

    @Test
    void replacementThatIsNeverReady_stopsThePlan() throws Exception {
        fleet.nodes(4)
                .deploy("calm", 3_300, "n1", "n2")
                .deploy("hog", 3_000, "n1", "n2")
                .deploy("rest", 3_300, "n1", "n3")
                .deploy("also", 9_600, "n4")
                .deploy("alas", 100, "n4", "n3")
                .pass(Duration.ofMinutes(8));
        fleet.scheduler = pod -> "";

        fleet.run(AUTOMATIC, Duration.ofMinutes(6));

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.STOPPED);
        assertThat(step().phase()).isEqualTo(MovePhase.LOST);
        assertThat(fleet.plan().message())
                .isEqualTo(
                        "shop/calm-1: calm-3, which came in its place, has no node within 300 s: look at the events of"
                                + " shop/Deployment/calm");
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void planThatIsStopped_skipsWhatIsLeftOfIt_andSaysWhenAndWhy() throws Exception {
        hotTwice();
        fleet.scheduler = pod -> "";
        fleet.teller = refusals;

        fleet.run(AUTOMATIC, Duration.ofMinutes(6));

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.STOPPED);
        assertThat(fleet.plan().steps()).extracting(MoveStep::phase).containsExactly(MovePhase.LOST, MovePhase.SKIPPED);
        assertThat(fleet.plan().steps().getLast().message()).isEqualTo("the plan was stopped before");
        assertThat(fleet.plan().steps().getLast().droppedAtMillis()).isPositive();
        assertThat(refusals.skipped).containsExactly(SkipReason.PLAN_STOPPED);
    }

    @Test
    void firstMoveOfAPlan_goesAlone_andTheOthersAsManyAtATimeAsMay() throws Exception {
        fleet.hotNodes(4);
        var together = new ArrayList<Integer>();
        fleet.watcher = () -> together.add(fleet.underWay().size());

        fleet.run(AUTOMATIC.withConcurrentMax(2), Duration.ofMinutes(5));

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.plan().steps()).hasSize(4).allMatch(step -> step.phase() == MovePhase.LANDED);
        assertThat(together.stream().mapToInt(Integer::intValue).max()).hasValue(2);
        assertThat(together.subList(0, together.indexOf(2))).containsSubsequence(0, 1, 0, 1);
    }

    /// n1 is to be rid of three of its fourteen pods; the last two, that go to two nodes, could go together but for it.
    @Test
    void movesFromOneNode_goOneAfterTheOther() throws Exception {
        fleet.nodes(9);
        for (int i = 0; i < 14; i++) {
            fleet.deploy("p" + i, 850, "n1", "n" + (2 + i % 8));
        }
        fleet.scheduler = pod -> "n" + (2 + fleet.evicted.size());
        fleet.binding = Duration.ofSeconds(20);
        fleet.pass(Duration.ofMinutes(8));
        fleet.watcher = () -> assertThat(fleet.underWay()).hasSizeLessThan(2);

        fleet.run(AUTOMATIC.withConcurrentMax(5), Duration.ofMinutes(4));

        assertThat(fleet.plan().steps())
                .hasSize(3)
                .allMatch(step -> step.phase() == MovePhase.LANDED)
                .extracting(step -> step.move().to())
                .containsExactly("n8", "n9", "n8");
    }

    /// The second gets no place; the third one's is there just in time, after the second is lost.
    @Test
    void replacementThatIsNeverReady_stopsThePlan_onceWhatIsOnItsWayHasLanded() throws Exception {
        fleet.hotNodes(4);
        var lands = fleet.scheduler;
        fleet.scheduler = pod -> {
            fleet.binding = Duration.ofSeconds(fleet.evicted.size() == 3 ? 296 : 20);
            return fleet.evicted.size() == 2 ? "" : lands.apply(pod);
        };

        fleet.run(AUTOMATIC.withConcurrentMax(2), Duration.ofMinutes(8));

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.STOPPED);
        assertThat(fleet.plan().message()).contains("has no node within 300 s");
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase)
                .containsExactly(MovePhase.LANDED, MovePhase.LOST, MovePhase.LANDED, MovePhase.SKIPPED);
    }

    /// Where one pod may be away of all that a budget guards, the plan may have been made when two might.
    @Test
    void movesOfPodsThatOneBudgetGuards_goOneAfterTheOther() throws Exception {
        fleet.hotNodes(4);
        fleet.budget("team", Map.of("team", "any"), 20).pass(MINUTE);
        fleet.watcher = () -> assertThat(fleet.underWay()).hasSizeLessThan(2);

        fleet.run(AUTOMATIC.withConcurrentMax(5), Duration.ofMinutes(5));

        assertThat(fleet.plan().steps()).hasSize(4).allMatch(step -> step.phase() == MovePhase.LANDED);
    }

    /// Nobody begins what was rejected, and each that is on its way is seen to its end.
    @Test
    void planThatIsRejectedWhileTwoAreOnTheirWay_endsWithThem() throws Exception {
        fleet.hotNodes(4);
        fleet.watcher = () -> {
            if (fleet.underWay().size() == 2) {
                fleet.plans.approve(fleet.plan().name(), false);
            }
        };

        var rebalancer = fleet.rebalancer(AUTOMATIC.withConcurrentMax(2));
        for (int turn = 0; turn < 20; turn++) {
            try {
                rebalancer.look(fleet.plans.plans());
            } catch (JournalUnavailable e) {
                assertThat(e).hasMessageContaining("changed by another"); // the next turn reads it
            }
            fleet.pass(AUTOMATIC.interval());
        }

        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase)
                .containsExactly(MovePhase.LANDED, MovePhase.LANDED, MovePhase.LANDED, MovePhase.SKIPPED);
        assertThat(fleet.plan().steps().getLast().message()).isEqualTo("the plan was rejected");
    }

    @Test
    void replacementThatComesBack_isToldSo_andItsWorkloadIsLeftAloneForAWhile() throws Exception {
        fleet.scheduler = pod -> "n1";

        hot().run(AUTOMATIC, MINUTE);

        assertThat(step().cameBack()).isTrue();
        assertThat(step().message()).isEqualTo("calm-3 came back to n1");
        fleet.run(AUTOMATIC, Duration.ofMinutes(13));
        assertThat(fleet.evicted).extracting(pod -> pod.name().split("-")[0]).doesNotHaveDuplicates();
    }

    @Test
    void namespaceThatIsBeingDeleted_losesNobody_andThePlanSaysWhy() throws Exception {
        hot().run(ASKING, MINUTE);
        fleet.deleteNamespace();
        fleet.pass(MINUTE);

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, Duration.ofMinutes(10));

        assertThat(step())
                .extracting(MoveStep::phase, MoveStep::message)
                .containsExactly(MovePhase.SKIPPED, "its namespace is being deleted: no pod could come in its place");
        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plans.plans()).hasSize(1);
    }

    /// By what is told of n4 it would be the best by far; by its pods it bears 6 of 10 cores, and n2 5.3.
    @Test
    void nodeThatIsToldToUseNothing_thoughItsPodsDo_getsNoPod() throws Exception {
        fleet.nodes(4).deploy("big", 3_000, "n4", "n4").deploy("more", 2_000, "n2");
        fleet.belittled.add("n4");

        hot().run(AUTOMATIC, Duration.ofMinutes(10));

        assertThat(fleet.plans.plans()).isEmpty();
        fleet.belittled.clear();
        fleet.delete("big-1");
        fleet.scale("big", 1);
        fleet.scheduler = pod -> "n4";
        fleet.run(AUTOMATIC, Duration.ofMinutes(5));
        assertThat(step().message()).isEqualTo("calm-3 runs on n4, as planned");
    }

    @Test
    void movesThatDoNoGood_stopAll() throws Exception {
        fleet.scheduler = pod -> "n1";

        hot().run(AUTOMATIC, Duration.ofHours(3));

        assertThat(fleet.evicted).hasSize(3);
        assertThat(fleet.plans.plans()).noneMatch(RecordedPlan::isOpen);
    }

    @Test
    void movesThatDoNoGood_areToldAsWhatStopsAll_untilThatIsOver() throws Exception {
        var rebalancer = hot().rebalancer(AUTOMATIC);
        fleet.scheduler = pod -> "n1";
        fleet.run(AUTOMATIC, Duration.ofHours(3));

        rebalancer.look(fleet.plans.plans());
        assertThat(rebalancer.stopped(Stop.NO_GOOD).orElseThrow())
                .startsWith("3 of the latest 3 moves did no good; the last: shop/")
                .contains("; it goes on by itself in ");
        assertThat(rebalancer.stopped(Stop.BLACKOUT)).isEmpty();

        fleet.hide();
        fleet.jump(Duration.ofHours(6));
        rebalancer.look(fleet.plans.plans());
        assertThat(rebalancer.stopped(Stop.NO_GOOD)).isEmpty();
    }

    @Test
    void pictureThatIsOld_movesNobody_andIsWaitedFor() throws Exception {
        hot().run(ASKING, MINUTE);
        fleet.hide();
        fleet.pass(Duration.ofMinutes(2));
        fleet.plans.approve(fleet.plan().name(), true);

        fleet.rebalancer(ASKING).look(fleet.plans.plans());
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.RUNNING);
        assertThat(step().phase()).isEqualTo(MovePhase.PLANNED);

        fleet.show();
        fleet.run(ASKING, MINUTE);
        assertThat(step().phase()).isEqualTo(MovePhase.LANDED);
    }

    @Test
    void workloadThatIsScaledDownMeanwhile_getsNoReplacement_andNothingIsLost() throws Exception {
        fleet.scheduler = pod -> {
            throw new AssertionError(pod + " is one too many");
        };
        fleet.beforeEvicting = () -> fleet.scale("calm", 1);

        hot().run(AUTOMATIC, MINUTE);

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(step().phase()).isEqualTo(MovePhase.LANDED);
        assertThat(step().message()).isEqualTo("no pod takes its place: its workload wants no more");
        assertThat(step().isBad()).isEmpty();
    }

    /// It is not there in one picture, and all is ready in the next.
    @Test
    void replacementThatIsReadyBetweenTwoPictures_isNotTakenForNone() throws Exception {
        fleet.beforeEvicting = () -> fleet.betweenPictures = Duration.ofSeconds(20);

        hot().run(AUTOMATIC, MINUTE);

        assertThat(step().phase()).isEqualTo(MovePhase.LANDED);
        assertThat(step().message()).endsWith(", as planned");
    }

    @Test
    void workloadThatIsScaledUpMeanwhile_isWaitedFor_untilAllOfItIsReady() throws Exception {
        var bound = new AtomicInteger();
        fleet.scheduler = pod -> bound.incrementAndGet() == 1 ? "n2" : "";
        fleet.beforeEvicting = () -> fleet.scale("calm", 3);

        hot().run(AUTOMATIC, MINUTE);

        assertThat(step().phase()).isEqualTo(MovePhase.LANDED);
        assertThat(step().landing().orElseThrow().readyAtMillis() - step().evictedAtMillis())
                .isGreaterThan(300_000);
    }

    @Test
    void twoThatActOnOnePlan_evictOnce() throws Exception {
        hot().run(ASKING, MINUTE);
        fleet.plans.approve(fleet.plan().name(), true);
        var read = fleet.plans.plans();

        fleet.rebalancer(ASKING).look(read);

        assertThatThrownBy(() -> fleet.rebalancer(ASKING).look(read)).isInstanceOf(JournalUnavailable.class);
        assertThat(fleet.evicted).hasSize(1);
    }

    /// What was moved of late is not known then, and limits are counted from that.
    @Test
    void planThatMakesNoSense_hasNobodyMoved_untilItIsGone() throws Exception {
        var isSenseless = new AtomicBoolean(true);
        var journal = new OddJournal(fleet.plans, isSenseless);
        var rebalancer = hot().rebalancer(AUTOMATIC, journal, fleet, fleet);

        rebalancer.turn();

        assertThat(fleet.plans.plans()).isEmpty();
        assertThat(rebalancer.hindrance()).contains("the plan odd makes no sense");
        isSenseless.set(false);
        rebalancer.turn();
        assertThat(rebalancer.hindrance()).isEmpty();
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
    }

    @Test
    void nodeThatBearsLittle_isEmptied_andItIsToldThatItIs() throws Exception {
        emptyable().run(AUTOMATIC, Duration.ofMinutes(35));

        assertThat(fleet.evicted).extracting(PodKey::name).containsExactly("api-1", "web-1");
        assertThat(fleet.plan().steps())
                .extracting(step -> step.landing().flatMap(Landing::late).orElseThrow())
                .extracting(Landing.Look::finding, Landing.Look::words)
                .containsOnly(tuple(Finding.HELPED, "n1 is empty"));
    }

    @Test
    void nodeOfWhichOnePodIsRefused_keepsTheOthersToo_andSaysWhy() throws Exception {
        fleet.teller = refusals;
        fleet.trouble = action -> action.pod().name().equals("api-1")
                ? Optional.of(new Outcome.Refused(Refusal.BUDGET, "no", Optional.empty()))
                : Optional.empty();

        emptyable().run(AUTOMATIC, MINUTE);

        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase, MoveStep::message)
                .containsExactly(
                        tuple(MovePhase.REFUSED, "its disruption budget allows none to go now: no"),
                        tuple(
                                MovePhase.SKIPPED,
                                "its node would not be empty: another of its pods stays (shop/api-1)"));
        assertThat(refusals.skipped).containsExactly(StayReason.NODE_STAYS);
    }

    /// It is asked about it before the first goes.
    @Test
    void nodeOfWhichALaterPodIsRefused_keepsAll() throws Exception {
        fleet.dryTrouble = action -> action.pod().name().equals("web-1")
                ? Optional.of(new Outcome.Refused(Refusal.BUDGET, "no", Optional.empty()))
                : Optional.empty();

        emptyable().run(AUTOMATIC, MINUTE);

        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plan().steps()).extracting(MoveStep::phase).containsOnly(MovePhase.SKIPPED);
        assertThat(step().message())
                .isEqualTo("its node would not be empty: another of its pods stays (shop/web-1: its disruption budget"
                        + " allows none to go now: no)");
    }

    /// The second may not go since the plan was made: the first would have gone in vain.
    @Test
    void nodeOfWhichALaterPodMayNotGoByNow_keepsAll() throws Exception {
        emptyable().run(ASKING, MINUTE);
        fleet.scale("web", 3);
        fleet.scheduler = pod -> "";
        fleet.pass(MINUTE);

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, MINUTE);

        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plan().steps()).extracting(MoveStep::phase).containsOnly(MovePhase.SKIPPED);
        assertThat(step().message()).startsWith("its node would not be empty: another of its pods stays (shop/web-1: ");
    }

    @Test
    void nodeThatHasAPodAgain_isNotToldToBeEmpty() throws Exception {
        emptyable().run(AUTOMATIC, Duration.ofMinutes(10));
        assertThat(fleet.evicted).hasSize(2);

        fleet.deploy("late", 10, "n1").run(AUTOMATIC, Duration.ofMinutes(25));

        assertThat(fleet.plan().steps())
                .extracting(step -> step.landing().flatMap(Landing::late).orElseThrow())
                .extracting(Landing.Look::finding, Landing.Look::words)
                .containsOnly(tuple(Finding.DID_NOT_HELP, "n1 is not empty: shop/late-1 has come to it since"));
    }

    /// More than a node is relieved of within an hour.
    @Test
    void nodeWithFourPods_isEmptied() throws Exception {
        emptyable()
                .deploy("a", 10, "n1", "n2")
                .deploy("b", 10, "n1", "n2")
                .pass(Duration.ofMinutes(8))
                .run(AUTOMATIC, Duration.ofMinutes(10));

        assertThat(fleet.evicted).extracting(PodKey::name).containsExactly("a-1", "api-1", "b-1", "web-1");
    }

    /// The first goes in the last minutes of the plan, and takes longer than these.
    @Test
    void nodeOfWhichAPodHasGone_isEmptied_thoughThePlanExpiresMeanwhile() throws Exception {
        emptyable().run(ASKING, MINUTE);
        fleet.pass(Duration.ofMinutes(28));
        fleet.beforeEvicting = () -> fleet.pass(Duration.ofMinutes(3));

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, Duration.ofMinutes(10));

        assertThat(fleet.evicted).extracting(PodKey::name).containsExactly("api-1", "web-1");
    }

    /// It is off-peak; n1 has little to do, and n2 half of what it can. `api-1` goes before `web-1`.
    private MovingFleet emptyable() {
        fleet.config = MoveConfig.DEFAULT.withGoals(Set.of(MoveGoal.EMPTY_NODES));
        fleet.regimes = MovingFleet.quiet(fleet.nowMillis(), fleet.nowMillis() + 12 * HOUR);
        return fleet.nodes(3)
                .deploy("web", 800, "n1", "n2")
                .deploy("api", 500, "n1", "n2")
                .deploy("db", 4_000, "n2")
                .pass(Duration.ofMinutes(8));
    }

    @Test
    void plansOfLongAgo_areForgotten_butThoseThatMovedSomethingLater() throws Exception {
        hot().run(AUTOMATIC, MINUTE);
        var name = fleet.plan().name();

        fleet.hide();
        fleet.jump(Duration.ofDays(13));
        fleet.rebalancer(AUTOMATIC).look(fleet.plans.plans());
        assertThat(fleet.plans.plans()).extracting(RecordedPlan::name).containsExactly(name);
        fleet.jump(Duration.ofDays(2));
        fleet.rebalancer(AUTOMATIC).look(fleet.plans.plans());

        assertThat(fleet.plans.plans()).isEmpty();
    }

    /// n1 hot for long enough.
    private MovingFleet hot() {
        return heat("", "n1", "n2", "n3").pass(Duration.ofMinutes(8));
    }

    /// Two nodes are.
    private void hotTwice() {
        heat("", "n1", "n2", "n3");
        heat("-2", "n4", "n5", "n6").pass(Duration.ofMinutes(8));
    }

    private MovingFleet heat(String suffix, String hot, String idle, String busy) {
        return fleet.nodes(suffix.isEmpty() ? 3 : 6)
                .deploy("calm" + suffix, 3_300, hot, busy)
                .deploy("hog" + suffix, 3_000, hot, busy)
                .deploy("rest" + suffix, 3_300, hot, idle);
    }

    /// One plan in it makes no sense, while that is so.
    record OddJournal(PlanJournal journal, AtomicBoolean isSenseless, Exception cause) implements PlanJournal {

        OddJournal(PlanJournal journal, AtomicBoolean isSenseless) {
            this(journal, isSenseless, new IllegalStateException());
        }

        @Override
        public List<RecordedPlan> plans() {
            if (isSenseless.get()) {
                throw new JournalUnavailable("the plan odd makes no sense", cause);
            }
            return journal.plans();
        }

        @Override
        public RecordedPlan propose(MovePlan plan, long expiresAtMillis) {
            return journal.propose(plan, expiresAtMillis);
        }

        @Override
        public RecordedPlan write(RecordedPlan plan) {
            return journal.write(plan);
        }

        @Override
        public void forget(RecordedPlan plan) {
            journal.forget(plan);
        }
    }

    private MoveStep step() {
        return fleet.plan().steps().getFirst();
    }

    static RebalancerSettings settings(MoveApproval approval) {
        return settings(approval, Hours.ANY);
    }

    static RebalancerSettings settings(MoveApproval approval, Hours hours) {
        return RebalancerSettings.DEFAULT.with(approval, hours);
    }
}
