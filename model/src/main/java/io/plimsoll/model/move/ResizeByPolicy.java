package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Workload;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.usage.UsageEstimate;
import java.time.Duration;
import java.util.Optional;

/// Leaves a pod to a policy that is about to lower its CPU request.
///
/// The kernel shares out CPU by what is asked for (`cpu.weight`). A pod that asks for much more than it
/// uses keeps its neighbours waiting whenever it does burst; asking for what it uses, it gives way to
/// them:
///
///     enough = max(1.15 · 95th percentile of its workload's CPU, 1.25 · what it uses now)
///     worth a resize from a request of 1.25 · enough on
///
/// The percentile is what it usually needs. No policy lowers a request to what is in use; unless it says otherwise,
/// it keeps a quarter above that.
///
/// Nobody but a policy in mode Auto changes requests, and that may have its reasons not to. So a pod is spared
/// for ten minutes from when its workload is called a bad neighbour, which a rest does not end soon.
///
/// With memory no request changes what is used, so nothing is resized. Nor is a pod whose class that
/// would change.
final class ResizeByPolicy implements ResizeFirst {

    private static final Duration SPARED = Duration.ofMinutes(10);

    private static final double USUAL_FACTOR = 1.15;
    private static final double NOW_FACTOR = 1.25;
    private static final double WORTH = 1.25;
    private static final double CONFIDENCE_MIN = 0.5;

    @Override
    public Advice advice(PodImage pod, Contention of, ClusterImage image, Watched watched, long nowMillis) {
        return obstacle(pod, of, image)
                .<Advice>map(Advice.Vain::new)
                .orElseGet(() -> byUse(pod, image, watched, nowMillis));
    }

    private static Optional<String> obstacle(PodImage pod, Contention of, ClusterImage image) {
        if (of != Contention.CPU) {
            return Optional.of("no request changes how much memory it uses");
        }
        if (image.optOuts(pod).contains(OptOut.RESIZE)) {
            return Optional.of("it opts out of being resized");
        }
        return switch (pod.spec().qualityOfService()) {
            case BURSTABLE -> Optional.empty();
            case BEST_EFFORT -> Optional.of("it asks for nothing");
            case GUARANTEED -> Optional.of("its class would change");
        };
    }

    private static Advice byUse(PodImage pod, ClusterImage image, Watched watched, long nowMillis) {
        var estimate = image.workload(pod.workload()).map(Workload::estimate).orElse(UsageEstimate.UNKNOWN);
        double usual = (double) estimate.p95().cpuMillis();
        if (estimate.confidence() < CONFIDENCE_MIN || usual <= 0) {
            return new Advice.Vain("too little is known of what its workload uses");
        }
        double now = (double) pod.usage().orElse(Resources.NONE).cpuMillis();
        double enough = Math.max(USUAL_FACTOR * usual, NOW_FACTOR * now);
        long asked = pod.spec().requests().cpuMillis();
        if (asked >= WORTH * enough) {
            return byPolicy(
                    pod, "its CPU request from " + asked + "m to " + Math.round(enough) + "m", watched, nowMillis);
        }
        return new Advice.Vain("it asks for " + asked + "m, and "
                + (USUAL_FACTOR * usual < enough
                        ? "uses " + (long) now + "m"
                        : "its workload uses up to " + (long) usual + "m"));
    }

    private static Advice byPolicy(PodImage pod, String change, Watched watched, long nowMillis) {
        var policy = watched.rules().resizing(pod.workload());
        if (policy.isEmpty()) {
            return new Advice.Vain(
                    watched.rules().isRead()
                            ? "no policy is there to lower " + change
                            : "whether a policy may lower " + change + " is not known to this process");
        }
        return isSpared(pod, watched, nowMillis)
                ? new Advice.Instead("policy " + policy.get() + " may lower " + change
                        + ", which covers what it uses: its neighbours then go before it")
                : new Advice.Vain("policy " + policy.get() + " might have lowered " + change + ", and has not within "
                        + SPARED.toMinutes() + " minutes");
    }

    private static boolean isSpared(PodImage pod, Watched watched, long nowMillis) {
        return watched.neighbours().suspicions().stream()
                .filter(suspicion -> suspicion.contention() == Contention.CPU)
                .filter(suspicion -> suspicion.workload().equals(pod.workload()))
                .flatMapToLong(suspicion -> suspicion.accusedSinceMillis().stream())
                .anyMatch(sinceMillis -> nowMillis - sinceMillis < SPARED.toMillis());
    }
}
