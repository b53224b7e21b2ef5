package io.plimsoll.model.action;

import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeResult.PodResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The durable record of all changes. A change is written down before any of it is sent, and closed when it is
/// known what became of it; whoever finds one that is not closed can finish it or take it back.
public interface ChangeJournal {

    /// Writes a change down as intended. Only a change that was [Entry.Written] may be carried out.
    Entry intend(Change change);

    /// Writes down what became of it. Where that could not be written, the change stays open, and is looked at again
    /// later. A record that is not there needs no outcome: it counts as written.
    Closing close(String name, ChangeResult result);

    /// Hands on all changes that are remembered, one after the other and in no order. There may be more of them
    /// than fit into memory at once: a reader keeps what it needs, and lets go of the rest.
    ///
    /// None is handed on twice. What is written down while it reads may be among them or not.
    ///
    /// @throws JournalUnreadable when they cannot be read to their end; some of them were handed on by then
    void read(Consumer<Logged> each);

    /// Those that are wanted, the oldest first. They are held all at once, so they must be few.
    ///
    /// @throws JournalUnreadable when they cannot be read
    default List<Logged> records(Predicate<Logged> wanted) {
        var found = new ArrayList<Logged>();
        read(record -> {
            if (wanted.test(record)) {
                found.add(record);
            }
        });
        found.sort(Logged.OLDEST_FIRST);
        return found;
    }

    /// The changes that take another one back: few, and to be asked for often, since anybody may take a change
    /// back at any time. The oldest comes first.
    ///
    /// @throws JournalUnreadable when they cannot be read
    default List<Logged> undos() {
        return records(record -> record.change().undoes().isPresent());
    }

    /// The one of that name, if there is one.
    ///
    /// @throws JournalUnreadable when it cannot be read
    default Optional<Logged> record(String name) {
        return records(record -> record.name().equals(name)).stream().findFirst();
    }

    /// @param name of the record
    /// @param createdMillis when it was written down, epoch milliseconds
    /// @param counts as what, see [ChangeResult#counts]
    /// @param known what is known of its pods, as long as the change is not closed
    record Logged(
            String name,
            long createdMillis,
            Change change,
            ChangePhase phase,
            ChangePhase counts,
            List<PodResult> known) {

        public static final Comparator<Logged> OLDEST_FIRST =
                Comparator.comparing(Logged::createdMillis).thenComparing(Logged::name);

        public Logged(String name, long createdMillis, Change change, ChangePhase phase) {
            this(name, createdMillis, change, phase, phase);
        }

        public Logged(String name, long createdMillis, Change change, ChangePhase phase, ChangePhase counts) {
            this(name, createdMillis, change, phase, counts, List.of());
        }

        public Entry.Written entry() {
            return new Entry.Written(name, change, known);
        }
    }

    /// The records are out of reach for now.
    final class JournalUnreadable extends RuntimeException {

        private static final long serialVersionUID = 1;

        public JournalUnreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The answer to an intention.
    sealed interface Entry {

        /// @param name of the record
        /// @param known what is known of its pods from those who were at it before; of the others only the pods
        /// tell
        record Written(String name, Change change, List<PodResult> known) implements Entry {

            public Written {
                known = List.copyOf(known);
            }

            public Written(String name, Change change) {
                this(name, change, List.of());
            }

            /// What is known of one pod.
            public Optional<PodResult> known(PodChange pod) {
                return known.stream()
                        .filter(result -> result.change().uid().equals(pod.uid()))
                        .findFirst();
            }
        }

        record NotWritten(String message) implements Entry {}

        /// Whether it was written is not known, and may be so only later: nothing may be sent for it, and an outcome
        /// that says so is to be written to that name, in case it is there.
        ///
        /// @param name that the record has if there is one
        record Unclear(String name, String message) implements Entry {}

        /// Not written either, since the right to do so is missing.
        record Forbidden(String message) implements Entry {}
    }

    /// The answer to an outcome.
    sealed interface Closing {

        record Written() implements Closing {}

        /// For now: the API server did not answer, say, or has too much to do.
        record NotWritten(String message) implements Closing {}

        /// The right to do so is missing.
        record Forbidden(String message) implements Closing {}
    }
}
