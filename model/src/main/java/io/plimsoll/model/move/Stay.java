package io.plimsoll.model.move;

/// Why one pod is not moved.
///
/// @param detail names and figures; may be empty
public record Stay(StayReason reason, String detail) {

    public static Stay of(StayReason reason) {
        return new Stay(reason, "");
    }

    /// In words for people.
    public String words() {
        return detail.isEmpty() ? reason.sentence() : reason.sentence() + " (" + detail + ")";
    }
}
