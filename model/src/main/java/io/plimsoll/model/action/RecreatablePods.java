package io.plimsoll.model.action;

import io.plimsoll.model.cluster.PodKey;
import java.util.Optional;

/// Where it is read whether a pod may be evicted so that its successor starts with another size. Blocks until the API
/// server has answered.
public interface RecreatablePods {

    /// Where nobody recreates pods.
    RecreatablePods NONE = new RecreatablePods() {
        @Override
        public Optional<String> unsized() {
            return Optional.of("nothing here recreates pods");
        }

        @Override
        public Look look(PodKey pod, String uid) {
            return new Look.Kept("nothing here recreates pods");
        }
    };

    /// Why new pods start with their template's size, so that a successor would be no better, in words for people;
    /// nothing where they get what is recommended.
    Optional<String> unsized();

    /// The very pod that is meant, as the API server has it right now.
    Look look(PodKey pod, String uid);

    /// What a look can yield.
    sealed interface Look {

        /// @param resourceVersion that it had when it was found to be
        record Evictable(String resourceVersion) implements Look {}

        /// @param words why it is to stay, for people
        record Kept(String words) implements Look {}
    }
}
