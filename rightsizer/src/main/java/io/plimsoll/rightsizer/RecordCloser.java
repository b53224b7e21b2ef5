package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import java.time.Duration;

/// Writes down what became of a change: tries some times, since whoever carried it out knows it best. A record that
/// stays open even so is seen to later ([OwnRecords]), or resumed by the next start.
///
/// @param look between two tries
record RecordCloser(ChangeJournal journal, LoopContext context, Duration look) {

    private static final int TRIES_MAX = 5;

    ChangeResult closed(ChangeResult result) throws InterruptedException {
        var closing = journal.close(result.record(), result);
        for (int tries = 1; closing instanceof Closing.NotWritten && tries < TRIES_MAX; tries++) {
            context.pauses().pause(look);
            closing = journal.close(result.record(), result);
        }
        return result;
    }

    /// Of a change whose record may be there or not: nothing was sent, and in case it is there it says so.
    ChangeResult unclear(Change change, Entry.Unclear entry, String notSent) throws InterruptedException {
        return closed(ChangeResult.of(
                entry.name(),
                change,
                ChangePhase.ABANDONED,
                "it is not known whether a record of it was written, so " + notSent + ": " + entry.message()));
    }
}
