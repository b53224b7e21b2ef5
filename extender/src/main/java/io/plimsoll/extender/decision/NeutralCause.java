package io.plimsoll.extender.decision;

/// Why an answer left the choice to the scheduler.
public enum NeutralCause {
    NOT_SYNCED("not-synced", "the cluster has not been seen completely yet"),
    IMAGE_OLD("image-old", "the picture of the cluster is too old"),
    OPTED_OUT("opted-out", "the pod, its workload or its namespace opts out of scoring"),
    NO_POD("no-pod", "the request has no pod"),
    POD_UNREADABLE("pod-unreadable", "the pod in the request could not be read"),
    NO_KNOWN_NODE("no-known-node", "none of the candidates is known"),
    TOO_MANY_NODES("too-many-nodes", "the request names more nodes than any cluster has"),
    BODY_TOO_LARGE("too-large", "the body is larger than it may be"),
    NO_MEMORY("no-memory", "there was no memory for the body"),
    DEADLINE("deadline", "the decision took longer than it may"),
    SHADOW("shadow", "shadow mode: decisions are recorded, not given"),
    ERROR("error", "the decision failed");

    private final String label;
    private final String text;

    NeutralCause(String label, String text) {
        this.label = label;
        this.text = text;
    }

    /// The name in metrics.
    public String label() {
        return label;
    }

    /// What it means, for people.
    public String text() {
        return text;
    }
}
