package io.plimsoll.model.move;

import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.neighbour.Contention;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What of a node's troubles goes with each of its pods, and what is left of them. Belongs to one plan.
///
///     waiting   rise · share of the blame of the pod's workload · the pod's share of what that uses on the node
///     hot       what the pod uses, as a share of the node
final class Relief {

    private static final double GONE = 1e-9;

    private final NodeImage node;
    private final List<Trouble> troubles;
    private final double[] left;
    private final Map<Owner, Resources> usedByWorkload = new HashMap<>();

    Relief(NodeImage node, List<Trouble> troubles) {
        this.node = node;
        this.troubles = troubles;
        this.left = troubles.stream().mapToDouble(Trouble::excess).toArray();
        for (var pod : node.pods()) {
            pod.usage().ifPresent(used -> usedByWorkload.merge(pod.workload(), used, Resources::plus));
        }
    }

    /// The largest share of what is left of a trouble that goes with the pod, 0 to 1; of the trouble
    /// [#worst].
    double of(PodImage pod) {
        double most = 0;
        for (int i = 0; i < left.length; i++) {
            most = Math.max(most, share(pod, i));
        }
        return most;
    }

    /// The trouble that the pod has the largest share of.
    Trouble worst(PodImage pod) {
        int worst = 0;
        for (int i = 1; i < left.length; i++) {
            worst = share(pod, i) > share(pod, worst) ? i : worst;
        }
        return troubles.get(worst);
    }

    private double share(PodImage pod, int trouble) {
        return left[trouble] > GONE ? Math.min(1, taken(pod, troubles.get(trouble)) / left[trouble]) : 0;
    }

    /// Takes it away.
    void take(PodImage pod) {
        troubles.forEach(trouble -> take(pod, trouble));
    }

    /// Takes away what is its doing of this trouble alone.
    void take(PodImage pod, Trouble trouble) {
        int i = troubles.indexOf(trouble);
        left[i] = Math.max(0, left[i] - taken(pod, trouble));
    }

    /// In the unit of [Trouble#excess].
    double taken(PodImage pod, Trouble trouble) {
        var used = pod.usage().orElse(Resources.NONE);
        return switch (trouble) {
            case Trouble.Waiting(var of, double pressure, double rise, var blamed) -> {
                double ofAll = amount(of, usedByWorkload.getOrDefault(pod.workload(), Resources.NONE));
                yield ofAll > 0 ? rise * blamed.getOrDefault(pod.workload(), 0.0) * amount(of, used) / ofAll : 0;
            }
            case Trouble.Hot(var of, double share, double target) ->
                amount(of, used) / Math.max(1, amount(of, node.spec().allocatable()));
        };
    }

    private static double amount(Contention of, Resources resources) {
        return switch (of) {
            case CPU -> resources.cpuMillis();
            case MEMORY -> resources.memoryBytes();
        };
    }
}
