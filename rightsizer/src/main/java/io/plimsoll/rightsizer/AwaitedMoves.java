package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.PodMover;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.NeighbourSlack;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Waits for the rebalancer. It sees a resize that waits for room as this one does, and takes it for a reason to move
/// a pod, so nothing is asked of it: neither needs rights on what is the other's.
///
/// @param patience how long
public record AwaitedMoves(Supplier<ClusterImage> images, LoopContext context, Duration patience) implements PodMover {

    private static final Duration LOOK = Duration.ofSeconds(2);

    @Override
    public Answer move(Wish wish, BooleanSupplier waits) throws InterruptedException {
        if (wish.missing().isZero()) {
            return new Answer.Stays("nobody is moved, as its node has the room as far as Plimsoll sees");
        }
        long start = context.nanoTime().getAsLong();
        var before = new TreeSet<PodKey>();
        do {
            var image = images.get();
            var node = pod(image, wish).flatMap(pod -> pod.spec().nodeName()).flatMap(image::node);
            if (node.isEmpty()) {
                return new Answer.Moved(wish.pod() + " has gone itself");
            }
            var there = keys(node.get());
            before.addAll(there);
            if (NeighbourSlack.missing(node.get(), Resources.NONE).isZero()) {
                before.removeAll(there);
                return new Answer.Moved(words(before, node.get()));
            }
            if (!waits.getAsBoolean()) {
                return new Answer.Stays("something more urgent came before anybody was moved");
            }
            context.pauses().pause(LOOK);
        } while (context.nanoTime().getAsLong() - start < patience.toNanos());
        return new Answer.Stays("nobody was moved within " + patience.toSeconds() + " s");
    }

    private static Optional<PodImage> pod(ClusterImage image, Wish wish) {
        return image.pod(wish.pod())
                .filter(pod ->
                        pod.spec().uid().equals(wish.uid()) && !pod.spec().terminating());
    }

    private static TreeSet<PodKey> keys(NodeImage node) {
        return node.pods().stream().map(PodImage::key).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String words(TreeSet<PodKey> gone, NodeImage node) {
        return gone.isEmpty()
                ? "node " + node.name() + " has the room by now"
                : gone.stream().map(PodKey::toString).collect(Collectors.joining(", ")) + " left node " + node.name();
    }
}
