package io.plimsoll.model.usage;

/// What is known of one container of a workload, over all its pods. It does not change while it is read.
public interface ContainerUsageView {

    ResourceUsageView cpuMillis();

    ResourceUsageView memoryBytes();

    /// How many samples were counted, ever.
    long samples();

    /// When the first sample was taken, epoch milliseconds; 0 when there is none.
    long firstMillis();

    /// When the newest sample was taken, epoch milliseconds; 0 when there is none.
    long lastMillis();

    /// How far the history may be believed: 0 (nothing is known) to 1 (a day of samples or more).
    double confidence();

    default boolean isEmpty() {
        return samples() == 0;
    }

    /// How much time lies between the first sample and the newest.
    default long spanMillis() {
        return Math.max(0, lastMillis() - firstMillis());
    }
}
