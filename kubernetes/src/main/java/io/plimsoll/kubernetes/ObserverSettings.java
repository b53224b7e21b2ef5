package io.plimsoll.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// How the cluster is observed.
///
/// @param sources the usage sources to ask, each on its own thread
/// @param bootstrap how far back a source is asked at the start, where it knows and nothing is known from before;
/// zero for not at all
public record ObserverSettings(List<Source> sources, Duration bootstrap) {

    /// The metrics API every 15 s, and the eight days that histories remember.
    public static final ObserverSettings DEFAULT = new ObserverSettings(
            List.of(new Source("metrics-api", Duration.ofSeconds(15), Duration.ofSeconds(10), Map.of())),
            Duration.ofDays(8));

    public ObserverSettings {
        sources = List.copyOf(sources);
    }

    /// Which asks nothing of the past.
    public ObserverSettings(List<Source> sources) {
        this(sources, Duration.ZERO);
    }

    /// One usage source.
    ///
    /// @param name as its provider calls it: `metrics-api`, `kubelet-summary`, `prometheus`
    /// @param interval from the end of one cycle to the beginning of the next
    /// @param timeout of one request
    /// @param settings its own settings by their kebab-case keys
    public record Source(String name, Duration interval, Duration timeout, Map<String, String> settings) {

        public Source {
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException(
                        "interval of usage source " + name + " must be positive: " + interval);
            }
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("timeout of usage source " + name + " must be positive: " + timeout);
            }
            settings = Map.copyOf(settings);
        }
    }
}
