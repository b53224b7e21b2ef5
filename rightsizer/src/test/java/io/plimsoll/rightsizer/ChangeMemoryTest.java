package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.WorkloadHistory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChangeMemoryTest {

    private static final Owner WEB = ScriptedCluster.WORKLOAD;
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    private final ChangeMemory memory = new ChangeMemory();

    @Test
    void workload_neverChanged_hasNoHistory() {
        assertThat(memory.history(WEB, Claimed.NONE)).isEqualTo(WorkloadHistory.NONE);
    }

    @Test
    void change_begun_keepsASecondOneOutUntilItEnds() {
        assertThat(memory.begin(WEB, false, 0)).isTrue();
        assertThat(memory.begin(WEB, false, 0)).isFalse();
        assertThat(memory.history(WEB, Claimed.NONE).isChangeOpen()).isTrue();

        memory.end(WEB, false, ChangePhase.APPLIED, 5);

        assertThat(memory.begin(WEB, false, 5)).isTrue();
        assertThat(memory.history(WEB, Claimed.NONE).changedAtMillis()).isEqualTo(OptionalLong.of(5));
    }

    /// What it decided may be what has just been taken back.
    @Test
    void decision_fromBeforeAChangeOfItsWorkloadEnded_beginsNothing_untilTheNextPass() {
        memory.begin(WEB, false, 0);
        memory.passBegins();
        assertThat(memory.isOutdated(WEB)).isFalse();

        memory.end(WEB, false, ChangePhase.REVERTED, 5);

        assertThat(memory.isOutdated(WEB)).isTrue();
        assertThat(memory.beginDecided(WEB, true, 6)).isFalse();
        memory.passBegins();
        assertThat(memory.beginDecided(WEB, true, 7)).isTrue();
    }

    /// 1, 2, 4 … minutes, at most 64; a change that came to something begins anew.
    @Test
    void changes_inVain_areTriedAgainEverLater() {
        long now = 0;
        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 64, 64}) {
            assertThat(memory.begin(WEB, false, now)).isTrue();
            memory.end(WEB, false, ChangePhase.ABANDONED, now);

            assertThat(memory.begin(WEB, false, now + minutes * MINUTE - 1)).isFalse();
            now += minutes * MINUTE;
        }
        assertThat(memory.begin(WEB, false, now)).isTrue();
        memory.end(WEB, false, ChangePhase.APPLIED, now);
        assertThat(memory.begin(WEB, false, now)).isTrue();
        memory.end(WEB, false, ChangePhase.ABANDONED, now);
        assertThat(memory.begin(WEB, false, now + MINUTE)).isTrue();
    }

    @Test
    void kill_afterChangesThatCameToNothing_isAnsweredAtOnceUnlessThatCameToNothingToo() {
        memory.begin(WEB, false, 0);
        memory.end(WEB, false, ChangePhase.ABANDONED, 0);

        assertThat(memory.begin(WEB, true, 1)).isTrue();
        memory.end(WEB, true, ChangePhase.ABANDONED, 1);
        assertThat(memory.begin(WEB, true, MINUTE)).isFalse();
        assertThat(memory.begin(WEB, true, MINUTE + 1)).isTrue();
    }

    @Test
    void change_abandoned_doesNotCountAsOne() {
        memory.begin(WEB, false, 0);
        memory.end(WEB, false, ChangePhase.ABANDONED, 1);

        assertThat(memory.history(WEB, Claimed.NONE)).isEqualTo(WorkloadHistory.NONE);
    }

    @Test
    void clock_setBackByADay_keepsNoWorkloadOut() {
        memory.begin(WEB, false, 24 * HOUR);
        memory.end(WEB, false, ChangePhase.ABANDONED, 24 * HOUR);

        assertThat(memory.begin(WEB, false, 0)).isTrue();
    }

    @Test
    void records_readAtTheStart_areTheLastFiveThatEnded() {
        readAll();

        assertThat(memory.history(WEB, Claimed.NONE))
                .isEqualTo(new WorkloadHistory(Claimed.NONE, OptionalLong.of(6), false, 2, 3, false));
    }

    /// The API server was gone in the middle of it.
    @Test
    void records_readAgainSinceTheFirstTimeBrokeOff_countOnce() {
        memory.remember(record(6, ChangePhase.REVERTED), ClusterImage.EMPTY, 8);

        readAll();

        assertThat(memory.history(WEB, Claimed.NONE))
                .isEqualTo(new WorkloadHistory(Claimed.NONE, OptionalLong.of(6), false, 2, 3, false));
    }

    /// As they come: by name.
    private void readAll() {
        memory.clear();
        Stream.of(
                        record(4, ChangePhase.APPLIED),
                        record(8, ChangePhase.ABANDONED),
                        record(6, ChangePhase.REVERTED),
                        record(2, ChangePhase.APPLIED),
                        record(1, ChangePhase.REVERTED),
                        record(5, ChangePhase.FAILED),
                        record(7, ChangePhase.INTENDED),
                        record(3, ChangePhase.REVERTED))
                .forEach(record -> memory.remember(record, ClusterImage.EMPTY, 8));
    }

    /// Of a pipeline, say, that makes a Job each minute.
    @Test
    void record_ofAWorkloadThatIsGoneForADay_isNotHeld() {
        memory.remember(record(0, ChangePhase.APPLIED), ClusterImage.EMPTY, 24 * HOUR);
        assertThat(memory.history(WEB, Claimed.NONE)).isEqualTo(WorkloadHistory.NONE);
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(WEB, Optional.empty(), 1, Set.of())));

        memory.remember(record(0, ChangePhase.APPLIED), delta.apply(), 24 * HOUR);

        assertThat(memory.history(WEB, Claimed.NONE).changedAtMillis()).isEqualTo(OptionalLong.of(0));
    }

    /// It may be out of sight for a while.
    @Test
    void workload_notSeenForAWhile_isForgottenOnlyAfterADay() {
        memory.remember(record(0, ChangePhase.APPLIED), ClusterImage.EMPTY, 0);

        memory.keep(Set.of(), 24 * HOUR - 1);
        assertThat(memory.history(WEB, Claimed.NONE).changedAtMillis()).isEqualTo(OptionalLong.of(0));

        memory.keep(Set.of(WEB), 25 * HOUR);
        assertThat(memory.history(WEB, Claimed.NONE).changedAtMillis()).isEqualTo(OptionalLong.of(0));

        memory.keep(Set.of(), 25 * HOUR);
        assertThat(memory.history(WEB, Claimed.NONE)).isEqualTo(WorkloadHistory.NONE);
    }

    /// By the command line: the right-sizer has carried a change out at 10, which was taken back at 20.
    @Test
    void change_takenBackByHand_isTheLastChangeOfItsWorkload() {
        memory.begin(WEB, false, 10);
        memory.end(WEB, false, ChangePhase.APPLIED, 10);

        memory.rememberUndos(List.of(undo(20, ChangePhase.APPLIED)), 30);
        memory.rememberUndos(List.of(undo(20, ChangePhase.APPLIED)), 40);

        assertThat(memory.history(WEB, Claimed.NONE))
                .isEqualTo(new WorkloadHistory(Claimed.NONE, OptionalLong.of(20), false, 0, 0, true));
    }

    @Test
    void change_beingTakenBackByHand_keepsOthersOutForAnHourAtMost() {
        memory.rememberUndos(List.of(undo(0, ChangePhase.INTENDED)), HOUR - 1);
        assertThat(memory.history(WEB, Claimed.NONE).isChangeOpen()).isTrue();
        assertThat(memory.begin(WEB, false, HOUR - 1)).isFalse();

        memory.rememberUndos(List.of(undo(0, ChangePhase.INTENDED)), HOUR);
        assertThat(memory.begin(WEB, false, HOUR)).isTrue();
    }

    /// Three ordinary changes had to be taken back.
    @Test
    void changesTakenBack_ofOtherKinds_areNotHeldAgainstARaiseAfterAKill() {
        for (int i = 1; i <= 3; i++) {
            memory.begin(WEB, false, i);
            memory.end(WEB, false, ChangePhase.REVERTED, i);
        }

        assertThat(memory.history(WEB, Claimed.NONE).leftAloneUntilMillis()).isPresent();
        assertThat(memory.history(WEB, Claimed.NONE).urgent().leftAloneUntilMillis())
                .isEmpty();
    }

    /// Between them were ordinary changes, more than are kept.
    @Test
    void raisesAfterKillsTakenBack_areHeldAgainstTheNextOneHoweverMuchElseWasDone() {
        for (int i = 1; i <= 3; i++) {
            memory.begin(WEB, true, i);
            memory.end(WEB, true, ChangePhase.REVERTED, i);
        }
        for (int i = 4; i <= 10; i++) {
            memory.begin(WEB, false, i);
            memory.end(WEB, false, ChangePhase.APPLIED, i);
        }

        assertThat(memory.history(WEB, Claimed.NONE).leftAloneUntilMillis()).isEmpty();
        assertThat(memory.history(WEB, Claimed.NONE).urgent().leftAloneUntilMillis())
                .hasValue(3 + 24 * HOUR);
    }

    @Test
    void openChange_makesWayForARaiseAfterAKillUnlessItIsOneItself() {
        memory.begin(WEB, false, 0);
        assertThat(memory.history(WEB, Claimed.NONE).urgent().isLetIn()).isTrue();
        memory.end(WEB, false, ChangePhase.APPLIED, 1);
        memory.begin(WEB, true, 2);

        assertThat(memory.history(WEB, Claimed.NONE).urgent().isLetIn()).isFalse();
    }

    private static Logged undo(long atMillis, ChangePhase phase) {
        var change = ScriptedCluster.change(1);
        var undo = new Change(change.workload(), "", "Undone", "takes it back", Optional.of("shop-1"), change.pods());
        return new Logged("shop/undo-" + atMillis, atMillis, undo, phase);
    }

    private static Logged record(long atMillis, ChangePhase phase) {
        return new Logged("shop/" + atMillis, atMillis, ScriptedCluster.change(1), phase);
    }
}
