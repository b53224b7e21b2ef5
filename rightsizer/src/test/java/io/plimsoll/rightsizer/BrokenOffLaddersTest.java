package io.plimsoll.rightsizer;

import static io.plimsoll.rightsizer.KubeletResizeTest.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.rightsizer.LadderStage.Way;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Processes that are killed at one of their requests to a real API server, while they make room for a raise on a node
/// that has none or take a change back; then another one takes over. What the kubelet says is [played][PlayedKubelet].
///
/// Whoever is killed, in the end all records are closed, each pod asks for what they say, and the mark of the policy is
/// on those workloads alone that are changed. What was lowered can be given back.
@RealControlPlane
class BrokenOffLaddersTest {

    private static final int AT_A_TIME = 6;
    private static final String NODES = "ladder";
    private static final int NODES_MAX = 120;
    private static final int LIVES_MAX = 3;
    private static final TransactionSettings PATIENT = settings(Duration.ofSeconds(5));
    private static final TransactionSettings HASTY = settings(Duration.ofSeconds(1));
    /// It ends as soon as a pod was moved.
    private static final Duration MOVES = Duration.ofSeconds(20);
    private static final AtomicInteger STAGES = new AtomicInteger();

    @BeforeAll
    static void serve(ControlPlane controlPlane) throws Exception {
        CustomResources.apply(controlPlane);
        controlPlane.addNodes(FakeNodes.of(NODES, NODES_MAX).withCapacity(1, 4L << 30));
    }

    private static TransactionSettings settings(Duration deferredMax) {
        return new TransactionSettings(
                Duration.ofMillis(50),
                deferredMax,
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofMillis(300));
    }

    /// 300m are given up of the 600m that `batch` asks for.
    @Test
    void rightsizer_killedAtAnyRequestWhileItLowersANeighbour_isFollowedByOneThatEndsIt(ControlPlane controlPlane)
            throws Exception {
        var ladder = new Ladder(controlPlane, 50, PATIENT, Duration.ZERO, BrokenOffLaddersTest::nobody);

        var life = Life.withoutEnd();
        assertThat(codesAndPhases(ladder.live(life)))
                .containsExactlyInAnyOrder("UsageChanged APPLIED", "MakesRoom APPLIED");
        dieAt(deaths(life.steps()), death -> ladder.live(Life.until(death)));
    }

    /// `batch` needs what it asks for, and leaves the node when the raise has waited for two seconds.
    @Test
    void rightsizer_killedAtAnyRequestWhileANeighbourIsMoved_isFollowedByOneThatEndsIt(ControlPlane controlPlane)
            throws Exception {
        var ladder = new Ladder(controlPlane, 480, HASTY, MOVES, BrokenOffLaddersTest::moveBatch);

        var life = Life.withoutEnd();
        assertThat(codesAndPhases(ladder.live(life))).containsExactly("UsageChanged APPLIED");
        dieAt(deathsWithARecord(life.steps()), death -> ladder.live(Life.until(death)));
    }

    /// Its successor asks for what the template says, and waits for a minute.
    @Test
    void rightsizer_killedAtAnyRequestWhileThePodItselfIsMoved_isFollowedByOneThatEndsIt(ControlPlane controlPlane)
            throws Exception {
        var ladder = new Ladder(controlPlane, 480, HASTY, MOVES, BrokenOffLaddersTest::replaceWeb);

        var life = Life.withoutEnd();
        assertThat(codesAndPhases(ladder.live(life))).startsWith("UsageChanged ABANDONED");
        dieAt(deathsWithARecord(life.steps()), death -> ladder.live(Life.until(death)));
    }

    @Test
    void rightsizer_killedAtAnyRequestOfARaiseThatFindsNoRoom_isFollowedByOneThatTakesItBack(ControlPlane controlPlane)
            throws Exception {
        var ladder = new Ladder(controlPlane, 480, HASTY, Duration.ofSeconds(1), BrokenOffLaddersTest::nobody);

        var life = Life.withoutEnd();
        assertThat(codesAndPhases(ladder.live(life))).containsExactly("UsageChanged REVERTED");
        dieAt(deathsWithARecord(life.steps()), death -> ladder.live(Life.until(death)));
    }

    /// What was done to the pod is gone with it, so the mark that speaks of it goes, too.
    @Test
    void rightsizer_killedBeforeItHasWrittenDownAChangeWhosePodIsThenReplaced_isFollowedByOneThatLeavesNoMark(
            ControlPlane controlPlane) throws Exception {
        var ladder = new Ladder(controlPlane, 50, PATIENT, Duration.ZERO, BrokenOffLaddersTest::nobody);
        var deaths = List.of(
                "before 1 PATCH deployments/web",
                "after 1 PATCH deployments/web",
                "before 1 PATCH changerecords/web/status");

        dieAt(
                deaths,
                death -> assertThat(codesAndPhases(ladder.live(Life.until(death), BrokenOffLaddersTest::replaceWeb)))
                        .containsExactlyInAnyOrder("UsageChanged ABANDONED", "MakesRoom APPLIED"));
    }

    /// Whoever takes a change back is no right-sizer: its record is ended by one when it is an hour old. If it is ended
    /// already, it alone tells that the raise was taken back.
    @Test
    void undo_killedAtAnyRequest_isEndedByARightsizerAndTakesTheMarkOffWithTheChange(ControlPlane controlPlane)
            throws Exception {
        var life = Life.withoutEnd();
        takeBack(controlPlane, life);

        dieAt(deaths(life.steps()), death -> takeBack(controlPlane, Life.until(death)));
    }

