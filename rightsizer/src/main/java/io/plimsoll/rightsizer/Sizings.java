package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.util.List;

/// Where it is told what a pass made of each workload, and what became of a change.
public interface Sizings {

    /// Tells another, too, after this one.
    default Sizings and(Sizings other) {
        var first = this;
        return new Sizings() {
            @Override
            public void decided(List<WorkloadSizing> sizings) {
                first.decided(sizings);
                other.decided(sizings);
            }

            @Override
            public void ended(Change change, ChangeResult result) {
                first.ended(change, result);
                other.ended(change, result);
            }
        };
    }

    /// All workloads that a policy speaks of. Called by the right-sizer's loop.
    void decided(List<WorkloadSizing> sizings);

    /// Called by the thread that carried the change out.
    void ended(Change change, ChangeResult result);
}
