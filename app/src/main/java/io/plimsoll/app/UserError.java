package io.plimsoll.app;

import picocli.CommandLine;

/// Something that the user can put right: the message says what is wrong, where, and what to do.
public final class UserError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    private UserError(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /// The command line, the environment or a configuration file is wrong.
    public static UserError ofInput(String message) {
        return new UserError(CommandLine.ExitCode.USAGE, message);
    }

    /// The input is right, and what it asks for did not work.
    public static UserError ofRun(String message) {
        return new UserError(CommandLine.ExitCode.SOFTWARE, message);
    }

    public int exitCode() {
        return exitCode;
    }
}
