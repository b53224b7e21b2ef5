package io.plimsoll.app.lint;

import java.util.Locale;

/// How bad a finding is.
public enum Severity {
    /// Good to know; never changes the exit code.
    NOTE,
    /// It works, and will disappoint: slow, insecure by surprise, or without effect.
    WARNING,
    /// The scheduler refuses to start, or does something else than the line says.
    ERROR;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
