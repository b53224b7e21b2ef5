package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Optional;

/// What was recommended for a workload, as the cluster keeps it: for whoever has no history of its own, such as
/// another replica, a process that has just started, or a command line.
///
/// @param skipped the code of why nothing was done about it last, as [SkipReason#code]
public record StoredRecommendation(Owner workload, Optional<String> skipped, List<Container> containers) {

    public StoredRecommendation {
        containers = List.copyOf(containers);
    }

    /// What one container should ask for; zero where nothing is said.
    ///
    /// @param current what it asked for when this was worked out
    /// @param confidence 0 to 1
    /// @param isOomRaise whether it was killed for memory and gets more
    /// @param sentence how it came about, for people
    public record Container(
            String name,
            Resources current,
            Resources lower,
            Resources target,
            Resources upper,
            double confidence,
            boolean isOomRaise,
            String sentence) {

        public Container {
            if (!(confidence >= 0 && confidence <= 1)) {
                throw new IllegalArgumentException("confidence must be within 0 and 1: " + confidence);
            }
        }
    }

    /// Whether its changes had to be taken back so often that it is left alone.
    public boolean isLeftAlone() {
        return skipped.filter(SkipReason.REVERTED_OFTEN.code()::equals).isPresent();
    }
}
