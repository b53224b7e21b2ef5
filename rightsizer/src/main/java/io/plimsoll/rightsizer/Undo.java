package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Takes a change back that was carried out: by a change of its own, which has a record of its own and can be taken
/// back in turn. Blocks; any thread may use it.
///
/// Only pods that still ask for what the change set are set back; the others were changed by somebody else since,
/// and stay. It may be refused: what was given up may be taken by others.
public final class Undo {

    private final ActionPort port;
    private final ChangeJournal journal;
    private final ResizeTransaction transaction;

    public Undo(
            ActionPort port, LivePods pods, ChangeJournal journal, LoopContext context, TransactionSettings settings) {
        this.port = port;
        this.journal = journal;
        this.transaction = new ResizeTransaction(port, pods, journal, context, settings);
    }

    /// What would be done, and what the API server says to it.
    ///
    /// @param refusal the API server's words, if it refuses
    public record Preview(Change change, Optional<String> refusal) {}

    /// Why nothing can be taken back.
    public static final class NotReversible extends Exception {

        private static final long serialVersionUID = 1;

        NotReversible(String message) {
            super(message);
        }
    }

    public Preview preview(String name) throws NotReversible {
        var change = inverse(reversible(name));
        return new Preview(
                change,
                switch (port.dryRun(change.pods().getFirst().forward())) {
                    case Outcome.Done() -> Optional.empty();
                    case Outcome.Refused refused -> Optional.of(refused.message());
                    case Outcome.Failed(var message) -> Optional.of(message);
                });
    }

    public ChangeResult undo(String name) throws NotReversible, InterruptedException {
        var record = reversible(name);
        var result = transaction.run(inverse(record), Duration.ZERO);
        if (result.isApplied()) {
            journal.close(record.name(), ChangeResult.of(record.name(), record.change(), ChangePhase.UNDONE, ""));
        }
        return result;
    }

    private Logged reversible(String name) throws NotReversible {
        var record = journal.records().stream()
                .filter(logged -> logged.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotReversible(
                        "there is no change " + name + ": `kubectl get changerecords --all-namespaces` lists them"));
        if (record.phase() != ChangePhase.APPLIED) {
            throw new NotReversible(
                    "change " + name + " is " + record.phase() + ": only APPLIED ones can be taken back");
        }
        return record;
    }

    private static Change inverse(Logged record) {
        var change = record.change();
        List<PodChange> pods = change.pods().stream()
                .map(pod -> new PodChange(pod.pod(), pod.uid(), pod.after(), pod.before()))
                .toList();
        return new Change(
                change.workload(),
                change.policy(),
                "Undone",
                "takes back " + record.name(),
                Optional.of(record.name().substring(record.name().indexOf('/') + 1)),
                pods);
    }
}
