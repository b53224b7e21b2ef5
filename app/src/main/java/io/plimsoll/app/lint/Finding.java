package io.plimsoll.app.lint;

import io.plimsoll.app.yaml.Place;
import java.util.Comparator;

/// One trap that was found.
///
/// @param rule the rule's name, stable over versions
/// @param message what is wrong and what follows from it
/// @param remedy what to write instead
public record Finding(Severity severity, String rule, Place place, String message, String remedy) {

    /// By line, then the worse first.
    static final Comparator<Finding> ORDER = Comparator.comparing(Finding::place)
            .thenComparing(Comparator.comparing(Finding::severity).reversed())
            .thenComparing(Finding::rule);

    @Override
    public String toString() {
        return place + ": " + severity.label() + ": " + message + " [" + rule + "]\n    " + remedy;
    }
}
