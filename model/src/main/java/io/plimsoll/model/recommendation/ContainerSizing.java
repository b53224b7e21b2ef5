package io.plimsoll.model.recommendation;

/// What a policy says of one container's size.
///
/// @param peakMillis how far back the largest use of memory counts, from a day to eight days
/// @param confidenceMin below this confidence nothing is changed, 0 to 1; a raise after OOM kills needs none
public record ContainerSizing(
        ResourceSizing cpu,
        ResourceSizing memory,
        MemoryRule memoryRule,
        LimitRule limits,
        double confidenceMin,
        long peakMillis) {

    /// As many days as are kept.
    public static final long PEAK_MILLIS_MAX = 8 * 24 * 60 * 60 * 1000L;

    private static final long PEAK_MILLIS_MIN = 24 * 60 * 60 * 1000L;

    private static final long MIB = 1 << 20;

    /// What holds where a policy says nothing: for [HighWaterRecommender], chosen by replay of real traces
    /// (`benchmarks/rightsizing`).
    public static final ContainerSizing DEFAULT = new ContainerSizing(
            new ResourceSizing(0.5, 1.25, 10, Long.MAX_VALUE, new ChangeBounds(0.05, 5, 9, 0.5)),
            new ResourceSizing(1, 1.2, 16 * MIB, Long.MAX_VALUE, new ChangeBounds(0.05, 4 * MIB, 9, 0.5)),
            new MemoryRule(MemoryDecrease.ABOVE_USAGE, 0.1),
            new LimitRule.RequestsOnly(),
            0.5);

    public ContainerSizing {
        if (!(confidenceMin >= 0 && confidenceMin <= 1)) {
            throw new IllegalArgumentException("confidenceMin must be within 0 and 1: " + confidenceMin);
        }
        if (peakMillis < PEAK_MILLIS_MIN || peakMillis > PEAK_MILLIS_MAX) {
            throw new IllegalArgumentException("peakMillis must be from a day to eight days: " + peakMillis);
        }
    }

    /// One for which all that is kept of memory's peaks counts.
    public ContainerSizing(
            ResourceSizing cpu, ResourceSizing memory, MemoryRule memoryRule, LimitRule limits, double confidenceMin) {
        this(cpu, memory, memoryRule, limits, confidenceMin, PEAK_MILLIS_MAX);
    }

    public ResourceSizing of(ResourceKind kind) {
        return switch (kind) {
            case CPU -> cpu;
            case MEMORY -> memory;
        };
    }
}
