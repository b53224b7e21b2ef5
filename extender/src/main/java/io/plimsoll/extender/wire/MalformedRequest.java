package io.plimsoll.extender.wire;

/// A body that is not what kube-scheduler sends, with what is wrong and where. Carries no stack trace: it describes the
/// input, not the program, and a hostile client must not make it expensive.
public final class MalformedRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// What is wrong with a body.
    public enum Kind {
        TRUNCATED("truncated"),
        SYNTAX("syntax"),
        WRONG_TYPE("wrong-type"),
        TOO_DEEP("too-deep");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /// The name in metrics and error bodies.
        public String label() {
            return label;
        }
    }

    private final Kind kind;

    MalformedRequest(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
