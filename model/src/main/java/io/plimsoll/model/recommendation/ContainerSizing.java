package io.plimsoll.model.recommendation;

/// What a policy says of one container's size.
///
/// @param confidenceMin below this confidence nothing is changed, 0 to 1; a raise after OOM kills needs none
public record ContainerSizing(
        ResourceSizing cpu, ResourceSizing memory, MemoryRule memoryRule, LimitRule limits, double confidenceMin) {

    public ContainerSizing {
        if (!(confidenceMin >= 0 && confidenceMin <= 1)) {
            throw new IllegalArgumentException("confidenceMin must be within 0 and 1: " + confidenceMin);
        }
    }

    public ResourceSizing of(ResourceKind kind) {
        return switch (kind) {
            case CPU -> cpu;
            case MEMORY -> memory;
        };
    }
}
