package io.plimsoll.app.settings;

import java.util.Locale;

/// One thing that can be set.
///
/// @param key its place in the file, in kebab-case with dots between levels and the unit at the end
/// @param standard the value where nothing is said
/// @param help one line for the reader of the printed configuration
public record Setting<T>(String key, ValueType<T> type, T standard, String help) {

    /// The environment variable that sets it: `decisions.deadline-millis` is `PLIMSOLL_DECISIONS_DEADLINE_MILLIS`.
    public String variable() {
        return "PLIMSOLL_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
