package io.plimsoll.model.recommendation;

/// Whether a policy speaks of a workload, as far as that can be told.
public sealed interface Selection {

    static Selection of(boolean isSelected) {
        return isSelected ? Known.SELECTED : Known.LEFT;
    }

    record Known(boolean isSelected) implements Selection {

        private static final Known SELECTED = new Known(true);
        private static final Known LEFT = new Known(false);
    }

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
