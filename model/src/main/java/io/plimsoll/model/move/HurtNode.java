package io.plimsoll.model.move;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A node from which pods are to be moved, and why. Those whose pods wait come first, the worst before
/// others.
///
/// @param atMillis when it was hurt, epoch milliseconds; nothing where it is now
public record HurtNode(String node, List<Trouble> troubles, Optional<Long> atMillis) implements Comparable<HurtNode> {

    private static final Comparator<HurtNode> WORST_FIRST = Comparator.comparing(HurtNode::isWaiting)
            .thenComparingDouble(HurtNode::excess)
            .reversed()
            .thenComparing(HurtNode::node);

    private static final Comparator<Trouble> ORDER =
            Comparator.comparing(Trouble::kind).thenComparing(Trouble::contention);

    public HurtNode {
        troubles = troubles.stream().sorted(ORDER).toList();
    }

    /// One that is hurt now.
    public HurtNode(String node, List<Trouble> troubles) {
        this(node, troubles, Optional.empty());
    }

    /// What is wrong with it, in words for people.
    public List<String> words() {
        return troubles.stream().map(trouble -> when() + trouble.words()).toList();
    }

    /// Begins a sentence; empty where it is hurt now.
    String when() {
        return atMillis.map(at -> "at " + Instant.ofEpochMilli(at - Math.floorMod(at, 60_000)) + ": ")
                .orElse("");
    }

    /// Whether it is known whose doing it is that its pods wait.
    public boolean isWaiting() {
        return troubles.stream().anyMatch(Trouble.Waiting.class::isInstance);
    }

    /// Of its worst trouble.
    double excess() {
        return troubles.stream().mapToDouble(Trouble::excess).max().orElse(0);
    }

    @Override
    public int compareTo(HurtNode other) {
        return WORST_FIRST.compare(this, other);
    }
}
