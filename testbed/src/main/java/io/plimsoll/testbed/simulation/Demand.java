package io.plimsoll.testbed.simulation;

/// What a pod really wants, whatever it requests.
public record Demand(UsageCurve cpuMillis, UsageCurve memoryBytes) {

    /// The same amounts always.
    public static Demand constant(double cpuMillis, double memoryBytes) {
        return new Demand(new UsageCurve.Constant(cpuMillis), new UsageCurve.Constant(memoryBytes));
    }
}