    private static void takeBack(ControlPlane controlPlane, Life life) throws Exception {
        try (var stage = stage(controlPlane, 600);
                var _ = new PlayedKubelet(stage.client(), stage.namespace(), LadderStage.NODE_CPU_MILLIS);
                var server = new ApiServer(stage.client());
                var link = new ApiLink(stage.client(), life);
                var mortal = link.server();
                var thread = Executors.newSingleThreadExecutor()) {
            stage.awaitRunning();
            var raised = transaction(stage, server).run(stage.raise(200), Duration.ZERO);
            assertThat(raised.isApplied()).as("%s", raised).isTrue();
            assertThat(stage.isMarked(LadderStage.WEB)).isTrue();

            var taking = thread.submit(() -> stage.undo(mortal, HASTY).undo(raised.record()));
            await().atMost(PATIENCE).until(() -> life.isOver() || taking.isDone());
            taking.cancel(true);
            LadderStage.assertDeath(life);
            boolean isOver = stage.records(server).stream()
                    .anyMatch(record -> record.change().undoes().isPresent()
                            && record.phase().isFinal());
            stage.awaitEnd(server, Way.resuming(HASTY), () -> {});

            stage.assertExplained(server, life.end());
            if (!isOver) {
                assertThat(stage.records(server))
                        .as("%s: the raise, or what took it back", life.end())
                        .filteredOn(record -> record.phase() == ChangePhase.APPLIED)
                        .hasSize(1);
            }
            stage.takeBack(server, HASTY, life.end());
        }
    }

    private static ResizeTransaction transaction(LadderStage stage, ApiServer server) {
        return new ResizeTransaction(
                new ApiActions(server),
                new ApiPods(server),
                stage.journal(server),
                LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry()),
                HASTY);
    }

    // Lives

    private static LadderStage stage(ControlPlane controlPlane, long neighbourUse) {
        int number = STAGES.getAndIncrement();
        assertThat(number).isLessThan(NODES_MAX);
        return LadderStage.on(controlPlane.client(), NODES + "-" + number, NODES + "-" + number, neighbourUse);
    }

    /// @param moves how long right-sizers wait for somebody to move a pod
    /// @param mover moves one, when the raise has waited for a while
    private record Ladder(
            ControlPlane controlPlane,
            long neighbourUse,
            TransactionSettings settings,
            Duration moves,
            Consumer<LadderStage> mover) {

        List<Logged> live(Life life) throws Exception {
            return live(life, BrokenOffLaddersTest::nobody);
        }

        /// Of two right-sizers, one after the other.
        ///
        /// @param between what happens while neither acts
        /// @return what was recorded until then; afterwards all of it is taken back
        List<Logged> live(Life life, Consumer<LadderStage> between) throws Exception {
            try (var stage = stage(controlPlane, neighbourUse);
                    var _ = new PlayedKubelet(stage.client(), stage.namespace(), LadderStage.NODE_CPU_MILLIS);
                    var server = new ApiServer(stage.client())) {
                stage.awaitRunning();
                stage.rememberFormerChange(server);
                var moving = new Moving(stage, mover);
                stage.live(server, life, Way.acting(settings, moves), moving::look, () -> between.accept(stage));
                var records = stage.records(server);
                stage.takeBack(server, settings, life.end());
                return records;
            }
        }
    }

    /// Moves a pod once, when the raise has waited for two seconds.
    private static final class Moving {

        private final LadderStage stage;
        private final Consumer<LadderStage> mover;
        private final AtomicBoolean isMoved = new AtomicBoolean();

        Moving(LadderStage stage, Consumer<LadderStage> mover) {
            this.stage = stage;
            this.mover = mover;
        }

        void look() {
            var before = Instant.now().minusSeconds(2);
            if (!isMoved.get() && stage.isRaisePendingSince(before) && isMoved.compareAndSet(false, true)) {
                mover.accept(stage);
            }
        }
    }

    private static void nobody(LadderStage stage) {}

    private static void replaceWeb(LadderStage stage) {
        stage.replace(LadderStage.WEB);
    }

    private static void moveBatch(LadderStage stage) {
        stage.remove(LadderStage.BATCH);
    }

    private static List<String> codesAndPhases(List<Logged> records) {
        return records.stream()
                .map(record -> record.change().code() + " " + record.phase())
                .toList();
    }

    // Deaths

    /// Before each request; and after each that changes something, when its answer does not come back.
    private static List<String> deaths(List<String> steps) {
        var deaths = new ArrayList<String>();
        for (var step : steps) {
            deaths.add("before " + step);
            if (!step.contains(" GET ") && !step.contains("dryRun")) {
                deaths.add("after " + step);
            }
        }
        return deaths;
    }

    private static List<String> deathsWithARecord(List<String> steps) {
        var deaths = deaths(steps);
        return deaths.subList(deaths.indexOf("after 1 POST changerecords"), deaths.size());
    }

    @FunctionalInterface
    private interface Death {
        void at(String step) throws Exception;
    }

    /// What comes a second time may have come so since the pod had changed meanwhile, and need not in another life.
    private static void die(String step, Death death) throws Exception {
        boolean isRepetition = !step.matches("(before|after) 1 .*");
        for (int lives = 1; true; lives++) {
            try {
                death.at(step);
                return;
            } catch (LadderStage.Survived e) {
                if (lives == LIVES_MAX) {
                    if (isRepetition) {
                        return;
                    }
                    throw e;
                }
            }
        }
    }

    private static void dieAt(List<String> steps, Death death) throws Exception {
        try (var threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            var lives = steps.stream()
                    .<Callable<Void>>map(step -> () -> {
                        die(step, death);
                        return null;
                    })
                    .toList();
            for (var life : threads.invokeAll(lives)) {
                life.get();
            }
        }
    }
}
