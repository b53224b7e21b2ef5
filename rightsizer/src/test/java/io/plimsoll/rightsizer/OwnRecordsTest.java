package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnRecordsTest {

    private final List<String> tried = new ArrayList<>();
    private final Set<String> unwritable = new HashSet<>();
    private Instant now = Instant.parse("2026-03-04T12:00:00Z");
    private final OwnRecords outcomes = new OwnRecords(() -> now);
    private final ChangeJournal journal = outcomes.noting(new MemoryJournal() {
        @Override
        public synchronized Closing close(String name, ChangeResult result) {
            tried.add(name);
            return unwritable.contains(name) ? new Closing.NotWritten("no answer") : new Closing.Written();
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

    /// It may come to be there after the first attempt has found none.
    @Test
    void outcome_ofARecordThatMayYetComeToBeThere_isWrittenAgainWhenTheApiServerIsDoneWithIt() {
        var unclear = outcomes.noting(new MemoryJournal() {
            @Override
            public synchronized Entry intend(Change change) {
                return new Entry.Unclear("one", "500");
            }

            @Override
            public synchronized Closing close(String name, ChangeResult result) {
                tried.add(name);
                return new Closing.Written();
            }
        });
        unclear.intend(ScriptedCluster.change(1));
        unclear.close("one", ChangeResult.of("one", ScriptedCluster.change(1), ChangePhase.ABANDONED, ""));

        now = now.plus(OwnRecords.IN_FLIGHT_MAX);
        outcomes.write(unclear);
        outcomes.write(unclear);

        assertThat(tried).containsExactly("one", "one");
    }

    private void close(String name, ChangePhase phase) {
        Change change = ScriptedCluster.change(1);
        journal.close(name, ChangeResult.of(name, change, phase, ""));
    }
}
