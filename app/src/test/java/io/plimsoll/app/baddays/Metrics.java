package io.plimsoll.app.baddays;

import java.util.List;
import java.util.stream.Stream;

/// One scrape in the text format of Prometheus.
record Metrics(List<String> lines) {

    static Metrics of(String text) {
        return new Metrics(text.lines().filter(line -> !line.startsWith("#")).toList());
    }

    /// The sum of all series of that name whose labels hold each of the given texts, e.g. `cause="not-synced"`.
    double sum(String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
