package io.plimsoll.model.recommendation;

import io.plimsoll.model.action.ChangePhase;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// What was done to a workload before, and what others do to it: what is asked when it is decided whether to
/// resize it.
///
/// @param claimed what an autoscaler owns: that is left alone
/// @param changedAtMillis when it was last changed, epoch milliseconds
/// @param isChangeOpen whether a change of it is not finished
/// @param revertsInARow how many of the last changes in a row had to be taken back
/// @param isRevertedOften whether most of the last changes had to be taken back
public record WorkloadHistory(
        Set<ResourceKind> claimed,
        OptionalLong changedAtMillis,
        boolean isChangeOpen,
        int revertsInARow,
        boolean isRevertedOften) {

    public static final WorkloadHistory NONE = new WorkloadHistory(Set.of(), OptionalLong.empty(), false, 0, false);

    /// So many changes are looked at.
    public static final int CHANGES_KEPT = 5;

    private static final int REVERTS_OFTEN = 3;
    private static final int DOUBLINGS_MAX = 6;

    /// @param ended the last changes that came to something, the oldest first
    public static WorkloadHistory of(
            Set<ResourceKind> claimed, OptionalLong changedAtMillis, boolean isChangeOpen, List<ChangePhase> ended) {
        int inARow = 0;
        for (int i = ended.size() - 1; i >= 0 && isRevert(ended.get(i)); i--) {
            inARow++;
        }
        long reverts = ended.stream().filter(WorkloadHistory::isRevert).count();
        return new WorkloadHistory(claimed, changedAtMillis, isChangeOpen, inARow, reverts >= REVERTS_OFTEN);
    }

    private static boolean isRevert(ChangePhase phase) {
        return phase == ChangePhase.REVERTED || phase == ChangePhase.FAILED;
    }

    /// The policy's cooldown, twice as long after each change in a row that had to be taken back, up to 64 times.
    public long cooldownMillis(long policyMillis) {
        return policyMillis << Math.min(DOUBLINGS_MAX, revertsInARow);
    }
}
