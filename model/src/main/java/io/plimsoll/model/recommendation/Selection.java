package io.plimsoll.model.recommendation;

/// Whether a policy speaks of a workload, as far as that can be told.
public sealed interface Selection {

    static Selection of(boolean isSelected) {
        return new Known(isSelected);
    }

    record Known(boolean isSelected) implements Selection {}

    /// It may: its selector asks for labels that are not known.
    ///
    /// @param why they are not, in words for people
    record Unknown(String why) implements Selection {}

    /// Whether it speaks of it for all that is known.
    default boolean isPossible() {
        return switch (this) {
            case Known(var isSelected) -> isSelected;
            case Unknown _ -> true;
        };
    }
}
