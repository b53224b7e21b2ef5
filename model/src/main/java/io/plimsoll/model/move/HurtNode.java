package io.plimsoll.model.move;

import java.util.Comparator;
import java.util.List;

/// A node from which pods are to be moved, and why. Those whose pods wait come first, the worst before
/// others.
public record HurtNode(String node, List<Trouble> troubles) implements Comparable<HurtNode> {

    private static final Comparator<HurtNode> WORST_FIRST = Comparator.comparing(HurtNode::isWaiting)
            .thenComparingDouble(HurtNode::excess)
            .reversed()
            .thenComparing(HurtNode::node);

    private static final Comparator<Trouble> ORDER = Comparator.comparing(
                    (Trouble trouble) -> trouble instanceof Trouble.Hot)
            .thenComparing(Trouble::contention);

    public HurtNode {
        troubles = troubles.stream().sorted(ORDER).toList();
    }

    /// Whether it is known whose doing it is that its pods wait.
    public boolean isWaiting() {
        return troubles.stream().anyMatch(Trouble.Waiting.class::isInstance);
    }

    private double excess() {
        return troubles.stream().mapToDouble(Trouble::excess).max().orElse(0);
    }

    @Override
    public int compareTo(HurtNode other) {
        return WORST_FIRST.compare(this, other);
    }
}
