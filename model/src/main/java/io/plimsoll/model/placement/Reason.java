package io.plimsoll.model.placement;

/// Why a node is not fit for a pod. The text is shown in the pod's events, where equal texts are counted together: it
/// therefore holds no numbers and no names.
public enum Reason {
    CPU_HOT("node CPU use is above the safe load"),
    MEMORY_HOT("node memory use is above the safe load"),
    MEMORY_PRESSURE("node is under memory pressure"),
    UNSTABLE("node keeps losing its readiness");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
