package io.plimsoll.model.regime;

/// What kind of hour it is.
public enum RegimeKind {
    /// Load is high as a rule at this hour, or now: nothing is disturbed that can wait.
    PEAK,
    /// Load is low as a rule at this hour, and is now: what must be disturbed is disturbed least.
    OFF_PEAK,
    /// Not known. Whoever decides behaves as in peak hours, the careful side.
    UNKNOWN;

    /// As users read it.
    public String label() {
        return switch (this) {
            case PEAK -> "peak";
            case OFF_PEAK -> "off-peak";
            case UNKNOWN -> "unknown";
        };
    }
}
