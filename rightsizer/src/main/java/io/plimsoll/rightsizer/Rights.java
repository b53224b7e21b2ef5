package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.action.RecreatablePods;
import io.plimsoll.model.action.WorkloadMarks;
import io.plimsoll.model.cluster.Owner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the API server has forbidden of late, or cannot do at all, by namespace: there it is only recommended
/// for [#REST], and then tried again, so that a right that was granted is noticed. Where it is forbidden to write
/// down the outcome of a change, nothing further is changed for as long either; one that could not be written for
/// another reason is [OwnRecords]'s. Any thread may use it.
final class Rights {

    static final Duration REST = Duration.ofMinutes(5);
    private static final String REMEDY = "; manifests/overlays/rightsizer/rbac.yaml has the rule";

    private static final String MARKS_REMEDY = "; gitOps.annotations takes the verbs get and patch on workloads:"
            + " manifests/overlays/rightsizer-annotations/rbac.yaml has the rule";

    private record Missing(String message, long atMillis) {}

    private final Map<String, Missing> forbidden = new ConcurrentHashMap<>();
    private final Map<String, Missing> untold = new ConcurrentHashMap<>();
    private final InstantSource clock;

    Rights(InstantSource clock) {
        this.clock = clock;
    }

    /// What is missing to change anything in a namespace, in the API server's words.
    Optional<String> missing(String namespace) {
        return young(forbidden.get(namespace)).or(() -> young(untold.get(namespace)));
    }

    private Optional<String> young(@Nullable Missing missing) {
        return Optional.ofNullable(missing)
                .filter(found -> Math.abs(clock.millis() - found.atMillis()) < REST.toMillis())
                .map(Missing::message);
    }

    private void forbidden(String namespace, String message) {
        note(namespace, message + REMEDY);
    }

    private void note(String namespace, String message) {
        forbidden.put(namespace, new Missing(message, clock.millis()));
    }

    /// The same port, of which is noted what is forbidden.
    ActionPort noting(ActionPort port) {
        return new ActionPort() {
            @Override
            public Outcome carryOut(Action action) {
                return noted(action, port.carryOut(action));
            }

            @Override
            public Outcome dryRun(Action action) {
                return noted(action, port.dryRun(action));
            }

            @Override
            public WorkloadMarks marks() {
                return noting(port.marks());
            }

            @Override
            public RecreatablePods recreatable() {
                return port.recreatable();
            }
        };
    }

    private WorkloadMarks noting(WorkloadMarks marks) {
        return new WorkloadMarks() {
            @Override
            public Pending pending(Owner workload, List<Mark> wanted) {
                var pending = marks.pending(workload, wanted);
                if (pending instanceof Pending.Unknown(var outcome)) {
                    var ignored = noted(workload, outcome);
                }
                return pending;
            }

            @Override
            public Outcome put(Owner workload, List<Mark> wanted) {
                return noted(workload, marks.put(workload, wanted));
            }

            @Override
            public Outcome dryRun(Owner workload, List<Mark> wanted) {
                return noted(workload, marks.dryRun(workload, wanted));
            }
        };
    }

    /// The rule is one of its own: who may annotate a workload may change its template.
    private Outcome noted(Owner workload, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused && refused.reason() == Refusal.FORBIDDEN) {
            note(workload.namespace(), refused.message() + MARKS_REMEDY);
        }
        return outcome;
    }

    private Outcome noted(Action action, Outcome outcome) {
        // Without the right to evict, pods are still resized in place: the change's own outcome says what is missing.
        if (action instanceof Action.Resize
                && outcome instanceof Outcome.Refused refused
                && refused.reason() == Refusal.FORBIDDEN) {
            forbidden(action.pod().namespace(), refused.message());
        }
        if (outcome instanceof Outcome.Refused refused && refused.reason() == Refusal.UNSUPPORTED) {
            note(action.pod().namespace(), refused.message());
        }
        return outcome;
    }

    /// The same journal, of which is noted what is forbidden.
    ChangeJournal noting(ChangeJournal journal) {
        return new NotingJournal(journal, new NotingJournal.Notes() {
            @Override
            public void intended(Change change, Entry entry) {
                if (entry instanceof Entry.Forbidden(var message)) {
                    forbidden(change.workload().namespace(), message);
                }
            }

            @Override
            public void closed(ChangeResult result, Closing closing) {
                noted(result.pods().getFirst().change().pod().namespace(), closing);
            }
        });
    }

    private void noted(String namespace, Closing closing) {
        switch (closing) {
            case Closing.Written() -> untold.remove(namespace);
            case Closing.Forbidden(var message) -> untold.put(namespace, new Missing(message + REMEDY, clock.millis()));
            case Closing.NotWritten notWritten -> {}
        }
    }
}
