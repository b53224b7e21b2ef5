package io.plimsoll.model.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What a pod has under `initContainers`: those that end, one after the other, before its containers start, and the
/// sidecars that stay.
///
/// An init container needs its own request beside those of the sidecars that were started before it:
///
/// | in this order | init containers need |
/// |---|---:|
/// | init 500m, sidecar 100m, init 300m | max(500, 100 + 300) = 500m |
/// | sidecar 100m, sidecar 50m, init 400m | 550m |
///
/// @param inOrder sidecars among them; empty where only the requests are known
/// @param requests the largest of these sums, without the pod's containers
public record InitContainers(List<ContainerSpec> inOrder, Resources requests) {

    /// Of most pods.
    public static final InitContainers NONE = new InitContainers(List.of(), Resources.NONE);

    public InitContainers {
        inOrder = List.copyOf(inOrder);
    }

    public static InitContainers of(List<ContainerSpec> inOrder) {
        return inOrder.isEmpty() ? NONE : new InitContainers(inOrder, largest(inOrder, ContainerSpec::requests));
    }

    /// Where nothing else is known of them.
    public static InitContainers asking(Resources requests) {
        return requests.isZero() ? NONE : new InitContainers(List.of(), requests);
    }

    /// Those that end.
    public List<ContainerSpec> ending() {
        if (inOrder.isEmpty()) {
            return inOrder;
        }
        return inOrder.stream()
                .filter(container -> container.role() == ContainerRole.INIT)
                .toList();
    }

    /// Whether one of them has that name and ends.
    public boolean isEnding(String name) {
        for (var container : inOrder) {
            if (container.role() == ContainerRole.INIT && container.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /// What a pod's containers need at any time of its life, of requests or of limits.
    ///
    /// @param main without sidecars
    /// @param inOrder with them
    public static Resources need(
            List<ContainerSpec> main, List<ContainerSpec> inOrder, Function<ContainerSpec, Resources> amount) {
        var running = new ArrayList<>(main);
        inOrder.stream()
                .filter(container -> container.role() == ContainerRole.SIDECAR)
                .forEach(running::add);
        var sum = running.stream().map(amount).reduce(Resources.NONE, Resources::plus);
        return sum.max(largest(inOrder, amount));
    }

    private static Resources largest(List<ContainerSpec> inOrder, Function<ContainerSpec, Resources> amount) {
        var sidecars = Resources.NONE;
        var largest = Resources.NONE;
        for (var container : inOrder) {
            var needed = sidecars.plus(amount.apply(container));
            if (container.role() == ContainerRole.SIDECAR) {
                sidecars = needed;
            } else {
                largest = largest.max(needed);
            }
        }
        return largest;
    }
}
