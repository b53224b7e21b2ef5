package io.plimsoll.rebalancer;

import io.plimsoll.model.action.EvictedPod;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MoveStep;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What has become of pods whose eviction is written down: by the newest picture, without waiting for anything but an
/// answer of the API server. Belongs to one thread.
///
///     sent, or found so ──► a replacement is ready, or none is wanted: landed │ not in time: lost
///     found, and nobody knows whether it was sent, nor can it be on its way any more
///           ──► the pod is there still: refused │ gone: as if it had been sent │ no answer: it is asked again
final class MovesUnderWay {

    private static final String NOT_EVICTED = "the pod is there still: it was not evicted";
    /// Times of binding are told in whole seconds, by another clock.
    private static final long CLOCKS_APART_MILLIS = 2_000;

    private final RebalancerPorts ports;
    private final RebalancerSettings settings;
    private final Supplier<Optional<String>> blind;
    private final Map<String, Sending> sendings = new HashMap<>();

    /// @param blind why nothing can be told by the picture
    MovesUnderWay(RebalancerPorts ports, RebalancerSettings settings, Supplier<Optional<String>> blind) {
        this.ports = ports;
        this.settings = settings;
        this.blind = blind;
    }

    /// What no record tells.
    ///
    /// @param known uids of pods of the workload that were there before
    /// @param isSent whether an eviction was sent, for all that is known
    private record Sending(long sinceNanos, Set<String> known, boolean isSent) {}

    /// An eviction was sent.
    void sent(Move move, Set<String> known) {
        sendings.put(move.uid(), new Sending(nanoTime(), known, true));
    }

    /// No more is known of any than its record tells.
    void forget() {
        sendings.clear();
    }

    /// The step as it is by now; the same while that is not known.
    MoveStep become(MoveStep step) {
        var sending = sendings.computeIfAbsent(
                step.move().uid(), uid -> new Sending(nanoTime(), Set.of(), step.phase() == MovePhase.EVICTED));
        if (sending.isSent()) {
            return awaited(step, sending);
        }
        return isOver(sending, settings.lateMax()) ? lookedFor(step) : step;
    }

    /// By the API server's own word: the picture may be older than the eviction.
    private MoveStep lookedFor(MoveStep step) {
        var move = step.move();
        return switch (ports.pods().look(move.pod(), move.uid())) {
            case LivePods.Look.Found(var pod)
            when !pod.terminating() -> step.dropped(MovePhase.REFUSED, NOT_EVICTED, nowMillis());
            case LivePods.Look.Unanswered unanswered -> step;
            case LivePods.Look.Found _, LivePods.Look.Gone _ -> {
                sent(move, Set.of());
                yield step;
            }
        };
    }

    private MoveStep awaited(MoveStep step, Sending sending) {
        boolean isOver = isOver(sending, settings.readyMax());
        // One for all questions: a replacement may be ready the moment after.
        var image = ports.images().get();
        var replacement = replacement(step, sending.known(), image).filter(PodSpec::isServing);
        // Another new pod of the workload may be ready first.
        if (replacement.isPresent() && (isOver || isWhole(step.move(), image))) {
            return step.landed(landing(replacement.get()));
        }
        if (replacement.isEmpty() && blind.get().isEmpty() && wantsNoOther(step.move(), image)) {
            return step.at(MovePhase.LANDED, "no pod takes its place: its workload wants no more");
        }
        return isOver ? late(step, sending.known(), image) : step;
    }

    /// Whether as many pods of the workload are ready as it wants.
    private static boolean isWhole(Move move, ClusterImage image) {
        return image.owner(move.workload())
                .filter(owner -> image.podsOf(move.workload()).stream()
                                .map(PodImage::spec)
                                .filter(PodSpec::isServing)
                                .count()
                        >= owner.replicas())
                .isPresent();
    }

    /// Whether the pod is gone, and its workload too, or has all that it wants: it was scaled down meanwhile.
    private static boolean wantsNoOther(Move move, ClusterImage image) {
        boolean isGone = image.pod(move.pod())
                .filter(pod -> pod.spec().uid().equals(move.uid()))
                .isEmpty();
        return isGone && (image.owner(move.workload()).isEmpty() || isWhole(move, image));
    }

    private Landing landing(PodSpec pod) {
        return new Landing(pod.key().name(), pod.nodeName().orElse(""), nowMillis());
    }

    /// What may have been evicted is lost, rather than refused: so it counts for all limits.
    private MoveStep late(MoveStep step, Set<String> known, ClusterImage image) {
        boolean isAnswered = step.phase() == MovePhase.EVICTED;
        var unseen = blind.get();
        if (!isAnswered && unseen.isPresent()) {
            return step.at(MovePhase.LOST, "whether it was evicted is not known: " + unseen.get());
        }
        if (!isAnswered && evicted(step.move()).isThere(image)) {
            return step.dropped(MovePhase.REFUSED, NOT_EVICTED, nowMillis());
        }
        return step.at(
                MovePhase.LOST,
                replacement(step, known, image)
                                .map(pod -> pod.key().name() + ", which came in its place, is not ready")
                                .or(() -> pending(step.move(), image)
                                        .map(pod -> pod.key().name() + ", which came in its place, has no node"))
                                .orElse("no pod came in its place")
                        + " within " + settings.readyMax().toSeconds() + " s: look at the events of "
                        + step.move().workload());
    }

    static EvictedPod evicted(Move move) {
        return new EvictedPod(move.workload(), move.pod(), move.uid());
    }

    private static Optional<PodSpec> replacement(MoveStep step, Set<String> known, ClusterImage image) {
        return evicted(step.move())
                .successor(image, known, step.evictedAtMillis() - CLOCKS_APART_MILLIS)
                .filter(pod -> pod.nodeName().isPresent());
    }

    private static Optional<PodSpec> pending(Move move, ClusterImage image) {
        return image.podsOf(move.workload()).stream()
                .map(PodImage::spec)
                .filter(pod -> pod.nodeName().isEmpty() && !pod.terminating())
                .findFirst();
    }

    private boolean isOver(Sending sending, Duration most) {
        return nanoTime() - sending.sinceNanos() >= most.toNanos();
    }

    private long nowMillis() {
        return ports.context().clock().millis();
    }

    private long nanoTime() {
        return ports.context().nanoTime().getAsLong();
    }
}
