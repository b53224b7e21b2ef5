package io.plimsoll.rebalancer;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.RecordedPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// All that a rebalancer asks of the API server, by a process that ends at one of its requests, with an error that no
/// code may catch. Belongs to one thread at a time.
final class MortalMover implements ActionPort, LivePods, PlanJournal {

    /// How a request goes.
    enum Fate {
        ANSWERED,
        /// The process ends before it is sent.
        KILLED_BEFORE,
        /// It takes effect, and the process ends before it sees the answer.
        KILLED_AFTER,
        /// A write of the journal that is refused, or does not arrive.
        UNWRITTEN,
        /// A write of the journal that takes effect, and is not answered.
        UNANSWERED
    }

    /// The death of the process.
    static final class Killed extends Error {

        private static final long serialVersionUID = 1;

        Killed(String request) {
            super("killed at " + request);
        }
    }

    /// Says how the next request goes.
    @FunctionalInterface
    interface Course {

        Fate next(String request);
    }

    private final MovingFleet fleet;
    private final Course course;
    final List<String> requests = new ArrayList<>();

    MortalMover(MovingFleet fleet, Course course) {
        this.fleet = fleet;
        this.course = course;
    }

    private <T> T asked(String request, Supplier<T> work) {
        requests.add(request);
        return switch (course.next(request)) {
            case ANSWERED -> work.get();
            case KILLED_BEFORE -> throw new Killed(request);
            case KILLED_AFTER -> {
                throw new Killed(request + ", answered with " + work.get());
            }
            case UNWRITTEN -> {
                if (isWrite(request)) {
                    throw new JournalUnavailable(request + " failed", new IllegalStateException());
                }
                yield work.get();
            }
            case UNANSWERED -> {
                var done = work.get();
                if (isWrite(request)) {
                    throw new JournalUnavailable(request + " was not answered", new IllegalStateException());
                }
                yield done;
            }
        };
    }

    private static boolean isWrite(String request) {
        return request.equals("write") || request.equals("propose");
    }

    @Override
    public List<RecordedPlan> plans() {
        return fleet.plans.plans();
    }

    @Override
    public RecordedPlan propose(MovePlan plan, long expiresAtMillis) {
        return asked("propose", () -> fleet.plans.propose(plan, expiresAtMillis));
    }

    @Override
    public RecordedPlan write(RecordedPlan plan) {
        return asked("write", () -> fleet.plans.write(plan));
    }

    @Override
    public void forget(RecordedPlan plan) {
        asked("forget", () -> {
            fleet.plans.forget(plan);
            return plan;
        });
    }

    @Override
    public Look look(PodKey key) {
        return asked("look", () -> fleet.look(key));
    }

    @Override
    public Outcome dryRun(Action action) {
        return asked("dry run", () -> fleet.dryRun(action));
    }

    @Override
    public Outcome carryOut(Action action) {
        return asked("evict", () -> fleet.carryOut(action));
    }
}
