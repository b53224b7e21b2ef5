package io.plimsoll.kubernetes.policy;

import io.plimsoll.model.move.MoveTerms;
import io.plimsoll.model.recommendation.ResizePolicy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What became of reading a policy.
public sealed interface PolicyReading {

    /// It says what can be done.
    ///
    /// @param moves what it says of moving pods
    /// @param source the usage source of which alone the measurements count; nothing where all do
    record Read(ResizePolicy policy, MoveTerms moves, Optional<String> source) implements PolicyReading {

        /// One that says nothing of moves and sources.
        public Read(ResizePolicy policy) {
            this(policy, MoveTerms.NONE, Optional.empty());
        }
    }

    /// Something in it cannot be read, so none of it holds: half a policy might do what nobody wants.
    record Refused(List<FieldError> errors) implements PolicyReading {

        public Refused {
            errors = List.copyOf(errors);
        }

        /// For the policy's condition.
        public String sentence() {
            return errors.stream().map(FieldError::toString).collect(Collectors.joining("; "));
        }
    }
}
