package io.plimsoll.kubernetes.policy;

/// What users allow is not known for now: nothing may be done in its stead, since what a policy allowed before may be
/// forbidden by now.
public final class PoliciesUnreadable extends RuntimeException {

    private static final long serialVersionUID = 1;

    public PoliciesUnreadable(String message, Throwable cause) {
        super(message, cause);
    }
}
