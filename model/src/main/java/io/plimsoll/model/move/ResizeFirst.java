package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.QualityOfService;
import io.plimsoll.model.cluster.Workload;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.usage.UsageEstimate;

/// Whether giving a pod less, where it is, would do instead of moving it.
@FunctionalInterface
public interface ResizeFirst {

    /// No pod is ever resized instead.
    ResizeFirst NEVER = (image, pod, of) -> new Advice.Vain("resizes are not thought of");

    /// In words for people.
    sealed interface Advice {

        /// @param what is to be done to the pod
        record Instead(String what) implements Advice {}

        /// @param why no resize would do
        record Vain(String why) implements Advice {}
    }

    /// @param of what others wait for because of the pod
    Advice advice(ClusterImage image, PodImage pod, Contention of);

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
            if (of != Contention.CPU) {
                return new Advice.Vain("no request changes how much memory it uses");
            }
            if (image.optOuts(pod).contains(OptOut.RESIZE)) {
                return new Advice.Vain("it opts out of being resized");
            }
            var quality = pod.spec().qualityOfService();
            if (quality != QualityOfService.BURSTABLE) {
                return new Advice.Vain(
                        quality == QualityOfService.BEST_EFFORT ? "it asks for nothing" : "its class would change");
            }
            var estimate =
                    image.workload(pod.workload()).map(Workload::estimate).orElse(UsageEstimate.UNKNOWN);
            double target = 1.15 * estimate.p95().cpuMillis();
            if (estimate.confidence() < 0.5 || target <= 0) {
                return new Advice.Vain("too little is known of what its workload uses");
            }
            long asked = pod.spec().requests().cpuMillis();
            return asked >= 1.25 * target
                    ? new Advice.Instead("lower its CPU request from " + asked + "m to " + Math.round(target)
                            + "m, which covers what its workload uses: its neighbours then go before it")
                    : new Advice.Vain("it asks for " + asked + "m, and its workload uses up to "
                            + estimate.p95().cpuMillis() + "m");
        };
    }
}
