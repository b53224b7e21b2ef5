package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.PodKey;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/// What will happen by itself, in the order of time; of two things at one time the one planned first comes first.
/// Owned by its cluster.
final class Agenda {

    sealed interface Task {
        record PodStarts(PodKey key, String uid) implements Task {}

        record PodEnds(PodKey key, String uid) implements Task {}

        record FaultBegins(Fault fault) implements Task {}

        record FaultEnds(Fault fault) implements Task {}
    }

    record Entry(long atMillis, long number, Task task) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::atMillis).thenComparingLong(Entry::number));
    private long planned;

    void plan(long atMillis, Task task) {
        entries.add(new Entry(atMillis, planned++, task));
    }

    /// Takes the first entry that is due by then.
    Optional<Entry> takeDue(long untilMillis) {
        var first = entries.peek();
        return first == null || first.atMillis() > untilMillis ? Optional.empty() : Optional.ofNullable(entries.poll());
    }
}
