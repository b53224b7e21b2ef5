package io.plimsoll.app;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// Turns an exception of a command into one line for the user; the stack trace is shown on request only.
final class ErrorLine implements IExecutionExceptionHandler {

    private static final String TRACE_VARIABLE = "PLIMSOLL_TRACE";

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        command.getErr().println("plimsoll: " + describe(failure));
        if (System.getenv(TRACE_VARIABLE) == null) {
            if (!(failure instanceof UserError)) {
                command.getErr().println("plimsoll: set " + TRACE_VARIABLE + "=1 to see where this comes from");
            }
        } else {
            failure.printStackTrace(command.getErr());
        }
        return failure instanceof UserError error ? error.exitCode() : CommandLine.ExitCode.SOFTWARE;
    }

    /// The failure's message, and that of its cause where it adds something.
    static String describe(Throwable failure) {
        var message = message(failure);
        return Optional.ofNullable(failure.getCause())
                .map(ErrorLine::message)
                .filter(cause -> !message.contains(cause))
                .map(cause -> message + ": " + cause)
                .orElse(message);
    }

    private static String message(Throwable failure) {
        return Optional.ofNullable(failure.getMessage())
                .filter(text -> !text.isBlank())
                .orElse(failure.getClass().getSimpleName());
    }
}
