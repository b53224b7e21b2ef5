package io.plimsoll.kubernetes.autoscaler;

/// It is not known for now what other autoscalers own: to change anything might work against one of them.
public final class AutoscalersUnreadable extends RuntimeException {

    private static final long serialVersionUID = 1;

    public AutoscalersUnreadable(String message, Throwable cause) {
        super(message, cause);
    }
}
