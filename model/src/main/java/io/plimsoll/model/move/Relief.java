package io.plimsoll.model.move;

import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.neighbour.Contention;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What of a node's troubles goes with each of its pods, and what is left of them. Belongs to one plan.
///
///     waiting   rise · share of the blame of the pod's workload · the pod's share of what that uses on the node
///     hot       what the pod uses, as a share of the node
///     crowded   what the pod asks for, as a share of the node, where that is all that is missing: one that waits, or
///               of a lower priority than these
///
/// Of a node that was hurt at another hour a pod takes away what it is expected to use at its peak.
final class Relief {

    private static final double GONE = 1e-9;

    private final NodeImage node;
    private final HurtNode hurt;
    private final List<Trouble> troubles;
    private final double[] left;
    private final ToUsed toUsed;
    /// Of nodes whose pods wait: only there it is asked for.
    private final Map<Owner, Resources> usedByWorkload = new HashMap<>();

    /// What a pod uses when its node is hurt; nothing where that is not known.
    @FunctionalInterface
    interface ToUsed {
        Resources of(PodImage pod);
    }

    Relief(NodeImage node, HurtNode hurt, ToUsed toUsed) {
        this.node = node;
        this.hurt = hurt;
        this.troubles = hurt.troubles();
        this.left = troubles.stream().mapToDouble(Trouble::excess).toArray();
        this.toUsed = toUsed;
        if (troubles.stream().anyMatch(Trouble.Waiting.class::isInstance)) {
            node.pods().forEach(pod -> usedByWorkload.merge(pod.workload(), used(pod), Resources::plus));
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

    /// What the pod's move is to put right.
    Aim aim(PodImage pod) {
        var trouble = worst(pod);
        return new Aim(
                trouble.kind(),
                trouble.contention(),
                trouble.excess(),
                Math.min(left[troubles.indexOf(trouble)], taken(pod, trouble)),
                hurt.atMillis());
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

    /// Why a pod is to go, in words for people.
    String because(PodImage pod) {
        var trouble = worst(pod);
        double percent = 100 * taken(pod, trouble);
        return hurt.when()
                + switch (trouble) {
                    case Trouble.Waiting waiting ->
                        String.format(
                                Locale.ROOT,
                                "others wait for %s %.0f%% of the time, %.0f%% because of it",
                                waiting.contention().label(),
                                100 * waiting.pressure(),
                                percent);
                    case Trouble.Hot hot ->
                        String.format(
                                Locale.ROOT,
                                "%s at %.0f%%, safe at %.0f%%; it uses %.0f%%",
                                hot.contention().label(),
                                100 * hot.share(),
                                100 * hot.target(),
                                percent);
                    case Trouble.Crowded crowded ->
                        String.format(
                                Locale.ROOT,
                                "%s; %s asks for %.0f%%",
                                crowded.words(),
                                crowded.waiting().contains(pod.key()) ? "that" : "this one, of a lower priority,",
                                percent);
                };
    }

    /// What it uses when the node is hurt.
    Resources used(PodImage pod) {
        return toUsed.of(pod);
    }

    /// In the unit of [Trouble#excess].
    double taken(PodImage pod, Trouble trouble) {
        double taken = amount(trouble.contention(), used(pod));
        return switch (trouble) {
            case Trouble.Waiting(var of, double pressure, double rise, var blamed) -> {
                double ofAll = amount(of, usedByWorkload.getOrDefault(pod.workload(), Resources.NONE));
                yield ofAll > 0 ? rise * blamed.getOrDefault(pod.workload(), 0.0) * taken / ofAll : 0;
            }
            case Trouble.Hot(var of, double share, double target) ->
                taken / Math.max(1, amount(of, node.spec().allocatable()));
            case Trouble.Crowded crowded -> isToGo(pod, crowded) ? asked(pod, crowded.contention()) : 0;
        };
    }

    /// One pod makes the room, or nobody goes for it: several might be moved, and one of them not, in vain.
    private boolean isToGo(PodImage pod, Trouble.Crowded crowded) {
        return (crowded.waiting().contains(pod.key()) || pod.spec().priority() < crowded.priority())
                && troubles.stream()
                        .filter(Trouble.Crowded.class::isInstance)
                        .allMatch(missing -> asked(pod, missing.contention()) >= missing.excess());
    }

    private double asked(PodImage pod, Contention of) {
        return amount(of, pod.spec().requests())
                / Math.max(1, amount(of, node.spec().allocatable()));
    }

    static double amount(Contention of, Resources resources) {
        return switch (of) {
            case CPU -> resources.cpuMillis();
            case MEMORY -> resources.memoryBytes();
        };
    }
}
