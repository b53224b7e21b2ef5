package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Where it is told what a pass made of each workload, and what became of a change.
public interface Sizings {

    /// How far a pass reaches.
    enum Reach {
        /// A policy selects it: it is decided on as soon as it has pods.
        SELECTED,
        /// It is there, and no policy selects it.
        UNSELECTED,
        /// A policy selects it, and leaves all of its containers out.
        LEFT_OUT,
        GONE
    }

    /// Tells another, too, after this one, though this one fails.
    default Sizings and(Sizings other) {
        var first = this;
        return new Sizings() {
            @Override
            public void killed(Map<Owner, List<OomReport>> reports) {
                both(() -> first.killed(reports), () -> other.killed(reports));
            }

            @Override
            public void reached(Function<Owner, Reach> reach) {
                both(() -> first.reached(reach), () -> other.reached(reach));
            }

            @Override
            public void decided(List<WorkloadSizing> sizings) {
                both(() -> first.decided(sizings), () -> other.decided(sizings));
            }

            @Override
            public void ended(Change change, ChangeResult result) {
                both(() -> first.ended(change, result), () -> other.ended(change, result));
            }
        };
    }

    private static void both(Runnable first, Runnable other) {
        try {
            first.run();
        } catch (RuntimeException e) {
            try {
                other.run();
            } catch (RuntimeException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
        other.run();
    }

    /// What there is to tell of containers that were killed for memory, by workload; before [#decided], and
    /// only where it is known. Called by the right-sizer's loop.
    default void killed(Map<Owner, List<OomReport>> reports) {}

    /// How far the pass reaches, for workloads that it has not decided on; before [#decided]. Called by the
    /// right-sizer's loop.
    default void reached(Function<Owner, Reach> reach) {}

    /// All workloads that a policy speaks of and that have pods. Called by the right-sizer's loop.
    void decided(List<WorkloadSizing> sizings);

    /// Called by the thread that carried the change out.
    void ended(Change change, ChangeResult result);
}
