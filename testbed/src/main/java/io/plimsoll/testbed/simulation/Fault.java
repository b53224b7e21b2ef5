package io.plimsoll.testbed.simulation;

import java.time.Duration;

/// Something that goes wrong during a part of the simulation.
public sealed interface Fault {

    Window window();

    /// From `from` (inclusive) to `until` (exclusive) after the simulation's begin.
    record Window(Duration from, Duration until) {
        public static Window of(long fromSeconds, long untilSeconds) {
            return new Window(Duration.ofSeconds(fromSeconds), Duration.ofSeconds(untilSeconds));
        }

        boolean contains(long elapsedMillis) {
            return elapsedMillis >= from.toMillis() && elapsedMillis < until.toMillis();
        }
    }

    /// The usage source cannot be asked at all: a batch without samples that names the failure.
    record MetricsDown(Window window) implements Fault {}

    /// A share of the nodes, and the pods on them, are absent from what the usage source says.
    record MetricsMissing(Window window, double nodeShare) implements Fault {}

    /// A share of the nodes is told as it was when the window opened, with the time of then.
    record MetricsStale(Window window, double nodeShare) implements Fault {}

    /// A share of all writing calls ends with an error, without effect.
    record ApiErrors(Window window, double callShare) implements Fault {}

    /// Every call takes that long; the clock moves while the caller waits.
    record SlowCalls(Window window, Duration delay) implements Fault {}

    /// Nothing that happens is told; when the window closes everything is listed anew, as after a 410.
    record WatchGap(Window window) implements Fault {}

    /// When the window opens, the clock on the wall is set forth, or back with a negative amount.
    record ClockStep(Window window, Duration by) implements Fault {
        public static ClockStep at(Duration from, Duration by) {
            return new ClockStep(new Window(from, from.plusMillis(1)), by);
        }
    }
}
