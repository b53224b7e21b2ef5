package io.plimsoll.rightsizer;

import static io.plimsoll.rightsizer.ScriptedCluster.AFTER;
import static io.plimsoll.rightsizer.ScriptedCluster.BEFORE;
import static io.plimsoll.rightsizer.ScriptedCluster.THIRD;
import static io.plimsoll.rightsizer.ScriptedCluster.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.NeighbourSlack;
import io.plimsoll.model.usage.CpuThrottling;
import io.plimsoll.rightsizer.ResizeTransaction.Course;
import io.plimsoll.rightsizer.ScriptedCluster.Answer;
import io.plimsoll.rightsizer.ScriptedCluster.Kubelet;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizeTransactionTest {

    private static final TransactionSettings SETTINGS = TransactionSettings.DEFAULT;
    private static final Duration CANARY = Duration.ofMinutes(5);

    // Until it is sent

    @Test
    void change_refusedInADryRun_isNeitherWrittenDownNorSent() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.dryRun = new Outcome.Refused(Refusal.INVALID, "QOS Class may not change", Optional.empty());
        var journal = new LoggingJournal(cluster, 0);

        var result = transaction(cluster, journal).run(change(1), Duration.ZERO);

        assertThat(only(result))
                .isEqualTo(ended(ChangePhase.ABANDONED, "refused in a dry run: QOS Class may not change"));
        assertThat(cluster.log).containsExactly("dry run web-0");
    }

    @Test
    void change_ofWhichNoRecordCanBeWritten_isNotSent() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);

        var result = transaction(cluster, new LoggingJournal(cluster, 0) {
                    @Override
                    public Entry intend(Change change) {
                        return new Entry.NotWritten("forbidden");
                    }
                })
                .run(change(1), Duration.ZERO);

        assertThat(only(result))
                .isEqualTo(ended(
                        ChangePhase.ABANDONED, "no record of it could be written, so nothing was sent: forbidden"));
        assertThat(cluster.log).containsExactly("dry run web-0");
    }

    @Test
    void change_ofAPodWithRoom_isOneRecordOnePatchAndOneOutcome() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result)).isEqualTo(ended(ChangePhase.APPLIED, ""));
        assertThat(cluster.log).containsExactly("dry run web-0", "intend", "PATCH web-0 200m TAKEN", "close APPLIED");
    }

    // Answers to a PATCH

    @ParameterizedTest
    @CsvSource({"CONFLICT", "OVERLOAD", "LOST_BEFORE", "LATE"})
    void patch_notTakenOnce_isSentAgain(Answer answer) throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.answers.add(answer);

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result).phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(cluster.log).contains("PATCH web-0 200m " + answer, "PATCH web-0 200m TAKEN");
    }

    @ParameterizedTest
    @CsvSource({"CONFLICT, the object has been modified", "OVERLOAD, too many requests"})
    void patch_neverTaken_isGivenUpAfterFiveTriesAndThePodIsAsItWas(Answer answer, String message) throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.answers.addAll(Collections.nCopies(9, answer));

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result)).isEqualTo(ended(ChangePhase.ABANDONED, message));
        assertThat(cluster.answers).hasSize(4);
        assertThat(cluster.requests(0)).isEqualTo(BEFORE);
    }

    /// That it did not come is known only when it cannot come any more.
    @ParameterizedTest
    @CsvSource({"LOST_BEFORE, ABANDONED", "LATE, APPLIED"})
    void patch_neverAnswered_leavesTheRecordOpenUntilItCannotComeAnyMore(Answer answer, ChangePhase end)
            throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.answers.addAll(Collections.nCopies(5, answer));
        var journal = new LoggingJournal(cluster, 0);

        var left = transaction(cluster, journal).run(change(1), Duration.ZERO);
        var resumed = transaction(cluster, journal)
                .resume(journal.records().getFirst().entry());

        assertThat(only(left)).isEqualTo(ended(ChangePhase.INTENDED, "no answer"));
        assertThat(only(resumed).phase()).isEqualTo(end);
        assertThat(cluster.requests(0)).isEqualTo(end == ChangePhase.APPLIED ? AFTER : BEFORE);
    }

    /// A refusal is of the try that got it.
    @Test
    void patch_refusedWhileAFormerOneIsOnItsWay_leavesTheRecordOpen() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.answers.addAll(List.of(Answer.LATE, Answer.INVALID));

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result)).isEqualTo(ended(ChangePhase.INTENDED, "exceeded quota"));
    }

    @Test
    void patch_onItsWayToAPodThatHasChangedSince_isNotWaitedFor() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.answers.addAll(List.of(Answer.LATE, Answer.INVALID));
        cluster.atLook.put(3, () -> cluster.set(0, BEFORE));

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result)).isEqualTo(ended(ChangePhase.ABANDONED, "exceeded quota"));
    }

    @Test
    void patch_thatTookEffectWithoutAnAnswer_isNotSentAgain() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.answers.add(Answer.LOST_AFTER);

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result).phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(cluster.log)
                .containsExactly("dry run web-0", "intend", "PATCH web-0 200m LOST_AFTER", "close APPLIED");
    }

    /// After the last try too only the pod tells.
    @ParameterizedTest
    @CsvSource({"TAKEN", "LOST_AFTER"})
    void patch_takenAtTheLastTry_isApplied(Answer last) throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.answers.addAll(Collections.nCopies(4, Answer.CONFLICT));
        cluster.answers.add(last);

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result)).isEqualTo(ended(ChangePhase.APPLIED, ""));
    }

    @Test
    void patch_sentBeforeThePodWentOutOfSight_leavesTheRecordOpen() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.answers.add(Answer.LOST_AFTER);
        // Before the change, before the PATCH, after it.
        cluster.atLook.put(3, () -> cluster.isBlind = true);
        var journal = new LoggingJournal(cluster, 0);

        var result = transaction(cluster, journal).run(change(1), Duration.ZERO);

        assertThat(only(result)).isEqualTo(ended(ChangePhase.INTENDED, "connection refused"));
        cluster.isBlind = false;
        assertThat(only(transaction(cluster, journal)
                        .resume(journal.records().getFirst().entry())))
                .isEqualTo(ended(ChangePhase.APPLIED, ""));
    }

    // The pod is not what it was

    @Test
    void pod_goneBeforeThePatch_isLeft() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.atLook.put(2, () -> cluster.delete(0));

        assertThat(only(run(cluster, 1, Duration.ZERO))).isEqualTo(ended(ChangePhase.ABANDONED, "the pod is gone"));
    }

    @Test
    void pod_anotherOfItsName_isLeft() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.edit(0, pod -> ScriptedCluster.pod(pod.key(), "another", BEFORE));

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result)).isEqualTo(ended(ChangePhase.ABANDONED, "another pod bears its name now"));
        assertThat(cluster.log).noneMatch(line -> line.startsWith("PATCH"));
    }

    @Test
    void pod_beingDeleted_isLeft() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.edit(0, ScriptedCluster::terminating);

        assertThat(only(run(cluster, 1, Duration.ZERO)))
                .isEqualTo(ended(ChangePhase.ABANDONED, "the pod is being deleted"));
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "4"})
    void pod_changedBySomebodyElseMeanwhile_keepsWhatTheyWanted(int look) throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.kubelet.add(Kubelet.SILENT);
        cluster.atLook.put(look, () -> cluster.set(0, THIRD));

        assertThat(only(run(cluster, 1, Duration.ZERO)))
                .isEqualTo(ended(ChangePhase.ABANDONED, "the pod asks for something else by now"));
        assertThat(cluster.requests(0)).isEqualTo(THIRD);
    }

    // What the kubelet makes of it

    @ParameterizedTest
    @CsvSource({
        "DEFERRED, PT2M, no room on the node: not enough cpu",
        "INFEASIBLE, PT0S, not possible on the node: node too small",
        "ERROR, PT2M, the kubelet failed: below current usage",
        "SILENT, PT5M, the kubelet did not look at it in time",
        "FLAPPING, PT9M, the kubelet"
    })
    void resize_thatTheKubeletDoesNotEnd_isTakenBackInItsTime(Kubelet kubelet, Duration after, String message)
            throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.kubelet.add(kubelet);

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(only(result).phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(only(result).message()).startsWith(message);
        assertThat(cluster.requests(0)).isEqualTo(BEFORE);
        assertThat(cluster.elapsed()).isBetween(after, after.plusSeconds(3));
    }

    @Test
    void inverse_refused_failsWithBothReasons() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.kubelet.add(Kubelet.INFEASIBLE);
        cluster.answers.addAll(List.of(Answer.TAKEN, Answer.INVALID));

        assertThat(only(run(cluster, 1, Duration.ZERO)))
                .isEqualTo(ended(
                        ChangePhase.FAILED,
                        "not possible on the node: node too small; and it could not be taken back: exceeded quota"));
    }

    @Test
    void inverse_thatTheKubeletDoesNotEnd_failsWithBothReasons() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.kubelet.addAll(List.of(Kubelet.INFEASIBLE, Kubelet.ERROR));

        assertThat(only(run(cluster, 1, Duration.ZERO)))
                .isEqualTo(ended(
                        ChangePhase.FAILED,
                        "not possible on the node: node too small; taking it back did not end:"
                                + " the kubelet failed: below current usage"));
    }

    /// The API server has too much to do for a moment: nobody need look at that, the next start takes it back.
    @Test
    void inverse_notTakenForNow_leavesTheRecordOpen() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.kubelet.add(Kubelet.INFEASIBLE);
        cluster.answers.add(Answer.TAKEN);
        cluster.answers.addAll(Collections.nCopies(5, Answer.OVERLOAD));
        var journal = new LoggingJournal(cluster, 0);

        var result = transaction(cluster, journal).run(change(1), Duration.ZERO);

        assertThat(only(result).phase()).isEqualTo(ChangePhase.INTENDED);
        assertThat(only(transaction(cluster, journal)
                                .resume(journal.records().getFirst().entry()))
                        .phase())
                .isEqualTo(ChangePhase.REVERTED);
        assertThat(cluster.requests(0)).isEqualTo(BEFORE);
    }

    @Test
    void pod_goneWhileItIsTakenBack_needsNobodyToLookAtIt() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.kubelet.add(Kubelet.INFEASIBLE);
        // Before, for the PATCH, after it, progress, for the inverse.
        cluster.atLook.put(5, () -> cluster.delete(0));

        assertThat(only(run(cluster, 1, Duration.ZERO)))
                .isEqualTo(ended(ChangePhase.ABANDONED, "not possible on the node: node too small; the pod is gone"));
    }

    // Containers that a resize restarts

    /// Looks at the first pod: 1 before all, 2 for the PATCH, 3 after it, 4 for the kubelet, 5 and on until it is back.
    @Test
    void pod_restartedByItsResize_isBackBeforeTheNextOneIsRestarted() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        List.of(0, 1).forEach(pod -> cluster.edit(pod, ScriptedCluster::restartedByResize));
        var log = new ArrayList<List<String>>();
        cluster.atLook.put(4, () -> cluster.edit(0, pod -> ScriptedCluster.restarted(pod, false, 1, false)));
        cluster.atLook.put(30, () -> {
            log.add(List.copyOf(cluster.log));
            cluster.edit(0, pod -> ScriptedCluster.restarted(pod, true, 1, false));
        });

        var result = run(cluster, 2, Duration.ZERO);

        assertThat(result.isApplied()).as("%s", result).isTrue();
        assertThat(log).singleElement().asString().contains("PATCH web-0").doesNotContain("PATCH web-1");
    }

    /// Of three, the second does not come back: the third is spared.
    @Test
    void pod_thatDoesNotComeBackFromItsResize_isTakenBackAndTheRestIsLeft() throws Exception {
        var cluster = ScriptedCluster.ofPods(3);
        List.of(0, 1, 2).forEach(pod -> cluster.edit(pod, ScriptedCluster::restartedByResize));
        // 1 to 5 are of the first pod, 6 is for the second one's PATCH, 7 after it, 8 for the kubelet.
        cluster.atLook.put(8, () -> cluster.edit(1, pod -> ScriptedCluster.restarted(pod, false, 1, false)));

        var result = run(cluster, 3, Duration.ZERO);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(ChangePhase.APPLIED, ChangePhase.REVERTED, ChangePhase.ABANDONED);
        assertThat(result.pods().get(1).message())
                .isEqualTo("it was restarted for the change and did not become ready again in time");
        assertThat(cluster.requests(1)).isEqualTo(BEFORE);
        assertThat(cluster.requests(2)).isEqualTo(BEFORE);
    }

    @Test
    void pod_thatItsResizeRestarts_isLeftWhileItsBudgetLetsNoneGo_andNothingIsWritten() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        List.of(0, 1).forEach(pod -> cluster.edit(pod, ScriptedCluster::restartedByResize));

        var result = guarded(cluster, () -> 0).run(change(2), Duration.ZERO);

        assertThat(result.record()).isEmpty();
        assertThat(result.pods()).extracting(PodResult::phase).containsOnly(ChangePhase.ABANDONED);
        assertThat(result.pods().getFirst().message())
                .isEqualTo("the change restarts a container, and no pod of disruption budget web may be away now");
        assertThat(cluster.log).noneMatch(line -> line.startsWith("PATCH"));
    }

    /// The budget counts the first pod as away for some seconds after it is ready.
    @Test
    void pod_thatItsResizeRestarts_waitsForItsBudget() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        List.of(0, 1).forEach(pod -> cluster.edit(pod, ScriptedCluster::restartedByResize));
        var since = new AtomicReference<Duration>();
        Supplier<Integer> allowed = () -> {
            if (cluster.log.stream().noneMatch(line -> line.startsWith("PATCH web-0"))) {
                return 1;
            }
            since.compareAndSet(null, cluster.elapsed());
            return cluster.elapsed().minus(since.get()).compareTo(Duration.ofSeconds(20)) < 0 ? 0 : 1;
        };

        var result = guarded(cluster, allowed).run(change(2), Duration.ZERO);

        assertThat(result.isApplied()).as("%s", result).isTrue();
        assertThat(cluster.elapsed()).isGreaterThan(Duration.ofSeconds(20));
    }

    @Test
    void pod_thatItsResizeRestarts_whoseBudgetLetsNoneGoForLong_isLeftAndSoAreAllBehindIt() throws Exception {
        var cluster = ScriptedCluster.ofPods(4);
        List.of(0, 1, 2, 3).forEach(pod -> cluster.edit(pod, ScriptedCluster::restartedByResize));

        var result = guarded(
                        cluster, () -> cluster.log.stream().anyMatch(line -> line.startsWith("PATCH web-0")) ? 0 : 1)
                .run(change(4), Duration.ZERO);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(
                        ChangePhase.APPLIED, ChangePhase.ABANDONED, ChangePhase.ABANDONED, ChangePhase.ABANDONED);
        assertThat(cluster.elapsed()).isLessThan(SETTINGS.deferredMax().plusMinutes(1));
    }

    /// While it waited, somebody has withdrawn the change.
    @Test
    void pod_thatWaitsForItsBudget_andIsNotWantedAnyMore_isLeftThoughTheBudgetLetsItGo() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        List.of(0, 1).forEach(pod -> cluster.edit(pod, ScriptedCluster::restartedByResize));
        var isWanted = new AtomicBoolean(true);
        var asked = new AtomicInteger();
        Supplier<Integer> allowed = () -> {
            boolean isFirstDone = cluster.log.stream().anyMatch(line -> line.startsWith("PATCH web-0"));
            if (isFirstDone && asked.incrementAndGet() == 4) {
                isWanted.set(false);
            }
            return isFirstDone && asked.get() < 4 ? 0 : 1;
        };

        var result = guarded(cluster, allowed).run(change(2), Duration.ZERO, isWanted::get);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(ChangePhase.APPLIED, ChangePhase.ABANDONED);
        assertThat(cluster.log).noneMatch(line -> line.startsWith("PATCH web-1"));
    }

    /// Its policy restarts it for memory alone, and CPU is all that changes.
    @Test
    void pod_thatItsResizeDoesNotRestart_isChangedWhateverItsBudgetSays() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.edit(0, ScriptedCluster::restartedForMemory);
        var cpuAlone =
                new ContainerSpec("main", new Resources(AFTER.cpuMillis(), BEFORE.memoryBytes()), Resources.NONE);
        var change = new Change(
                ScriptedCluster.WORKLOAD,
                "shop/web",
                "UsageChanged",
                "a test",
                Optional.empty(),
                List.of(new Change.PodChange(
                        ScriptedCluster.key(0),
                        "u-0",
                        List.of(new ContainerSpec("main", BEFORE, Resources.NONE)),
                        List.of(cpuAlone))));

        var result = guarded(cluster, () -> 0).run(change, Duration.ZERO);

        assertThat(result.isApplied()).as("%s", result).isTrue();
    }

    /// @param allowed how many pods the budget of all pods lets go, whenever it is asked
    private static ResizeTransaction guarded(ScriptedCluster cluster, Supplier<Integer> allowed) {
        return new ResizeTransaction(
                cluster,
                cluster,
                new MemoryJournal(),
                cluster.context(),
                SETTINGS,
                Ladder.NONE,
                CpuThrottling.UNKNOWN,
                new Budgets(() -> Optional.of(BudgetsTest.image(cluster.size(), allowed.get()))));
    }

    /// What was not ready before, as one that is killed again and again, says nothing by not being ready after.
    @Test
    void pod_thatWasNotReadyBefore_isNotWaitedFor() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.edit(0, pod -> ScriptedCluster.waiting(ScriptedCluster.restartedByResize(pod)));

        var result = run(cluster, 1, Duration.ZERO);

        assertThat(result.isApplied()).as("%s", result).isTrue();
        assertThat(cluster.elapsed()).isLessThan(SETTINGS.applyMax());
    }

    // The first pod goes ahead

    @ParameterizedTest
    @CsvSource({
        "true, 1, true, container main was killed for memory",
        "true, 1, false, container main has restarted",
        "false, 0, false, the pod is no longer ready"
    })
    void harm_toTheFirstPod_isTakenBackAndTheOthersAreLeft(
            boolean ready, int restarts, boolean oomKilled, String message) throws Exception {
        var cluster = ScriptedCluster.ofPods(3);
        cluster.atLook.put(
                20, () -> cluster.edit(0, pod -> ScriptedCluster.restarted(pod, ready, restarts, oomKilled)));

        var result = run(cluster, 3, CANARY);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(ChangePhase.REVERTED, ChangePhase.ABANDONED, ChangePhase.ABANDONED);
        assertThat(only(result).message()).isEqualTo(message);
        assertThat(List.of(cluster.requests(0), cluster.requests(1), cluster.requests(2)))
                .containsOnly(BEFORE);
    }

    @Test
    void firstPod_well_isWatchedAndTheOthersFollowAtOnce() throws Exception {
        var cluster = ScriptedCluster.ofPods(3);

        var result = run(cluster, 3, CANARY);

        assertThat(result.pods()).extracting(PodResult::phase).containsOnly(ChangePhase.APPLIED);
        assertThat(cluster.elapsed()).isBetween(CANARY, CANARY.plusSeconds(3));
    }

    /// Asked before and while it is watched.
    @Test
    void firstPod_heldAtItsLowerCpuLimit_isTakenBackAndTheOthersAreLeft() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        var shares = new ArrayDeque<>(List.of(0.02, 0.05, 0.41));
        var change = lowering(cluster, 400, 200);

        var result = transaction(cluster, pod -> Map.of("main", shares.removeFirst()))
                .run(change, CANARY);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(ChangePhase.REVERTED, ChangePhase.ABANDONED);
        assertThat(only(result).message())
                .isEqualTo("container main is held at its lower CPU limit in 41 % of its periods, 2 % before");
        assertThat(only(result).isHarmed()).isTrue();
        assertThat(cluster.spec(0).limits().cpuMillis()).isEqualTo(400);
    }

    /// A server is not asked for each pod of a cluster.
    @Test
    void firstPod_whoseCpuLimitIsNotLowered_isNotAskedFor() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        var change = lowering(cluster, 400, 400);
        var asked = new AtomicInteger();

        var result = transaction(cluster, pod -> {
                    asked.incrementAndGet();
                    return Map.of();
                })
                .run(change, CANARY);

        assertThat(result.isApplied()).isTrue();
        assertThat(asked).hasValue(0);
    }

    private static Change lowering(ScriptedCluster cluster, long beforeMillis, long afterMillis) {
        var changes = new ArrayList<Change.PodChange>();
        for (int i = 0; i < cluster.size(); i++) {
            cluster.limit(i, new Resources(beforeMillis, 0));
            changes.add(new Change.PodChange(
                    ScriptedCluster.key(i),
                    "u-" + i,
                    List.of(new ContainerSpec("main", BEFORE, new Resources(beforeMillis, 0))),
                    List.of(new ContainerSpec("main", AFTER, new Resources(afterMillis, 0)))));
        }
        return new Change(ScriptedCluster.WORKLOAD, "shop/web", "UsageChanged", "a test", Optional.empty(), changes);
    }

    private static ResizeTransaction transaction(ScriptedCluster cluster, CpuThrottling throttling) {
        return new ResizeTransaction(
                cluster,
                cluster,
                new MemoryJournal(),
                cluster.context(),
                SETTINGS,
                Ladder.NONE,
                throttling,
                Budgets.NONE);
    }

    /// Otherwise all that are left would be changed at once, with none that went ahead.
    @Test
    void firstPod_gone_letsTheNextOneGoAhead() throws Exception {
        var cluster = ScriptedCluster.ofPods(3);
        cluster.delete(0);
        cluster.atLook.put(20, () -> cluster.edit(1, pod -> ScriptedCluster.restarted(pod, true, 1, true)));

        var result = run(cluster, 3, CANARY);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(ChangePhase.ABANDONED, ChangePhase.REVERTED, ChangePhase.ABANDONED);
        assertThat(cluster.requests(2)).isEqualTo(BEFORE);
    }

    /// Its node says nothing of the others'.
    @Test
    void firstPods_thatTheirNodesCannotChange_letTheNextOneGoAhead() throws Exception {
        var cluster = ScriptedCluster.ofPods(4);
        cluster.kubelet.addAll(List.of(Kubelet.INFEASIBLE, Kubelet.DONE, Kubelet.DEFERRED, Kubelet.DONE));

        var result = run(cluster, 4, CANARY);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(ChangePhase.REVERTED, ChangePhase.REVERTED, ChangePhase.APPLIED, ChangePhase.APPLIED);
    }

    /// Each that waits holds room that nobody else may use meanwhile.
    @Test
    void pods_afterThreeThatFoundNoRoom_areNotWaitedForAndAfterTenTheRestIsLeft() throws Exception {
        var cluster = ScriptedCluster.ofPods(12);
        for (int i = 0; i < 12; i++) {
            cluster.kubelet.addAll(List.of(Kubelet.DEFERRED, Kubelet.DONE));
        }

        var result = run(cluster, 12, CANARY);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .startsWith(Collections.nCopies(10, ChangePhase.REVERTED).toArray(ChangePhase[]::new))
                .endsWith(ChangePhase.ABANDONED, ChangePhase.ABANDONED);
        assertThat(cluster.elapsed())
                .isBetween(
                        SETTINGS.deferredMax().multipliedBy(3),
                        SETTINGS.deferredMax().multipliedBy(4));
        assertThat(cluster.log).noneMatch(line -> line.startsWith("PATCH web-10"));
    }

    /// What is lowered there is of use only with the rest.
    @Test
    void podsThatMakeRoom_ofWhichOneCannotBeChanged_leaveTheOthersAsTheyAre() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        cluster.kubelet.add(Kubelet.INFEASIBLE);
        var both = change(2);
        var room = new Change(
                both.workload(), both.policy(), NeighbourSlack.MAKES_ROOM, "a test", Optional.empty(), both.pods());

        var result = transaction(cluster, new LoggingJournal(cluster, 0)).run(room, Duration.ZERO);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(ChangePhase.REVERTED, ChangePhase.ABANDONED);
        assertThat(cluster.requests(1)).isEqualTo(BEFORE);
    }

    /// The pod has what was wanted, which does not make it well.
    @Test
    void harm_ofWhichTheInverseIsNotAnswered_isTakenBackByTheNextOne() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        cluster.atLook.put(4, () -> cluster.edit(0, pod -> ScriptedCluster.restarted(pod, true, 1, true)));
        cluster.answers.add(Answer.TAKEN);
        cluster.answers.addAll(Collections.nCopies(5, Answer.LOST_BEFORE));
        var journal = new LoggingJournal(cluster, 0);

        var left = transaction(cluster, journal).run(change(2), CANARY);
        var resumed = transaction(cluster, journal)
                .resume(journal.records().getFirst().entry());

        assertThat(only(left).phase()).isEqualTo(ChangePhase.REVERTING);
        assertThat(only(resumed))
                .isEqualTo(ended(ChangePhase.REVERTED, "container main was killed for memory")
                        .harmed());
        assertThat(cluster.requests(0)).isEqualTo(BEFORE);
        assertThat(cluster.log).containsSubsequence("close INTENDED", "PATCH web-0 100m LOST_BEFORE");
    }

    /// Whoever was to take it back is gone before it was sent.
    @Test
    void harm_seenByAProcessThatEnds_isTakenBackByTheNextOne() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.atLook.put(4, () -> cluster.edit(0, pod -> ScriptedCluster.restarted(pod, true, 1, true)));
        cluster.atLook.put(6, () -> {
            throw new IllegalStateException("the end of the process");
        });
        var journal = new LoggingJournal(cluster, 0);

        assertThatThrownBy(() -> transaction(cluster, journal).run(change(1), CANARY))
                .hasMessage("the end of the process");
        var resumed = transaction(cluster, journal)
                .resume(journal.records().getFirst().entry());

        assertThat(only(resumed).phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(only(resumed).isHarmed()).isTrue();
    }

    @Test
    void outcome_knownBeforeTheChangeWasLeft_staysWhatItWas() throws Exception {
        var cluster = ScriptedCluster.ofPods(2);
        cluster.kubelet.addAll(List.of(Kubelet.INFEASIBLE, Kubelet.DONE));
        cluster.answers.addAll(List.of(Answer.TAKEN, Answer.TAKEN));
        cluster.answers.addAll(Collections.nCopies(5, Answer.LOST_BEFORE));
        var journal = new LoggingJournal(cluster, 0);

        var left = transaction(cluster, journal).run(change(2), CANARY);
        var resumed = transaction(cluster, journal)
                .resume(journal.records().getFirst().entry());

        assertThat(left.pods())
                .extracting(PodResult::phase)
                .containsExactly(ChangePhase.REVERTED, ChangePhase.INTENDED);
        assertThat(resumed.pods().getFirst()).isEqualTo(left.pods().getFirst());
        assertThat(resumed.pods().getLast().phase()).isEqualTo(ChangePhase.ABANDONED);
    }

    /// What it was before would not be known, and so no harm.
    @Test
    void firstPod_notSeenBefore_isNotChanged() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        cluster.blindLooks.add(true);

        var result = run(cluster, 1, CANARY);

        assertThat(only(result)).isEqualTo(ended(ChangePhase.ABANDONED, "connection refused"));
        assertThat(cluster.requests(0)).isEqualTo(BEFORE);
    }

    // The record

    @Test
    void record_notClosedAtFirst_isClosedLater() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        var journal = new LoggingJournal(cluster, 3);

        transaction(cluster, journal).run(change(1), Duration.ZERO);

        assertThat(journal.records()).extracting(Logged::phase).containsExactly(ChangePhase.APPLIED);
    }

    @Test
    void record_neverClosed_staysOpenAndIsEndedByTheNextStart() throws Exception {
        var cluster = ScriptedCluster.ofPods(1);
        var journal = new LoggingJournal(cluster, 5);

        var result = transaction(cluster, journal).run(change(1), Duration.ZERO);

        assertThat(result.isApplied()).isTrue();
        assertThat(journal.records()).extracting(Logged::phase).containsExactly(ChangePhase.INTENDED);
        transaction(cluster, journal).resume(journal.records().getFirst().entry());
        assertThat(journal.records()).extracting(Logged::phase).containsExactly(ChangePhase.APPLIED);
    }

    // Laws

    /// Whatever is answered, whoever else is at work and whatever cannot wait: nothing is sent before it is known
    /// that there is a record, no pod is begun once something cannot wait, what the result says of each pod is so,
    /// and if it is final, so does the record before long.
    ///
    /// @param unclear 1 where it is not known whether there is a record, 2 where it is there only later besides
    /// @param hurriedAt at which time of asking something cannot wait any more; 0 for never
    @Property(tries = 4000, seed = "4711")
    void anySequenceOfAnswers_nothingIsSentWithoutARecordAndTheResultIsTrue(
            @ForAll("scripts") Script script,
            @ForAll @IntRange(max = 9) int unclear,
            @ForAll @IntRange(max = 40) int hurriedAt)
            throws Exception {
        var cluster = script.cluster();
        var journal = new LoggingJournal(cluster, script.closesRefused());
        boolean isUnclear = unclear == 1 || unclear == 2;
        var own = new OwnRecords(cluster.context().clock());
        var noting = own.noting(new UnclearJournal(journal, isUnclear ? 1 : 0, unclear - 1));

        var result = transaction(cluster, noting)
                .run(change(2), Duration.ofSeconds(script.canarySeconds()), hurriedAt(hurriedAt, cluster.log));

        assertThat(cluster.log.indexOf("intend")).isLessThan(firstPatch(cluster.log));
        assertThat(isUnclear && isAnySent(cluster.log)).isFalse();
        assertThat(begunAfterTheHurry(cluster.log)).as("%s", cluster.log).isEmpty();
        if (result.phase().isFinal()) {
            cluster.pass(Duration.ofMinutes(1));
            for (int tries = 0; tries <= script.closesRefused(); tries++) {
                own.write(noting);
            }
            assertThat(journal.records()).allMatch(record -> record.phase() == result.phase());
        }
        assertTrue(cluster, result);

        // And a second process ends what the first left open.
        cluster.isBlind = false;
        cluster.blindLooks.clear();
        cluster.atLook.clear();
        cluster.answers.clear();
        cluster.kubelet.clear();
        for (var open : journal.records()) {
            if (!open.phase().isFinal()) {
                var resumed = transaction(cluster, journal).resume(open.entry());
                cluster.pass(Duration.ofMinutes(1));
                assertTrue(cluster, resumed);
            }
        }
        assertThat(journal.records()).allMatch(record -> record.phase().isFinal());
    }

    private static Course hurriedAt(int number, List<String> log) {
        var asked = new AtomicInteger();
        return new Course(() -> true, () -> {
            int now = asked.incrementAndGet();
            if (now == number) {
                log.add("hurry");
            }
            return number > 0 && now >= number;
        });
    }

    private static boolean isAnySent(List<String> log) {
        return firstPatch(log) < log.size();
    }

    /// Pods of which nothing was sent before it.
    private static List<String> begunAfterTheHurry(List<String> log) {
        var pods = log.stream()
                .filter(line -> line.startsWith("PATCH"))
                .map(line -> line.split(" ")[1])
                .distinct()
                .toList();
        int hurry = log.contains("hurry") ? log.indexOf("hurry") : log.size();
        return pods.stream()
                .filter(pod -> log.subList(0, hurry).stream().noneMatch(line -> line.startsWith("PATCH " + pod)))
                .toList();
    }

    private static int firstPatch(List<String> log) {
        for (int i = 0; i < log.size(); i++) {
            if (log.get(i).startsWith("PATCH")) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    private static void assertTrue(ScriptedCluster cluster, ChangeResult result) {
        for (int i = 0; i < result.pods().size(); i++) {
            if (!cluster.isThere(i)) {
                continue;
            }
            var pod = result.pods().get(i);
            assertThat(pod.isHarmed() && pod.phase() == ChangePhase.APPLIED)
                    .as("%s of %s", pod, cluster.log)
                    .isFalse();
            var asked = cluster.requests(i);
            var allowed =
                    switch (pod.phase()) {
                        // Somebody else may come when this pod is done and the next one is not.
                        case APPLIED -> List.of(AFTER, THIRD);
                        case REVERTED -> List.of(BEFORE, THIRD);
                        case ABANDONED -> List.of(BEFORE, THIRD);
                        case FAILED, INTENDED, REVERTING -> List.of(BEFORE, AFTER, THIRD);
                        case UNDONE -> List.<Object>of();
                    };
            assertThat(asked).as("%s of %s", pod, cluster.log).isIn(allowed);
        }
    }

    /// @param at the look before which somebody else does something
    record Script(
            List<Answer> answers,
            List<Kubelet> kubelet,
            List<Boolean> blind,
            int somebody,
            int at,
            int canarySeconds,
            int closesRefused) {

        ScriptedCluster cluster() {
            var cluster = ScriptedCluster.ofPods(2);
            cluster.answers.addAll(answers);
            cluster.kubelet.addAll(kubelet);
            cluster.blindLooks.addAll(blind);
            cluster.atLook.put(at, () -> {
                switch (somebody) {
                    case 0 -> cluster.set(0, THIRD);
                    case 1 -> cluster.delete(0);
                    case 2 -> cluster.edit(0, pod -> ScriptedCluster.restarted(pod, true, 1, true));
                    case 3 -> cluster.edit(0, ScriptedCluster::terminating);
                    case 4 -> cluster.isBlind = true;
                    default -> {}
                }
            });
            return cluster;
        }
    }

    @Provide
    Arbitrary<Script> scripts() {
        return Combinators.combine(
                        Arbitraries.of(Answer.class).list().ofMaxSize(12),
                        Arbitraries.of(Kubelet.class).list().ofMaxSize(4),
                        Arbitraries.of(true, false).list().ofMaxSize(16),
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(1, 14),
                        Arbitraries.integers().between(0, 10),
                        Arbitraries.integers().between(0, 6))
                .as(Script::new);
    }

    // Doubles

    /// Writes what it is asked into the cluster's log, and refuses the first outcomes.
    private static class LoggingJournal implements ChangeJournal {

        private final MemoryJournal journal = new MemoryJournal();
        private final List<String> log;
        private int refusals;

        LoggingJournal(ScriptedCluster cluster, int refusals) {
            this.log = cluster.log;
            this.refusals = refusals;
        }

        @Override
        public Entry intend(Change change) {
            log.add("intend");
            return journal.intend(change);
        }

        @Override
        public Closing close(String name, ChangeResult result) {
            if (refusals > 0) {
                refusals--;
                return new Closing.NotWritten("etcd has no leader");
            }
            log.add("close " + result.phase());
            return journal.close(name, result);
        }

        @Override
        public void read(Consumer<Logged> each) {
            journal.read(each);
        }

        List<Logged> records() {
            return journal.records();
        }
    }

    /// The policy was suspended, say, while the first pods were changed.
    @Test
    void change_notWantedAnyMoreBeforeTheThirdPod_leavesItAndTheOthers() throws Exception {
        var cluster = ScriptedCluster.ofPods(4);
        var asked = new AtomicInteger();

        var result = transaction(cluster, new LoggingJournal(cluster, 0))
                .run(change(4), Duration.ZERO, () -> asked.incrementAndGet() == 1);

        assertThat(result.pods())
                .extracting(PodResult::phase)
                .containsExactly(
                        ChangePhase.APPLIED, ChangePhase.APPLIED, ChangePhase.ABANDONED, ChangePhase.ABANDONED);
        assertThat(result.pods().getLast().message()).isEqualTo("left, since nobody wants it changed any more");
        assertThat(cluster.log).noneMatch(line -> line.startsWith("PATCH web-2") || line.startsWith("PATCH web-3"));
    }

    private static ChangeResult run(ScriptedCluster cluster, int pods, Duration canary) throws InterruptedException {
        return transaction(cluster, new LoggingJournal(cluster, 0)).run(change(pods), canary);
    }

    private static ResizeTransaction transaction(ScriptedCluster cluster, ChangeJournal journal) {
        return new ResizeTransaction(cluster, cluster, journal, cluster.context(), SETTINGS);
    }

    private static PodResult only(ChangeResult result) {
        return result.pods().getFirst();
    }

    private static PodResult ended(ChangePhase phase, String message) {
        return new PodResult(change(1).pods().getFirst(), phase, message);
    }
}
