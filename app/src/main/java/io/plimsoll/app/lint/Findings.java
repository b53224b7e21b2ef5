package io.plimsoll.app.lint;

import io.plimsoll.app.yaml.Place;
import java.util.ArrayList;
import java.util.List;

/// Collects what the rules find in one file. Belongs to the thread that lints.
final class Findings {

    private final List<Finding> found = new ArrayList<>();

    void error(String rule, Place place, String message, String remedy) {
        found.add(new Finding(Severity.ERROR, rule, place, message, remedy));
    }

    void warning(String rule, Place place, String message, String remedy) {
        found.add(new Finding(Severity.WARNING, rule, place, message, remedy));
    }

    void note(String rule, Place place, String message, String remedy) {
        found.add(new Finding(Severity.NOTE, rule, place, message, remedy));
    }

    List<Finding> sorted() {
        return found.stream().sorted(Finding.ORDER).toList();
    }
}
