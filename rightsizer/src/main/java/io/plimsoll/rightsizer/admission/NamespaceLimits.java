package io.plimsoll.rightsizer.admission;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ResourceKind;
import java.util.List;
import java.util.Optional;

/// What a namespace's LimitRanges and quotas let pods ask for, as far as it can refuse one. Immutable.
///
/// The API server looks at both after webhooks have been asked, so a pod that was fine as its template has it could be
/// refused for what was made of it. That must never be: what does not fit is left as the template has it.
///
/// @param min of each container's requests; zero for none
/// @param max of each container's requests and limits; zero for none
/// @param isFurther whether there are bounds of other sorts: of whole pods, or of a limit's ratio to its request
/// @param quotas what is left of each quota
record NamespaceLimits(Resources min, Resources max, boolean isFurther, List<Room> quotas) {

    static final NamespaceLimits NONE = new NamespaceLimits(Resources.NONE, Resources.NONE, false, List.of());

    NamespaceLimits {
        quotas = List.copyOf(quotas);
    }

    /// How much may still be asked for; empty for what a quota does not speak of.
    ///
    /// @param isOfLimits whether it counts limits, not requests
    record Room(boolean isOfLimits, ResourceKind kind, long left) {}

    /// Why this pod must not be changed so, if it must not.
    Optional<LeftReason> refusal(List<ContainerSpec> before, List<ContainerSpec> after) {
        for (int i = 0; i < after.size(); i++) {
            if (!after.get(i).equals(before.get(i)) && (isFurther || isOutside(after.get(i)))) {
                return Optional.of(LeftReason.LIMIT_RANGE);
            }
        }
        return quotas.stream().allMatch(room -> isWithin(room, before, after))
                ? Optional.empty()
                : Optional.of(LeftReason.QUOTA);
    }

    private boolean isOutside(ContainerSpec container) {
        for (var kind : ResourceKind.values()) {
            long request = kind.of(container.requests());
            long most = Math.max(request, kind.of(container.limits()));
            if (request < kind.of(min) || (kind.of(max) > 0 && most > kind.of(max))) {
                return true;
            }
        }
        return false;
    }

    /// What is lowered always is.
    private static boolean isWithin(Room room, List<ContainerSpec> before, List<ContainerSpec> after) {
        long wanted = sum(room, after);
        return wanted <= sum(room, before) || wanted <= room.left();
    }

    private static long sum(Room room, List<ContainerSpec> containers) {
        return containers.stream()
                .mapToLong(container -> room.kind().of(room.isOfLimits() ? container.limits() : container.requests()))
                .sum();
    }
}
