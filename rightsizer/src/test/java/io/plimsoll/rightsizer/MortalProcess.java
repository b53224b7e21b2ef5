package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.PodKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// All that a transaction asks of the outside, by a process that is killed right before or right after a step, with
/// an error that no code may catch; or in which a bug throws there, once. Belongs to one thread at a time.
final class MortalProcess implements ActionPort, LivePods, ChangeJournal {

    /// The death of the process.
    static final class Killed extends Error {

        private static final long serialVersionUID = 1;

        Killed(String step) {
            super("killed at " + step);
        }
    }

    private final ActionPort port;
    private final LivePods pods;
    private final ChangeJournal journal;
    private final String end;
    private final Runnable death;
    private final List<String> steps = new ArrayList<>();

    /// @param end `before` or `after`, then `dry run`, `intend`, `patch`, `look` or `close` and its number: `after
    /// patch 2`
    MortalProcess(ActionPort port, LivePods pods, ChangeJournal journal, String end) {
        this(port, pods, journal, end, () -> {
            throw new Killed(end);
        });
    }

    private MortalProcess(ActionPort port, LivePods pods, ChangeJournal journal, String end, Runnable death) {
        this.port = port;
        this.pods = pods;
        this.journal = journal;
        this.end = end;
        this.death = death;
    }

    /// One that lives on after the bug.
    static MortalProcess withABug(ActionPort port, LivePods pods, ChangeJournal journal, String at) {
        return new MortalProcess(port, pods, journal, at, () -> {
            throw new IllegalStateException("a bug at " + at);
        });
    }

    @Override
    public Outcome carryOut(Action action) {
        return step("patch", () -> port.carryOut(action));
    }

    @Override
    public Outcome dryRun(Action action) {
        return step("dry run", () -> port.dryRun(action));
    }

    @Override
    public Look look(PodKey key) {
        return step("look", () -> pods.look(key));
    }

    @Override
    public Entry intend(Change change) {
        return step("intend", () -> journal.intend(change));
    }

    @Override
    public Closing close(String name, ChangeResult result) {
        return step("close", () -> journal.close(name, result));
    }

    @Override
    public void read(Consumer<Logged> each) {
        journal.read(each);
    }

    private <T> T step(String kind, Supplier<T> work) {
        steps.add(kind);
        var step = kind + " " + steps.stream().filter(kind::equals).count();
        if (end.equals("before " + step)) {
            death.run();
        }
        T result = work.get();
        if (end.equals("after " + step)) {
            death.run();
        }
        return result;
    }
}
