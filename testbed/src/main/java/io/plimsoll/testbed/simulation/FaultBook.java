package io.plimsoll.testbed.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which faults there are at a time, and whom they hit. Owned by its cluster.
final class FaultBook {

    private static final long NODES = SeededNoise.named("nodes");
    private static final long CALLS = SeededNoise.named("calls");

    private final long seed;
    private final List<Fault> faults;
    private long calls;

    FaultBook(long seed, List<Fault> faults) {
        this.seed = seed;
        this.faults = faults;
    }

    boolean metricsDown(long elapsedMillis) {
        return active(elapsedMillis, Fault.MetricsDown.class).isPresent();
    }

    boolean missing(String node, long elapsedMillis) {
        return active(elapsedMillis, Fault.MetricsMissing.class)
                .filter(fault -> hit(node, fault.nodeShare()))
                .isPresent();
    }

    boolean stale(String node, long elapsedMillis) {
        return active(elapsedMillis, Fault.MetricsStale.class)
                .filter(fault -> hit(node, fault.nodeShare()))
                .isPresent();
    }

    Optional<Duration> delay(long elapsedMillis) {
        return active(elapsedMillis, Fault.SlowCalls.class).map(Fault.SlowCalls::delay);
    }

    /// Whether the call that is being made now fails; each call draws anew.
    boolean failsNow(long elapsedMillis) {
        double draw = SeededNoise.unit(seed ^ CALLS, calls++);
        return active(elapsedMillis, Fault.ApiErrors.class)
                .filter(fault -> draw < fault.callShare())
                .isPresent();
    }

    private boolean hit(String node, double share) {
        return SeededNoise.unit(seed ^ NODES, node) < share;
    }

    private <F extends Fault> Optional<F> active(long elapsedMillis, Class<F> kind) {
        return faults.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(fault -> fault.window().contains(elapsedMillis))
                .findFirst();
    }
}
