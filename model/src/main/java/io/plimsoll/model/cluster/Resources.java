package io.plimsoll.model.cluster;

/// An amount of CPU in thousandths of a core and of memory in bytes; never negative.
public record Resources(long cpuMillis, long memoryBytes) {

    public static final Resources NONE = new Resources(0, 0);

    public Resources {
        if (cpuMillis < 0) {
            throw new IllegalArgumentException("cpuMillis must not be negative: " + cpuMillis);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("memoryBytes must not be negative: " + memoryBytes);
        }
    }

    public Resources plus(Resources other) {
        return new Resources(saturated(cpuMillis, other.cpuMillis), saturated(memoryBytes, other.memoryBytes));
    }

    /// The larger of the two in each dimension.
    public Resources max(Resources other) {
        return new Resources(Math.max(cpuMillis, other.cpuMillis), Math.max(memoryBytes, other.memoryBytes));
    }

    public boolean isZero() {
        return cpuMillis == 0 && memoryBytes == 0;
    }

    /// Absurd requests (several pods that ask for nearly `Long.MAX_VALUE`) stay absurd instead of turning negative.
    private static long saturated(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
