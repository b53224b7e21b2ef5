package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.Resources;

/// Mean and variance of what is used at any time: what adds up over pods, as peaks do not.
///
/// The means of pods that share a node add up always, and their variances as far as they do not peak together.
/// So the deviation of n equal pods grows with √n, where the sum of their peaks grows with n:
///
/// | each 100 ± 100 | mean | deviation | mean and deviation | sum of peaks |
/// |---|---|---|---|---|
/// | 1 pod | 100 | 100 | 200 | 200 |
/// | 4 pods | 400 | 200 | 600 | 800 |
/// | 100 pods | 10,000 | 1,000 | 11,000 | 20,000 |
///
/// @param cpuMillis mean of CPU, thousandths of a core
/// @param cpuVariance its variance, squared thousandths of a core
/// @param memoryBytes mean of memory
/// @param memoryVariance its variance, squared bytes
public record Demand(double cpuMillis, double cpuVariance, double memoryBytes, double memoryVariance) {

    public static final Demand NONE = new Demand(0, 0, 0, 0);

    public Demand {
        if (!(cpuMillis >= 0 && cpuVariance >= 0 && memoryBytes >= 0 && memoryVariance >= 0)) {
            throw new IllegalArgumentException("a demand has no negative part: " + cpuMillis + " ± √" + cpuVariance
                    + ", " + memoryBytes + " ± √" + memoryVariance);
        }
    }

    /// What is used without fail.
    public static Demand steady(Resources amount) {
        return new Demand(amount.cpuMillis(), 0, amount.memoryBytes(), 0);
    }

    /// What may as well be none of it as twice as much: the deviation is as large as the mean.
    public static Demand uncertain(Resources amount) {
        double cpu = amount.cpuMillis();
        double memory = amount.memoryBytes();
        return new Demand(cpu, cpu * cpu, memory, memory * memory);
    }

    public Demand plus(Demand other) {
        return new Demand(
                cpuMillis + other.cpuMillis,
                cpuVariance + other.cpuVariance,
                memoryBytes + other.memoryBytes,
                memoryVariance + other.memoryVariance);
    }

    /// This as far as it is believed, and the other for the rest.
    ///
    /// @param trust 0 to 1
    public Demand or(Demand other, double trust) {
        return times(trust).plus(other.times(1 - trust));
    }

    private Demand times(double share) {
        return new Demand(share * cpuMillis, share * cpuVariance, share * memoryBytes, share * memoryVariance);
    }
}
