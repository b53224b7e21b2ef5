package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.rebalancer.MortalMover.Fate;
import io.plimsoll.rebalancer.MortalMover.Killed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whoever acts next ends what a rebalancer left that was killed, or that could not write down how far it was.
class BrokenOffPlansTest {

    private static final RebalancerSettings AUTOMATIC = RebalancerTest.settings(MoveApproval.AUTOMATIC);
    private static final RebalancerSettings TWO_AT_A_TIME = AUTOMATIC.withConcurrentMax(2);
    private static final RebalancerSettings NEVER = RebalancerTest.settings(MoveApproval.NEVER);

    private final MovingFleet fleet = hot();

    @ParameterizedTest
    @EnumSource(names = {"KILLED_BEFORE", "KILLED_AFTER", "UNWRITTEN", "UNANSWERED"})
    void requestOfAnyKindAndNumber_atWhichItEnds_leavesAPlanThatTheNextOneEnds(Fate fate) throws Exception {
        endAtEachRequest(fate, BrokenOffPlansTest::hot, 2, AUTOMATIC);
    }

    /// The second and the third are on their way at a time.
    @ParameterizedTest
    @EnumSource(names = {"KILLED_BEFORE", "KILLED_AFTER", "UNWRITTEN", "UNANSWERED"})
    void requestBesideAnotherMoveOnItsWay_atWhichItEnds_leavesAPlanThatTheNextOneEnds(Fate fate) throws Exception {
        endAtEachRequest(fate, BrokenOffPlansTest::hotThrice, 3, TWO_AT_A_TIME);
    }

    private static void endAtEachRequest(
            Fate fate, Supplier<MovingFleet> fleets, int moves, RebalancerSettings settings) throws Exception {
        int requests = requestsUndisturbed(fleets.get(), moves, settings);
        assertThat(requests).isGreaterThan(6 * moves);
        for (int number = 1; number <= requests; number++) {
            int last = number;
            var broken = fleets.get();
            var mover = new MortalMover[1];
            mover[0] = new MortalMover(broken, request -> mover[0].requests.size() == last ? fate : Fate.ANSWERED);

            run(broken, settings, mover[0], Duration.ofMinutes(3));
            broken.run(settings, Duration.ofMinutes(12));

            assertEnded(broken, fate + " at " + number + " of " + mover[0].requests);
            assertThat(broken.evicted).as("%s at %s", fate, number).isNotEmpty();
        }
    }

    private static int requestsUndisturbed(MovingFleet fleet, int moves, RebalancerSettings settings) throws Exception {
        var mover = new MortalMover(fleet, request -> Fate.ANSWERED);
        var together = new AtomicLong();
        fleet.watcher = () -> together.accumulateAndGet(count(fleet, MovePhase::isUnderWay), Math::max);
        run(fleet, settings, mover, Duration.ofMinutes(3));
        assertThat(fleet.evicted).hasSize(moves);
        assertThat(together).hasValue(settings.concurrentMax());
        assertThat(mover.requests).contains("propose", "write", "look", "dry run", "evict");
        return mover.requests.size();
    }

    private static long count(MovingFleet fleet, Predicate<MovePhase> phase) {
        return fleet.plans.plans().stream()
                .flatMap(plan -> plan.steps().stream())
                .filter(step -> phase.test(step.phase()))
                .count();
    }

    /// Turn after turn, and a process of its own after each death.
    private static void run(MovingFleet fleet, RebalancerSettings settings, MortalMover mover, Duration time)
            throws InterruptedException {
        long untilMillis = fleet.nowMillis() + time.toMillis();
        var rebalancer = fleet.rebalancer(settings, mover, mover, mover);
        while (fleet.nowMillis() < untilMillis) {
            try {
                rebalancer.look(mover.plans());
            } catch (JournalUnavailable e) {
                // As its loop does: the next turn reads anew.
            } catch (Killed e) {
                rebalancer = fleet.rebalancer(settings, mover, mover, mover);
            }
            fleet.pass(settings.interval());
        }
    }

    private static void assertEnded(MovingFleet fleet, String of) {
        var steps = fleet.plans.plans().stream()
                .flatMap(plan -> plan.steps().stream())
                .toList();
        assertThat(fleet.plans.plans()).as(of).noneMatch(RecordedPlan::isOpen);
        assertThat(fleet.plans.plans())
                .as(of)
                .filteredOn(plan -> plan.phase() != PlanPhase.EXPIRED)
                .flatMap(RecordedPlan::steps)
                .allMatch(step -> step.phase().isFinal());
        assertThat(fleet.evicted).as(of).doesNotHaveDuplicates();
        // What counts against limits is all that was evicted, and nothing else.
        assertThat(steps.stream()
                        .filter(step -> step.phase().isBegun())
                        .map(step -> step.move().pod()))
                .as("%s: %s", of, steps)
                .containsExactlyInAnyOrderElementsOf(fleet.evicted);
    }

