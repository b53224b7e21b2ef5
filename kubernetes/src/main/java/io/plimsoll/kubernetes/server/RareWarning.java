package io.plimsoll.kubernetes.server;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Counts what clients can make happen thousands of times a second, and says once a minute at most what it was. Belongs
/// to one event loop.
public final class RareWarning {

    private static final long MILLIS_MIN = 60_000;

    private final Map<String, Long> counts = new TreeMap<>();
    private long toldAtMillis = -MILLIS_MIN;

    /// What is to be told now, if anything: all that happened since the last time, e.g. `12 slow, 3 too-many`.
    ///
    /// @param nowMillis starts at 0 and runs steadily
    public Optional<String> happened(String what, long nowMillis) {
        counts.merge(what, 1L, Long::sum);
        if (nowMillis - toldAtMillis < MILLIS_MIN) {
            return Optional.empty();
        }
        var told = counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
        counts.clear();
        toldAtMillis = nowMillis;
        return Optional.of(told);
    }
}
