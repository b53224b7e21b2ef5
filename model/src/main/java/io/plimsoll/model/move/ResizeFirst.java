package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.QualityOfService;
import io.plimsoll.model.cluster.Workload;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.Optional;

/// Whether giving a pod less, where it is, would do instead of moving it.
@FunctionalInterface
public interface ResizeFirst {

    /// No pod is ever resized instead.
    ResizeFirst NEVER = (image, pod, of) -> Optional.empty();

    /// What to do to the pod in words for people, if it would do.
    ///
    /// @param of what others wait for because of it
    Optional<String> instead(ClusterImage image, PodImage pod, Contention of);

    /// By what the workload was seen to use.
    ///
    /// The kernel shares out CPU by what is asked for (`cpu.weight`). A pod that asks for much more than it
    /// uses keeps its neighbours waiting whenever it does burst; asking for what it uses, it gives way to
    /// them:
    ///
    ///     target = 1.15 · 95th percentile of its CPU        worth a resize from a request of 1.25 · target on
    ///
    /// With memory no request changes what is used, so nothing is resized. Nor is a pod whose class that
    /// would change.
    static ResizeFirst byHistory() {
        return (image, pod, of) -> {
            if (of != Contention.CPU
                    || image.optOuts(pod.spec()).contains(OptOut.RESIZE)
                    || pod.spec().qualityOfService() != QualityOfService.BURSTABLE) {
                return Optional.empty();
            }
            var estimate =
                    image.workload(pod.workload()).map(Workload::estimate).orElse(UsageEstimate.UNKNOWN);
            double target = 1.15 * estimate.p95().cpuMillis();
            long asked = pod.spec().requests().cpuMillis();
            return estimate.confidence() >= 0.5 && asked >= 1.25 * target && target > 0
                    ? Optional.of("lower its CPU request from " + asked + "m to " + Math.round(target)
                            + "m, which covers what its workload uses: its neighbours then go before it")
                    : Optional.empty();
        };
    }
}