    /// What the API server answers to an eviction.
    private enum Answer {
        TAKEN,
        REFUSED,
        BUSY,
        /// It is not taken, and that is not answered.
        LOST,
        /// It is taken, and that is not answered.
        SILENT,
        /// It is not answered, and taken 20 s later.
        LATE
    }

    /// @param fates of the first requests
    private record Script(List<Fate> fates, List<Answer> answers) {}

    @Provide
    Arbitrary<Script> scripts() {
        var fates = Arbitraries.frequencyOf(
                        Tuple.of(6, Arbitraries.just(Fate.ANSWERED)), Tuple.of(2, Arbitraries.of(Fate.class)))
                .list()
                .ofMaxSize(40);
        var answers = Arbitraries.of(Answer.class).list().ofMaxSize(4);
        return Combinators.combine(fates, answers).as(Script::new);
    }

    /// However often it is killed, whatever the journal and the API server do not answer: no pod is evicted twice,
    /// none without a record, no budget is broken, and each plan ends and tells the truth.
    @Property(tries = 20, seed = "4711")
    void anySequenceOfDeathsAndAnswers_evictsNobodyTwiceAndEndsInPlansThatAreTrue(@ForAll("scripts") Script script)
            throws Exception {
        var scripted = hot();
        Queue<Fate> fates = new ArrayDeque<>(script.fates());
        Queue<Answer> answers = new ArrayDeque<>(script.answers());
        scripted.watcher = () -> assertThat(scripted.ready("calm")).isPositive();
        scripted.trouble = action -> answered(scripted, action, Optional.ofNullable(answers.poll()));
        var mover = new MortalMover(
                scripted, request -> Optional.ofNullable(fates.poll()).orElse(Fate.ANSWERED));

        run(scripted, AUTOMATIC, mover, Duration.ofMinutes(15));
        scripted.trouble = action -> Optional.empty();
        scripted.run(AUTOMATIC, Duration.ofMinutes(15));
        endAll(scripted);

        assertEnded(scripted, script.toString());
    }

    /// Those that are being carried out, and those that nobody approves.
    private static void endAll(MovingFleet fleet) throws InterruptedException {
        fleet.run(NEVER, Duration.ofMinutes(35));
    }

    private static Optional<Outcome> answered(MovingFleet fleet, Action action, Optional<Answer> answer) {
        return switch (answer.orElse(Answer.TAKEN)) {
            case TAKEN -> Optional.empty();
            case REFUSED -> Optional.of(new Outcome.Refused(Refusal.BUDGET, "no", Optional.empty()));
            case BUSY -> Optional.of(new Outcome.Refused(Refusal.OVERLOAD, "busy", Optional.of(Duration.ofSeconds(5))));
            case LOST -> Optional.of(new Outcome.Failed("no answer"));
            case SILENT -> {
                fleet.take(action);
                yield Optional.of(new Outcome.Failed("no answer"));
            }
            case LATE -> {
                fleet.later(Duration.ofSeconds(20), () -> fleet.take(action));
                yield Optional.of(new Outcome.Failed("no answer"));
            }
        };
    }

