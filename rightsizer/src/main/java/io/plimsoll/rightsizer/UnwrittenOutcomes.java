package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Outcomes of changes that are known and could not be written down: they are tried again until they can, since
/// nobody knows them better, and their pods wait for that. Guarded by itself.
///
/// What is known here is lost with the process; the next one then asks the pods, which tell nearly as much.
final class UnwrittenOutcomes {

    /// By the names of their records, the one that was tried last at the end.
    private final Map<String, ChangeResult> results = new LinkedHashMap<>();

    /// The same journal, of which is noted what it could not write down.
    ChangeJournal noting(ChangeJournal journal) {
        return new ChangeJournal() {
            @Override
            public Entry intend(Change change) {
                return journal.intend(change);
            }

            @Override
            public boolean close(String name, ChangeResult result) {
                boolean isWritten = journal.close(name, result);
                note(name, result, isWritten);
                return isWritten;
            }

            @Override
            public List<Logged> records() {
                return journal.records();
            }

            @Override
            public List<Logged> undos() {
                return journal.undos();
            }
        };
    }

    /// A change that has not come to its end has no outcome yet.
    private synchronized void note(String name, ChangeResult result, boolean isWritten) {
        results.remove(name);
        if (!isWritten && result.phase().isFinal()) {
            results.put(name, result);
        }
    }

    /// Tries one after the other, until one cannot be written: that one comes last the next time, so that it
    /// keeps none of the others, and an API server that is gone costs one try.
    ///
    /// @param journal one of [#noting]
    void write(ChangeJournal journal) {
        for (var result : now()) {
            if (!journal.close(result.record(), result)) {
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
