package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.Resources;
import java.util.Arrays;

/// What one machine of a trace was given and what it used, at a fixed interval from the start of the trace.
///
/// @param requested what its pod asks for
/// @param cpuMillis used CPU of each interval
/// @param memoryBytes used memory of each interval
public record UsageTrace(String name, Resources requested, float[] cpuMillis, float[] memoryBytes) {

    public static final int INTERVAL_MINUTES = 5;

    double cpuMillis(int minute) {
        return cpuMillis[Math.min(cpuMillis.length - 1, minute / INTERVAL_MINUTES)];
    }

    double memoryBytes(int minute) {
        return memoryBytes[Math.min(memoryBytes.length - 1, minute / INTERVAL_MINUTES)];
    }

    /// The same from a later minute on.
    UsageTrace from(int minute) {
        int first = minute / INTERVAL_MINUTES;
        return new UsageTrace(
                name,
                requested,
                Arrays.copyOfRange(cpuMillis, first, cpuMillis.length),
                Arrays.copyOfRange(memoryBytes, first, memoryBytes.length));
    }

    double cpuMillisMean(int minutes) {
        return mean(cpuMillis, minutes);
    }

    double memoryBytesMean(int minutes) {
        return mean(memoryBytes, minutes);
    }

    private static double mean(float[] values, int minutes) {
        int count = Math.min(values.length, Math.max(1, minutes / INTERVAL_MINUTES));
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        return sum / count;
    }
}
