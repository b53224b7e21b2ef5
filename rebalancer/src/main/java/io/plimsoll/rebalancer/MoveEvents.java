package io.plimsoll.rebalancer;

import io.plimsoll.kubernetes.action.ApiEvents.Happening;
import io.plimsoll.kubernetes.action.ApiEvents.Severity;
import io.plimsoll.kubernetes.action.ApiEvents.Subject;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.RecordedPlan;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes events of moves, which `kubectl describe` shows of pods, workloads and nodes. One that cannot be written is
/// missing: the plan's record has it all. Whoever tells of a move does not wait for them: each takes up to three
/// requests, and a slow API server holds up no move.
///
/// | reason | of | when |
/// |---|---|---|
/// | `Moved` | pod, workload, node | its eviction was taken |
/// | `Landed` | workload | its replacement is ready |
/// | `NotMoved` | workload | the API server refused the eviction |
/// | `NotReplaced` | workload | no replacement was ready in time: a warning |
/// | `MoveDidNotHelp` | node | when that was looked at, it had not done what it was for: a warning |
public final class MoveEvents implements MoveTeller {

    private static final Logger LOG = LoggerFactory.getLogger(MoveEvents.class);

    private final Events events;
    private final Executor writer;

    /// Where events are written to.
    @FunctionalInterface
    public interface Events {

        void create(Happening happening) throws IOException;
    }

    /// @param writer by which they are written, one after the other; one that it rejects is missing
    public MoveEvents(Events events, Executor writer) {
        this.events = events;
        this.writer = writer;
    }

    @Override
    public void stepped(RecordedPlan plan, MoveStep step) {
        var move = step.move();
        switch (step.phase()) {
            case EVICTED -> {
                var note = "evicted from " + move.from() + " by plan " + plan.name() + ", expected on " + move.to()
                        + ": " + move.because();
                tell(pod(move), node(move), Severity.NORMAL, "Moved", note);
                tell(
                        workload(move),
                        pod(move),
                        Severity.NORMAL,
                        "Moved",
                        move.pod().name() + " was " + note);
                tell(node(move), pod(move), Severity.NORMAL, "Moved", move.pod() + " was " + note);
            }
            case LANDED -> tell(workload(move), pod(move), Severity.NORMAL, "Landed", step.message());
            case REFUSED ->
                tell(
                        workload(move),
                        pod(move),
                        Severity.NORMAL,
                        "NotMoved",
                        move.pod().name() + " stays on " + move.from() + ": " + step.message());
            case LOST -> tell(workload(move), pod(move), Severity.WARNING, "NotReplaced", step.message());
            case PLANNED, EVICTING, SKIPPED -> {}
        }
    }

    @Override
    public void looked(RecordedPlan plan, MoveStep step) {
        step.landing()
                .flatMap(Landing::latest)
                .filter(look -> look.finding() == Landing.Finding.DID_NOT_HELP)
                .ifPresent(look -> tell(
                        node(step.move()),
                        pod(step.move()),
                        Severity.WARNING,
                        "MoveDidNotHelp",
                        "the move of " + step.move().pod() + " did not help: " + look.words()));
    }

    private void tell(Subject regarding, Subject related, Severity severity, String reason, String note) {
        var happening = new Happening(regarding, related, severity, reason, note);
        try {
            writer.execute(() -> write(happening));
        } catch (RejectedExecutionException e) {
            LOG.warn("The event {} of {} was not written: too many wait already", reason, regarding);
        }
    }

    private void write(Happening happening) {
        try {
            events.create(happening);
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "The event {} of {} was not written: {}",
                    happening.reason(),
                    happening.regarding(),
                    e.getMessage());
        }
    }

    private static Subject pod(Move move) {
        return new Subject(move.pod().namespace(), "Pod", move.pod().name());
    }

    private static Subject workload(Move move) {
        return new Subject(
                move.workload().namespace(),
                move.workload().kind(),
                move.workload().name());
    }

    private static Subject node(Move move) {
        return new Subject("", "Node", move.from());
    }
}
