package io.plimsoll.rightsizer;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.PodKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Which pods disruption budgets let be away for a moment. The kubelet asks none when it restarts a container for a
/// resize, so they are asked here, as the picture of the cluster has them.
///
/// What was let go and is not back yet is taken from its budgets: many changes run at one time, and the
/// picture is a little older than they are. Any thread may ask.
final class Budgets {

    /// Where nobody asks any.
    static final Budgets NONE = new Budgets(() -> Optional.of(ClusterImage.EMPTY));

    private static final String UNKNOWN = "it is not known what disruption budgets allow now";

    private final Supplier<Optional<ClusterImage>> images;
    /// How many pods of each budget are away for us.
    private final Map<String, Integer> away = new HashMap<>();

    /// What each pod that was let go was taken from.
    private final Map<PodKey, List<String>> taken = new HashMap<>();

    /// @param images nothing where it is too old
    Budgets(Supplier<Optional<ClusterImage>> images) {
        this.images = images;
    }

    /// Whether a budget may guard the pod; so it is where that is not known.
    boolean mayGuard(PodKey pod) {
        return images.get().map(image -> !guards(image, pod).isEmpty()).orElse(true);
    }

    /// Lets a pod be away until it is [back][#back], or says why it must not be.
    synchronized Optional<String> letGo(PodKey pod) {
        var image = images.get();
        if (image.isEmpty()) {
            return Optional.of(UNKNOWN);
        }
        var guards = guards(image.get(), pod);
        var refusing = guards.stream()
                .filter(budget ->
                        !budget.isCurrent() || budget.disruptionsAllowed() <= away.getOrDefault(budget.key(), 0))
                .map(DisruptionBudget::name)
                .sorted()
                .collect(Collectors.joining(", "));
        if (!refusing.isEmpty()) {
            return Optional.of("no pod of disruption budget " + refusing + " may be away now");
        }
        back(pod);
        var keys = guards.stream().map(DisruptionBudget::key).toList();
        keys.forEach(key -> away.merge(key, 1, Integer::sum));
        taken.put(pod, keys);
        return Optional.empty();
    }

    /// The pod is there again, or was never away.
    synchronized void back(PodKey pod) {
        var keys = taken.remove(pod);
        if (keys != null) {
            keys.forEach(key -> away.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1));
        }
    }

    private static List<DisruptionBudget> guards(ClusterImage image, PodKey key) {
        return image.pod(key)
                .map(pod -> image.budgets().stream()
                        .filter(budget ->
                                budget.mayGuard(key.namespace(), pod.spec().traits()))
                        .toList())
                .orElse(List.of());
    }
}
