package io.plimsoll.extender.decision;

/// What kube-scheduler asks an extender for.
public enum Verb {
    /// Which of these nodes may the pod go to?
    FILTER("filter"),
    /// How good is each of these nodes?
    PRIORITIZE("prioritize"),
    /// Which of these pods may make room?
    PREEMPT("preempt");

    private final String label;

    Verb(String label) {
        this.label = label;
    }

    /// The name in metrics and explanations, and the usual path.
    public String label() {
        return label;
    }
}
