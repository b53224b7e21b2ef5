package io.plimsoll.testbed.simulation;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.QualityOfService;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Optional;

/// What the API server checks before it takes a resize: its validation (422), then the admission plugin that knows
/// the node's size (403, since 1.36). Pure.
final class ResizeAdmission {

    private ResizeAdmission() {}

    /// Nothing when the resize may be stored.
    static Optional<Outcome> refusal(SimulatedPod pod, Action.Resize resize, Optional<NodeSpec> node) {
        var before = pod.spec().containers();
        for (var wanted : resize.containers()) {
            if (before.stream().noneMatch(c -> c.name().equals(wanted.name()))) {
                return Optional.of(Refusals.invalid("spec.containers: there is no container " + wanted.name()));
            }
        }
        var after = changed(before, resize);
        if (after.stream().anyMatch(ResizeAdmission::exceedsItsLimit)) {
            return Optional.of(Refusals.invalid("requests must be less than or equal to limits"));
        }
        if (QualityOfService.of(after) != QualityOfService.of(before)) {
            return Optional.of(Refusals.invalid("Pod QOS Class may not change as a result of resizing"));
        }
        return node.filter(n -> exceeds(sum(after), n.allocatable()))
                .map(n -> Refusals.forbidden("requests exceed what node " + n.name() + " can ever allocate"));
    }

    static List<ContainerSpec> changed(List<ContainerSpec> containers, Action.Resize resize) {
        return containers.stream()
                .map(c -> resize.containers().stream()
                        .filter(wanted -> wanted.name().equals(c.name()))
                        .findFirst()
                        .map(wanted -> changed(c, wanted))
                        .orElse(c))
                .toList();
    }

    private static ContainerSpec changed(ContainerSpec container, ContainerSpec wanted) {
        return new ContainerSpec(
                container.name(),
                orElse(wanted.requests(), container.requests()),
                orElse(wanted.limits(), container.limits()));
    }

    private static Resources orElse(Resources wanted, Resources before) {
        return new Resources(
                orElse(wanted.cpuMillis(), before.cpuMillis()), orElse(wanted.memoryBytes(), before.memoryBytes()));
    }

    private static long orElse(long amount, long fallback) {
        return amount > 0 ? amount : fallback;
    }

    private static boolean exceedsItsLimit(ContainerSpec container) {
        return exceedsLimit(container.requests().cpuMillis(), container.limits().cpuMillis())
                || exceedsLimit(
                        container.requests().memoryBytes(), container.limits().memoryBytes());
    }

    private static boolean exceedsLimit(long request, long limit) {
        return limit > 0 && request > limit;
    }

    static boolean exceeds(Resources amount, Resources room) {
        return amount.cpuMillis() > room.cpuMillis() || amount.memoryBytes() > room.memoryBytes();
    }

    private static Resources sum(List<ContainerSpec> containers) {
        var sum = Resources.NONE;
        for (var container : containers) {
            sum = sum.plus(container.requests());
        }
        return sum;
    }
}
