package io.plimsoll.testbed.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a simulation starts from; the same settings and calls give the same run.
///
/// @param start what the clock shows at the begin
/// @param scrapePeriod how often usage is measured: every sample bears the time of the latest scrape
/// @param podStart how long a pod takes from its binding to Ready
/// @param podStop how long a running pod takes to end
public record SimulationSettings(
        long seed, Instant start, Duration scrapePeriod, Duration podStart, Duration podStop, List<Fault> faults) {

    public SimulationSettings {
        faults = List.copyOf(faults);
    }

    public static SimulationSettings seeded(long seed) {
        return new SimulationSettings(
                seed,
                Instant.parse("2026-01-05T06:00:00Z"),
                Duration.ofSeconds(15),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                List.of());
    }

    public SimulationSettings with(Fault fault) {
        var more = new ArrayList<>(faults);
        more.add(fault);
        return new SimulationSettings(seed, start, scrapePeriod, podStart, podStop, more);
    }
}
