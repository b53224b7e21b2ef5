package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.LivePods.Look;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.ResizeProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Takes a change back that was carried out: by a change of its own, which has a record of its own and can be
/// taken back in turn. Blocks; any thread may use it.
///
/// Only pods that still ask for what the change set are set back; the others were changed by somebody else since,
/// and stay. It may be refused: what was given up may be taken by others.
public final class Undo {

    private final ActionPort port;
    private final LivePods pods;
    private final ChangeJournal journal;
    private final ResizeTransaction transaction;

    public Undo(
            ActionPort port, LivePods pods, ChangeJournal journal, LoopContext context, TransactionSettings settings) {
        this(port, pods, journal, new ResizeTransaction(port, pods, journal, context, settings));
    }

    Undo(ActionPort port, LivePods pods, ChangeJournal journal, ResizeTransaction transaction) {
        this.port = port;
        this.pods = pods;
        this.journal = journal;
        this.transaction = transaction;
    }

    /// What would be done, pod by pod.
    ///
    /// @param marksRefusal why the workload's annotations cannot be taken back; nothing is taken back then
    public record Preview(Change change, List<PodPreview> pods, Optional<String> marksRefusal) {

        public Preview {
            pods = List.copyOf(pods);
        }

        /// The first reason why it cannot be done with all pods.
        public Optional<String> refusal() {
            return marksRefusal.or(() -> pods.stream()
                    .map(PodPreview::refusal)
                    .flatMap(Optional::stream)
                    .findFirst());
        }
    }

    /// @param refusal why this pod cannot be set back now: in the API server's words, if it is asked
    public record PodPreview(PodChange change, Optional<String> refusal) {}

    /// Why nothing can be taken back.
    public static final class NotReversible extends Exception {

        private static final long serialVersionUID = 1;

        NotReversible(String message) {
            super(message);
        }
    }

    public Preview preview(String name) throws NotReversible {
        return preview(inverse(reversible(name)));
    }

    private Preview preview(Change change) {
        return new Preview(
                change,
                change.pods().stream()
                        .map(pod -> new PodPreview(pod, refusal(pod)))
                        .toList(),
                port.marks().dryRun(change.workload(), change.marks()).refusal());
    }

    private Optional<String> refusal(PodChange change) {
        return switch (pods.look(change.pod(), change.uid())) {
            case Look.Gone(var message) -> Optional.of(message);
            case Look.Unanswered(var message) -> Optional.of(message);
            case Look.Found(var pod)
            when ResizeProgress.asksFor(pod, change.after()) -> Optional.of("it asks for that already");
            case Look.Found(var pod)
            when !ResizeProgress.asksFor(pod, change.before()) ->
                Optional.of("somebody else has changed it since: it asks for something else by now");
            case Look.Found(var pod) -> {
                var after = pod.toldApart(change.after());
                yield port.dryRun(new Action.Resize(change.pod(), change.uid(), Optional.empty(), after))
                        .refusal();
            }
        };
    }

    /// Sets those pods back that can be; what became of each is in the result. Where one is left that could not be set
    /// back for now, the record stays open to another try.
    public ChangeResult undo(String name) throws NotReversible, InterruptedException {
        var record = reversible(name);
        var inverse = inverse(record);
        var result = transaction.run(possible(inverse), Duration.ZERO);
        settle(record, result);
        return result;
    }

    /// Ends what somebody else has begun to take back and left.
    ChangeResult resume(Entry.Written undo) throws InterruptedException {
        var change = undo.change();
        var result = transaction.resume(undo);
        change.undoes()
                .flatMap(name -> journal.record(change.workload().namespace() + "/" + name))
                .filter(record -> record.counts() == ChangePhase.APPLIED)
                .ifPresent(record -> settle(record, result));
        return result;
    }

    private void settle(Logged record, ChangeResult result) {
        boolean isAllBack = result.isApplied()
                && record.change().pods().stream().map(PodChange::inverse).noneMatch(this::isLeft);
        if (isAllBack) {
            journal.close(record.name(), ChangeResult.of(record.name(), record.change(), ChangePhase.UNDONE, ""));
        }
    }

    /// Whether a pod still asks for what the record set, or may do so: it can be set back another time.
    private boolean isLeft(PodChange inverse) {
        return switch (pods.look(inverse.pod(), inverse.uid())) {
            case Look.Gone gone -> false;
            case Look.Unanswered unanswered -> true;
            case Look.Found(var pod) -> ResizeProgress.asksFor(pod, inverse.before());
        };
    }

    private Logged reversible(String name) throws NotReversible {
        var record = journal.record(name)
                .orElseThrow(() -> new NotReversible(
                        "there is no change " + name + ": `kubectl get changerecords --all-namespaces` lists them"));
        if (record.counts() != ChangePhase.APPLIED) {
            throw new NotReversible(
                    "change " + name + " is " + record.phase() + ": only APPLIED ones can be taken back");
        }
        return record;
    }

    /// The change of those pods alone that can be set back; the whole one if there are none, to be refused in
    /// words.
    private Change possible(Change change) {
        var possible = preview(change).pods().stream()
                .filter(pod -> pod.refusal().isEmpty())
                .map(PodPreview::change)
                .toList();
        return possible.isEmpty()
                ? change
                : new Change(
                        change.workload(),
                        change.policy(),
                        change.code(),
                        change.reason(),
                        change.undoes(),
                        possible,
                        change.marks());
    }

    private static Change inverse(Logged record) {
        var change = record.change();
        var pods = change.pods().stream().map(PodChange::inverse).toList();
        return new Change(
                change.workload(),
                change.policy(),
                "Undone",
                "takes back " + record.name(),
                Optional.of(record.name().substring(record.name().indexOf('/') + 1)),
                pods,
                change.marks().stream().map(Mark::inverse).toList());
    }
}