    /// Replicas that act for less than the five minutes that a replacement may take must get on with it too.
    @Test
    void evictionThatWasNotSent_isToldAsSoonAsItCannotBeOnItsWay_andThePlanGoesOn() throws Exception {
        var mover = new MortalMover(fleet, request -> request.equals("evict") ? Fate.KILLED_BEFORE : Fate.ANSWERED);
        runUntilKilled(mover);
        long killedAtMillis = fleet.nowMillis();

        fleet.run(AUTOMATIC, Duration.ofSeconds(1));

        assertThat(fleet.nowMillis() - killedAtMillis).isLessThan(60_000);
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase)
                .containsExactly(MovePhase.REFUSED, MovePhase.LANDED);
        assertThat(fleet.plan().steps().getFirst().message()).isEqualTo("the pod is there still: it was not evicted");
        assertThat(fleet.evicted).hasSize(1);
    }

    /// Who acts next may have been told otherwise.
    @Test
    void planThatWasBegun_isNotGoneOnWith_whenMovesAreSwitchedOffMeanwhile() throws Exception {
        var mover = new MortalMover(fleet, request -> request.equals("evict") ? Fate.KILLED_AFTER : Fate.ANSWERED);
        runUntilKilled(mover);
        assertThat(fleet.evicted).hasSize(1);

        fleet.run(NEVER, Duration.ofMinutes(2));

        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase)
                .containsExactly(MovePhase.LANDED, MovePhase.SKIPPED);
        assertThat(fleet.plan().steps().getLast().message())
                .isEqualTo("moves are switched off: rebalancer.approval is never");
        assertThat(fleet.evicted).hasSize(1);
    }

    @Test
    void planThatWasBegunWithoutAnApproval_isNotGoneOnWith_whenOneIsRequiredMeanwhile() throws Exception {
        var mover = new MortalMover(fleet, request -> request.equals("evict") ? Fate.KILLED_AFTER : Fate.ANSWERED);
        runUntilKilled(mover);

        fleet.run(RebalancerSettings.DEFAULT, Duration.ofMinutes(2));

        assertThat(fleet.plan().steps().getLast().message())
                .isEqualTo("nobody approved the plan, and rebalancer.approval is required by now");
        assertThat(fleet.evicted).hasSize(1);
    }

    /// The picture still shows the pod as it was: what the API server said counts.
    @Test
    void evictionThatWasTaken_andThatThePictureNeverShows_isNotForgotten() throws Exception {
        fleet.trouble = action -> {
            fleet.hide();
            return Optional.empty();
        };

        fleet.run(AUTOMATIC, Duration.ofMinutes(7));

        assertThat(fleet.evicted).hasSize(1);
        assertThat(fleet.plan().steps().getFirst().phase()).isEqualTo(MovePhase.LOST);
    }

    /// The picture is too old to tell, so it counts as evicted.
    @Test
    void evictionThatWasNotAnswered_andThatThePictureNeverShows_isNotForgotten() throws Exception {
        fleet.isSilent = true;
        fleet.trouble = action -> {
            fleet.hide();
            return Optional.empty();
        };

        fleet.run(AUTOMATIC, Duration.ofMinutes(7));

        assertThat(fleet.evicted).hasSize(1);
        assertThat(fleet.plan().steps().getFirst().phase()).isEqualTo(MovePhase.LOST);
        assertThat(fleet.plan().message())
                .contains("whether it was evicted is not known: the picture of the cluster is");
    }

    private void runUntilKilled(MortalMover mover) throws InterruptedException {
        var rebalancer = fleet.rebalancer(AUTOMATIC, mover, mover, mover);
        try {
            while (true) {
                rebalancer.look(mover.plans());
                fleet.pass(AUTOMATIC.interval());
            }
        } catch (Killed e) {
            assertThat(fleet.plan().isOpen()).isTrue();
        }
    }

    /// Replacements are ready long before the journal answers again, and longer after than they may take.
    @Test
    void movesOnTheirWayWhileTheJournalIsAwayForLong_areNotLost() throws Exception {
        var broken = hotThrice();
        var isAway = new AtomicBoolean();
        var mover = new MortalMover(
                broken, request -> isAway.get() && request.equals("write") ? Fate.UNWRITTEN : Fate.ANSWERED);
        broken.watcher = () -> {
            if (count(broken, phase -> phase == MovePhase.EVICTED) == 2 && isAway.compareAndSet(false, true)) {
                broken.hide();
                broken.later(Duration.ofMinutes(6), () -> isAway.set(false));
                broken.later(Duration.ofMinutes(6).plusSeconds(20), broken::show);
                broken.watcher = () -> {};
            }
        };

        run(broken, TWO_AT_A_TIME, mover, Duration.ofMinutes(15));

        assertThat(isAway).isFalse();
        assertThat(broken.evicted).hasSize(3);
        assertThat(broken.plans.plans().getLast().steps())
                .extracting(MoveStep::phase)
                .containsOnly(MovePhase.LANDED);
    }

    private static MovingFleet hotThrice() {
        return new MovingFleet().hotNodes(3);
    }

    /// Two nodes of which one pod each has to go.
    private static MovingFleet hot() {
        var fleet = new MovingFleet()
                .nodes(6)
                .deploy("calm", 3_300, "n1", "n3")
                .deploy("hog", 3_000, "n1", "n3")
                .deploy("rest", 3_300, "n1", "n2")
                .deploy("also", 3_400, "n4", "n5")
                .deploy("alas", 3_100, "n4", "n2")
                .deploy("alps", 3_200, "n4", "n6")
                .budget("calm", 1);
        fleet.scheduler = pod -> pod.name().startsWith("calm") ? "n5" : "n6";
        return fleet.pass(Duration.ofMinutes(8));
    }
}
