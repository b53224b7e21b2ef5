package io.plimsoll.model.recommendation;

import io.plimsoll.model.action.ChangePhase;
import java.util.List;
import java.util.OptionalLong;

/// What was done to a workload before, and what others do to it: what is asked when it is decided whether to
/// resize it.
///
/// @param claimed what an autoscaler owns: that is left alone
/// @param changedAtMillis when it was last changed, epoch milliseconds
/// @param isChangeOpen whether a change of it is not finished
/// @param revertsInARow how many of the last changes in a row had to be taken back
/// @param reverts how many of the last [#CHANGES_KEPT] changes had to be taken back
/// @param isUndone whether the last change was that somebody took one back by hand
/// @param urgent what is asked of raises that follow kills for memory
public record WorkloadHistory(
        Claimed claimed,
        OptionalLong changedAtMillis,
        boolean isChangeOpen,
        int revertsInARow,
        int reverts,
        boolean isUndone,
        Urgent urgent) {

    /// What was done to a workload for kills for memory. Only that holds the next such raise: what else was
    /// in vain says nothing of it.
    ///
    /// @param raisedAtMillis when the last such raise ended, epoch milliseconds
    /// @param reverts how many of the last [#CHANGES_KEPT] such raises had to be taken back
    /// @param isLetIn whether the change that is open makes way for one
    public record Urgent(OptionalLong raisedAtMillis, int reverts, boolean isLetIn) {

        public static final Urgent NONE = new Urgent(OptionalLong.empty(), 0, false);

        /// @param ended the last such raises that came to something, the oldest first
        public static Urgent of(OptionalLong raisedAtMillis, List<ChangePhase> ended, boolean isLetIn) {
            return new Urgent(
                    raisedAtMillis,
                    (int) ended.stream().filter(WorkloadHistory::isRevert).count(),
                    isLetIn);
        }

        /// As [WorkloadHistory#leftAloneUntilMillis], of such raises alone.
        public OptionalLong leftAloneUntilMillis() {
            return leftAloneUntil(reverts, raisedAtMillis);
        }
    }

    public WorkloadHistory(
            Claimed claimed,
            OptionalLong changedAtMillis,
            boolean isChangeOpen,
            int revertsInARow,
            int reverts,
            boolean isUndone) {
        this(claimed, changedAtMillis, isChangeOpen, revertsInARow, reverts, isUndone, Urgent.NONE);
    }

    /// The same, with what was done for kills.
    public WorkloadHistory with(Urgent raises) {
        return new WorkloadHistory(claimed, changedAtMillis, isChangeOpen, revertsInARow, reverts, isUndone, raises);
    }

    public static final WorkloadHistory NONE =
            new WorkloadHistory(Claimed.NONE, OptionalLong.empty(), false, 0, 0, false);

    /// So many changes are looked at.
    public static final int CHANGES_KEPT = 5;

    /// A raise may follow any change that soon, whatever the cooldown: what is short cannot wait. One pass at
    /// the usual interval.
    static final long RAISE_REST_MILLIS = 60_000;

    private static final int REVERTS_OFTEN = 3;
    private static final int DOUBLINGS_MAX = 6;
    private static final long DAY_MILLIS = 24 * 3_600_000L;

    /// @param ended the last changes that came to something, the oldest first
    public static WorkloadHistory of(
            Claimed claimed, OptionalLong changedAtMillis, boolean isChangeOpen, List<ChangePhase> ended) {
        int inARow = 0;
        for (int i = ended.size() - 1; i >= 0 && isRevert(ended.get(i)); i--) {
            inARow++;
        }
        int reverts = (int) ended.stream().filter(WorkloadHistory::isRevert).count();
        boolean isUndone = !ended.isEmpty() && ended.getLast() == ChangePhase.UNDONE;
        return new WorkloadHistory(claimed, changedAtMillis, isChangeOpen, inARow, reverts, isUndone);
    }

    private static boolean isRevert(ChangePhase phase) {
        return phase == ChangePhase.REVERTED || phase == ChangePhase.FAILED;
    }

    /// The policy's cooldown, twice as long after each change in a row that had to be taken back, up to 64 times.
    public long cooldownMillis(long policyMillis) {
        return policyMillis << Math.min(DOUBLINGS_MAX, revertsInARow);
    }

    /// How soon after the last change a raise may follow: soon, unless that change had to be taken back.
    public long raiseRestMillis(long policyMillis) {
        long cooldown = cooldownMillis(policyMillis);
        return revertsInARow > 0 || isUndone ? cooldown : Math.min(RAISE_REST_MILLIS, cooldown);
    }

    /// Until when a workload is left alone most of whose changes had to be taken back: a day after the last
    /// one for three of the last five, two days for four, four days for all. Then it is tried once more.
    public OptionalLong leftAloneUntilMillis() {
        return leftAloneUntil(reverts, changedAtMillis);
    }

    private static OptionalLong leftAloneUntil(int reverts, OptionalLong lastMillis) {
        return reverts < REVERTS_OFTEN || lastMillis.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(lastMillis.getAsLong() + (DAY_MILLIS << (reverts - REVERTS_OFTEN)));
    }
}
