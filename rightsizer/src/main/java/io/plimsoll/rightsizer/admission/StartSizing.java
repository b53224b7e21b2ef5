package io.plimsoll.rightsizer.admission;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodContainers;
import io.plimsoll.model.recommendation.NamespaceLimits;
import java.util.Map;
import java.util.Optional;

/// Decides what a new pod asks for. Pure: an image, sizes and a pod in, a verdict out.
///
/// The schedule and the cooldown of a policy do not hold here: nothing that runs is disturbed, and a pod must start
/// with some size. So a second call, after other webhooks have changed the pod, finds what the first one left and
/// leaves it.
final class StartSizing {

    /// With the value `"true"` on a pod: it is left as its template has it.
    static final String SKIP_ANNOTATION = "admission.plimsoll.io/skip";

    private StartSizing() {}

    static StartVerdict decide(NewPod pod, StartingSizes sizes, ClusterImage image) {
        var workload = Workloads.of(pod, image);
        if (workload.isEmpty()) {
            return new StartVerdict.Left(LeftReason.NO_WORKLOAD);
        }
        if (isOptedOut(pod, workload.get(), image)) {
            return new StartVerdict.Left(LeftReason.OPTED_OUT);
        }
        return sizes.of(workload.get())
                .map(size -> decide(pod, size, sizes.limits(pod.key().namespace())))
                .orElseGet(() -> new StartVerdict.Left(LeftReason.NO_RECOMMENDATION));
    }

    private static StartVerdict decide(NewPod pod, StartingSize size, NamespaceLimits limits) {
        if (pod.isPodLevel()) {
            return new StartVerdict.Left(LeftReason.POD_LEVEL);
        }
        var after = pod.containers().with(size::applied);
        return objection(pod, after, limits)
                .<StartVerdict>map(StartVerdict.Left::new)
                .orElseGet(() -> new StartVerdict.Sized(size, after));
    }

    private static Optional<LeftReason> objection(NewPod pod, PodContainers after, NamespaceLimits limits) {
        if (after.equals(pod.containers())) {
            return Optional.of(LeftReason.FITS);
        }
        return after.qualityOfService() == pod.containers().qualityOfService()
                ? limits.refusalOfNewPod(pod.containers(), after, pod.overhead())
                        .map(StartSizing::reason)
                : Optional.of(LeftReason.QUALITY_OF_SERVICE);
    }

    private static LeftReason reason(NamespaceLimits.Refusal refusal) {
        return switch (refusal) {
            case LIMIT_RANGE -> LeftReason.LIMIT_RANGE;
            case QUOTA -> LeftReason.QUOTA;
        };
    }

    private static boolean isOptedOut(NewPod pod, Owner workload, ClusterImage image) {
        return "true".equals(pod.annotations().get(SKIP_ANNOTATION))
                || isOptedOut(pod.labels())
                || isOptedOut(image.namespaceLabels(workload.namespace()))
                || image.owner(workload)
                        .filter(owner -> owner.optOuts().contains(OptOut.RESIZE))
                        .isPresent();
    }

    private static boolean isOptedOut(Map<String, String> labels) {
        return OptOut.in(labels).contains(OptOut.RESIZE);
    }
}
