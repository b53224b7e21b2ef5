package io.plimsoll.testbed.controlplane;

/// Something that the testbed was asked for did not work; the message says what, where to look, and what to do.
public final class TestbedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TestbedException(String message) {
        super(message);
    }

    public TestbedException(String message, Throwable cause) {
        super(message, cause);
    }
}
