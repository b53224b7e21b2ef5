package io.plimsoll.model.recommendation;

import io.plimsoll.model.action.Change;
import java.time.Duration;

/// What is to be done with a workload now.
public sealed interface ResizePlan {

    /// @param change of the pods that can be changed now
    /// @param canary how long its first pod is watched before the others follow
    record Due(Change change, Duration canary) implements ResizePlan {}

    /// @param detail figures and names beside the reason's own sentence; may be empty
    record Skipped(SkipReason reason, String detail) implements ResizePlan {

        /// For people.
        public String sentence() {
            return detail.isEmpty() ? reason.sentence() : reason.sentence() + ": " + detail;
        }
    }
}
