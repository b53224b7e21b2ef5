package io.plimsoll.kubernetes.usage;

import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Makes rates per second of counters that only grow, by what they were the time before.
///
/// A counter that went back was reset (its machine or daemon restarted): that interval has no rate, and the next one
/// counts from the new value. Guessing that it grew from zero would be right for a restart and absurd for a glitch.
final class CounterRates {

    private final ConcurrentMap<String, Reading> last = new ConcurrentHashMap<>();

    private record Reading(double value, long atMillis) {}

    /// The rate since the last reading of `key`; nothing on the first one, after a reset, or when time stood still.
    OptionalDouble perSecond(String key, double value, long atMillis) {
        if (!(value >= 0) || atMillis <= 0) {
            return OptionalDouble.empty();
        }
        var before = last.put(key, new Reading(value, atMillis));
        if (before == null || value < before.value() || atMillis <= before.atMillis()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((value - before.value()) * 1000 / (atMillis - before.atMillis()));
    }

    /// Forgets all counters but these.
    void retain(Set<String> keys) {
        last.keySet().retainAll(keys);
    }
}
