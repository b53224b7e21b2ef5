package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnwrittenOutcomesTest {

    private final List<String> tried = new ArrayList<>();
    private final Set<String> unwritable = new HashSet<>();
    private final UnwrittenOutcomes outcomes = new UnwrittenOutcomes();
    private final ChangeJournal journal = outcomes.noting(new MemoryJournal() {
        @Override
        public synchronized boolean close(String name, ChangeResult result) {
            tried.add(name);
            return !unwritable.contains(name);
        }
    });

    @Test
    void outcome_thatCouldNotBeWritten_keepsTheNextChangeOfItsPodsWaitingUntilItIs() {
        var next = ScriptedCluster.change(1);
        unwritable.add("one");
        close("one", ChangePhase.APPLIED);

        assertThat(outcomes.record(next)).hasValue("one");
        unwritable.clear();
        outcomes.write(journal);

        assertThat(outcomes.record(next)).isEmpty();
        assertThat(tried).containsExactly("one", "one");
    }

    /// An API server that is gone costs one try, and a record that can never be written keeps none of the others.
    @Test
    void outcomes_ofWhichOneCannotBeWritten_areTriedUpToThatOneWhichThenComesLast() {
        unwritable.addAll(List.of("one", "two", "three"));
        List.of("one", "two", "three").forEach(name -> close(name, ChangePhase.REVERTED));
        unwritable.removeAll(List.of("two", "three"));
        tried.clear();

        outcomes.write(journal);
        assertThat(tried).containsExactly("one");
        tried.clear();

        outcomes.write(journal);
        assertThat(tried).containsExactly("two", "three", "one");
    }

    /// It is resumed from what the pods say.
    @Test
    void change_thatHasNotEnded_hasNoOutcomeToBeWritten() {
        unwritable.add("one");

        close("one", ChangePhase.INTENDED);

        assertThat(outcomes.record(ScriptedCluster.change(1))).isEmpty();
    }

    private void close(String name, ChangePhase phase) {
        Change change = ScriptedCluster.change(1);
        journal.close(name, ChangeResult.of(name, change, phase, ""));
    }
}
