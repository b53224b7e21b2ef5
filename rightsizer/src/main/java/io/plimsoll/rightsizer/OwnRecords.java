package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.Owner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The records that this process has made, until it is written down what became of their changes. Guarded by itself.
///
///     intended ──► its outcome is known ──► written down: forgotten
///        │              └──► could not be written: tried again until it can; its pods wait for that
///        └──► broken off, or not known for now: open, to be resumed from what the pods say
///
/// A record of which it is not known whether it was written may come to be there after it was closed in vain: that is
/// done again when nobody can be at writing it any more.
///
/// What is known here is lost with the process; the next one then asks the pods, which tell nearly as much.
final class OwnRecords {

    /// After which the API server is done with whatever was sent to it, or has given it up.
    static final Duration IN_FLIGHT_MAX = Duration.ofMinutes(1);

    private final InstantSource clock;
    /// Without an outcome, by their names.
    private final Map<String, Entry.Written> open = new LinkedHashMap<>();
    /// Outcomes that could not be written, by the names of their records, the one that was tried last at the end.
    private final Map<String, ChangeResult> results = new LinkedHashMap<>();
    /// When records were sent of which it is not known whether they are there, by their names, epoch milliseconds.
    private final Map<String, Long> unclear = new HashMap<>();

    OwnRecords(InstantSource clock) {
        this.clock = clock;
    }

    /// The same journal, of which is noted what is open and what it could not write down.
    ChangeJournal noting(ChangeJournal journal) {
        return new NotingJournal(journal, new NotingJournal.Notes() {
            @Override
            public void intended(Change change, Entry entry) {
                note(entry);
            }

            @Override
            public void closed(ChangeResult result, Closing closing) {
                note(result, closing instanceof Closing.Written);
            }
        });
    }

    private synchronized void note(Entry entry) {
        switch (entry) {
            case Entry.Written written -> open.put(written.name(), written);
            case Entry.Unclear(var name, var message) -> unclear.put(name, clock.millis());
            case Entry.NotWritten notWritten -> {}
            case Entry.Forbidden forbidden -> {}
        }
    }

    /// A change that has not come to its end has no outcome yet.
    private synchronized void note(ChangeResult result, boolean isWritten) {
        var name = result.record();
        results.remove(name);
        if (!result.phase().isFinal()) {
            open.computeIfPresent(name, (same, entry) -> new Entry.Written(same, entry.change(), result.pods()));
            return;
        }
        open.remove(name);
        if (isWritten && !isInFlight(name)) {
            unclear.remove(name);
        } else {
            results.put(name, result);
        }
    }

    private boolean isInFlight(String name) {
        return Optional.ofNullable(unclear.get(name))
                .filter(sent -> Math.abs(clock.millis() - sent) < IN_FLIGHT_MAX.toMillis())
                .isPresent();
    }

    /// What was begun for a workload and has no outcome; when nobody is at it, it is to be resumed.
    synchronized List<Entry.Written> open(Owner workload) {
        return open.values().stream()
                .filter(entry -> entry.change().workload().equals(workload))
                .toList();
    }

    /// Tries one after the other, until one cannot be written: that one comes last the next time, so that it
    /// keeps none of the others, and an API server that is gone costs one try.
    ///
    /// @param journal one of [#noting]
    void write(ChangeJournal journal) {
        for (var result : now()) {
            if (!(journal.close(result.record(), result) instanceof Closing.Written)) {
                return;
            }
        }
    }

    private synchronized List<ChangeResult> now() {
        return List.copyOf(results.values());
    }

    /// The record of a former change of one of these pods that waits for its outcome, if one does.
    synchronized Optional<String> record(Change next) {
        return results.values().stream()
                .filter(result -> result.pods().stream().anyMatch(pod -> isOf(next, pod.change())))
                .map(ChangeResult::record)
                .findFirst();
    }

    private static boolean isOf(Change next, PodChange former) {
        return next.pods().stream().anyMatch(pod -> pod.uid().equals(former.uid()));
    }
}
