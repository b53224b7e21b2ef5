package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodContainers;
import io.plimsoll.model.cluster.Resources;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a namespace's LimitRanges and quotas let pods ask for, as far as it can refuse one. Immutable.
///
/// The API server has the last word, on new pods after webhooks and on resizes: what is known here spares what it
/// would refuse.
///
/// @param quotas what is left of each quota
public record NamespaceLimits(List<Range> ranges, List<Room> quotas) {

    public static final NamespaceLimits NONE = new NamespaceLimits(List.of(), List.of());

    public NamespaceLimits {
        ranges = List.copyOf(ranges);
        quotas = List.copyOf(quotas);
    }

    /// What a LimitRange lets a container ask for.
    ///
    /// @param min of its requests; zero for none
    /// @param max of its requests and limits; zero for none
    /// @param isFurther whether there are bounds of other sorts: of whole pods, or of a limit's ratio to its
    ///     request
    public record Range(String name, Resources min, Resources max, boolean isFurther) {

        private boolean isOutside(ContainerSpec container) {
            return Stream.of(ResourceKind.values()).anyMatch(kind -> {
                long request = kind.of(container.requests());
                long most = Math.max(request, kind.of(container.limits()));
                return request < kind.of(min) || (kind.of(max) > 0 && most > kind.of(max));
            });
        }
    }

    /// How much more a quota lets a namespace ask for.
    ///
    /// @param isOfLimits whether it counts limits, not requests
    public record Room(String quota, boolean isOfLimits, ResourceKind kind, long left) {

        /// How much a pod takes of it: what all of its containers do at any time, and what its runtime needs
        /// beside them; that counts for limits only where there are some.
        ///
        /// | containers | overhead | requests | limits |
        /// |---|---|---|---|
        /// | 300Mi, limit 400Mi | 50Mi | 350Mi | 450Mi |
        /// | 300Mi, no limit | 50Mi | 350Mi | 0 |
        long need(PodContainers pod, Resources overhead) {
            long containers = kind.of(isOfLimits ? pod.limits() : pod.requests());
            return isOfLimits && containers == 0 ? 0 : containers + kind.of(overhead);
        }

        /// How much these containers take of it.
        long sum(List<ContainerSpec> containers) {
            return containers.stream()
                    .mapToLong(container -> kind.of(isOfLimits ? container.limits() : container.requests()))
                    .sum();
        }

        String text() {
            return "quota " + quota + " leaves " + kind.text(left) + " of " + kind.text()
                    + (isOfLimits ? " limits" : " requests");
        }
    }

    /// Why a pod would be refused.
    public enum Refusal {
        LIMIT_RANGE,
        QUOTA
    }

    /// Those of both, for one namespace.
    public NamespaceLimits and(NamespaceLimits other) {
        return new NamespaceLimits(
                Stream.concat(ranges.stream(), other.ranges.stream()).toList(),
                Stream.concat(quotas.stream(), other.quotas.stream()).toList());
    }

    /// Why a new pod must not be changed so, if it must not: no quota counts it yet. Bounds that are not
    /// understood refuse, since nobody is asked again before the pod is there, or is not.
    ///
    /// @param overhead what its runtime needs, as its RuntimeClass has it
    public Optional<Refusal> refusalOfNewPod(PodContainers before, PodContainers after, Resources overhead) {
        var former = before.all();
        var all = after.all();
        for (int i = 0; i < all.size(); i++) {
            var next = all.get(i);
            if (!next.equals(former.get(i))
                    && ranges.stream().anyMatch(range -> range.isFurther() || range.isOutside(next))) {
                return Optional.of(Refusal.LIMIT_RANGE);
            }
        }
        return quotas.stream().allMatch(room -> isWithin(room, before, after, overhead))
                ? Optional.empty()
                : Optional.of(Refusal.QUOTA);
    }

    /// What is lowered always is.
    private static boolean isWithin(Room room, PodContainers before, PodContainers after, Resources overhead) {
        long wanted = room.need(after, overhead);
        return wanted <= room.need(before, overhead) || wanted <= room.left();
    }

    /// A request on its way from one amount to another, as far as LimitRanges let it go. One that is outside as it
    /// stands is not moved for that.
    long requestWithin(ResourceKind kind, long from, long to) {
        return to > from ? Math.max(from, Math.min(to, most(kind))) : Math.min(from, Math.max(to, least(kind)));
    }

    /// A container's limits on their way from some to others. They stay at or above its requests where those are
    /// within.
    Resources limitsWithin(Resources from, Resources to) {
        return new Resources(limitWithin(ResourceKind.CPU, from, to), limitWithin(ResourceKind.MEMORY, from, to));
    }

    private long limitWithin(ResourceKind kind, Resources from, Resources to) {
        return Math.min(kind.of(to), Math.max(kind.of(from), most(kind)));
    }

    /// The strictest bound that stands against an amount, for people.
    String rangeText(ResourceKind kind, long amount) {
        return amount > most(kind)
                ? "LimitRange " + ceiling(kind).map(Range::name).orElse("") + " allows at most " + kind.text(most(kind))
                        + " of " + kind.text()
                : "LimitRange " + floor(kind).map(Range::name).orElse("") + " takes at least " + kind.text(least(kind))
                        + " of " + kind.text();
    }

    private long most(ResourceKind kind) {
        return ceiling(kind).map(range -> kind.of(range.max())).orElse(Long.MAX_VALUE);
    }

    private long least(ResourceKind kind) {
        return floor(kind).map(range -> kind.of(range.min())).orElse(0L);
    }

    private Optional<Range> ceiling(ResourceKind kind) {
        if (ranges.isEmpty()) {
            return Optional.empty();
        }
        return ranges.stream()
                .filter(range -> kind.of(range.max()) > 0)
                .min(Comparator.comparingLong(range -> kind.of(range.max())));
    }

    private Optional<Range> floor(ResourceKind kind) {
        if (ranges.isEmpty()) {
            return Optional.empty();
        }
        return ranges.stream().max(Comparator.comparingLong(range -> kind.of(range.min())));
    }
}
