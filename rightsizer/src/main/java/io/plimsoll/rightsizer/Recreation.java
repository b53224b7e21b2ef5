package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.EvictedPod;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.action.RecreatablePods.Look;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.move.EvictionBan;
import io.plimsoll.model.move.Stay;
import io.plimsoll.model.move.StayReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Evicts a pod that cannot be resized in place, so that its successor starts with what is recommended. Blocks; any
/// thread may run one, one a workload at a time.
///
/// Goals, in their order: the workload goes on serving; nobody's budget is broken; no pod is evicted in vain, only to
/// come back as it was; nothing is sent without a record.
///
///     new pods sized? pod evictable? others ready? ──no──► abandoned, nothing written
///        │ yes
///     dry run of the eviction ──no──► abandoned, in the API server's words
///        │ yes
///     record ──► eviction, with uid and resourceVersion ──refused──► abandoned
///        │
///     the successor ──► sized: applied │ as the template has it: reverted │ none came: failed
///        └── a raise after a kill for memory waits ──► left open, to be resumed
///
/// A dry run of an eviction asks the budget, and takes nothing from it. There is no way back in the pod: its record
/// names one that is gone. The successor is a pod like any other, and is sized down again when it uses less.
final class Recreation {

    /// The code of a change that recreates a pod.
    static final String CODE = "Recreated";

    private static final int TRIES_MAX = 5;

    private final ActionPort port;
    private final ChangeJournal journal;
    private final Supplier<ClusterImage> images;
    private final LoopContext context;
    private final TransactionSettings settings;
    private final RecordCloser closer;
    /// The uids of the pods that were there before, by the names of records that are open.
    private final Map<String, Set<String>> before = new ConcurrentHashMap<>();

    Recreation(
            ActionPort port,
            ChangeJournal journal,
            Supplier<ClusterImage> images,
            LoopContext context,
            TransactionSettings settings) {
        this.port = port;
        this.journal = journal;
        this.images = images;
        this.context = context;
        this.settings = settings;
        this.closer = new RecordCloser(journal, context, settings.look());
    }

    /// The change that recreates a pod for which another change came to nothing.
    static Change of(Change change, PodResult stuck) {
        return new Change(
                change.workload(),
                change.policy(),
                CODE,
                "evicted, since it cannot be resized in place (" + stuck.message() + "). " + change.reason(),
                Optional.empty(),
                List.of(stuck.change()));
    }

    /// @param change of one pod
    /// @param hurried whether something waits for the workload that cannot wait for the successor
    ChangeResult run(Change change, BooleanSupplier hurried) throws InterruptedException {
        return switch (asked(change)) {
            case Asked.No(var words) -> ended("", change.pods().getFirst(), ChangePhase.ABANDONED, words);
            case Asked.Yes(var evict) -> evicted(change, evict, hurried);
        };
    }

    private sealed interface Asked {

        record Yes(Action.Evict evict) implements Asked {}

        /// @param words why not, for people
        record No(String words) implements Asked {}
    }

    /// Asks again where the pod changes meanwhile, as it does when its node writes its status after a change that was
    /// taken back: that alone is no reason to keep it.
    private Asked asked(Change change) throws InterruptedException {
        var pod = change.pods().getFirst();
        for (int tries = 1; true; tries++) {
            var obstacle = port.recreatable().unsized().or(() -> ban(pod)).or(() -> standing(change.workload(), pod));
            if (obstacle.isPresent()) {
                return new Asked.No(obstacle.get());
            }
            switch (port.recreatable().look(pod.pod(), pod.uid())) {
                case Look.Kept(var words) -> {
                    return new Asked.No(words);
                }
                case Look.Evictable(var version) -> {
                    var evict = evict(pod, version);
                    var dry = port.dryRun(evict);
                    if (dry.refusal().isEmpty()) {
                        return new Asked.Yes(evict);
                    }
                    if (!isConflict(dry) || tries == TRIES_MAX) {
                        return new Asked.No("not evicted: " + dry.wordsOfEviction());
                    }
                }
            }
            context.pauses().pause(settings.look());
        }
    }

    private static Action.Evict evict(PodChange pod, String version) {
        return new Action.Evict(pod.pod(), pod.uid(), Optional.of(version));
    }

    private static boolean isConflict(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused && refused.reason() == Refusal.CONFLICT;
    }

    /// Sees one through that was begun and left: whether the eviction was sent, the pod tells, once it cannot be on its
    /// way any more.
    ChangeResult resume(Entry.Written entry, BooleanSupplier hurried) throws InterruptedException {
        context.pauses().pause(settings.lateMax());
        var change = entry.change();
        var pod = change.pods().getFirst();
        return closer.closed(
                evicted(change).isThere(images.get())
                        ? ended(entry.name(), pod, ChangePhase.ABANDONED, "the pod is there: it was not evicted")
                        : succeeded(entry.name(), change, before.getOrDefault(entry.name(), Set.of()), hurried));
    }

    private static EvictedPod evicted(Change change) {
        var pod = change.pods().getFirst();
        return new EvictedPod(change.workload(), pod.pod(), pod.uid());
    }

    /// Who does not want it to be evicted, or why nobody may: also by its workload's and its namespace's labels.
    private Optional<String> ban(PodChange change) {
        var image = images.get();
        if (image.isTerminating(change.pod().namespace())) {
            return Optional.of(Stay.of(StayReason.NAMESPACE_TERMINATING).words());
        }
        return image.pod(change.pod())
                .map(pod -> EvictionBan.of(pod.spec(), image.optOuts(pod)).map(Stay::words))
                .orElse(Optional.of("the pod is gone"));
    }

    /// Why the workload cannot do without the pod for a while.
    private Optional<String> standing(Owner workload, PodChange change) {
        var image = images.get();
        var others = image.podsOf(workload).stream()
                .map(PodImage::spec)
                .filter(pod -> !pod.uid().equals(change.uid()))
                .toList();
        int wanted = image.owner(workload).map(owner -> owner.replicas()).orElse(0);
        if (others.isEmpty()) {
            return Optional.of("it is the only pod of its workload");
        }
        if (others.size() + 1 < wanted) {
            return Optional.of("only " + (others.size() + 1) + " of " + wanted + " pods are there");
        }
        return others.stream()
                .filter(pod -> !pod.isServing())
                .map(pod -> "pod " + pod.key().name() + " of its workload is not ready")
                .findFirst();
    }

    private ChangeResult evicted(Change change, Action.Evict evict, BooleanSupplier hurried)
            throws InterruptedException {
        var pod = change.pods().getFirst();
        var known = evicted(change).companions(images.get());
        return switch (journal.intend(change)) {
            case Entry.NotWritten(var message) -> unwritten(pod, message);
            case Entry.Forbidden(var message) -> unwritten(pod, message);
            case Entry.Unclear unclear -> closer.unclear(change, unclear, "it was not evicted");
            case Entry.Written written ->
                closer.closed(
                        switch (sent(change, evict)) {
                            case Outcome.Done() -> succeeded(written.name(), change, known, hurried);
                            // It may have been taken: the pod tells.
                            case Outcome.Failed failed -> succeeded(written.name(), change, known, hurried);
                            case Outcome.Refused refused ->
                                ended(
                                        written.name(),
                                        pod,
                                        ChangePhase.ABANDONED,
                                        "not evicted: " + refused.wordsOfEviction());
                        });
        };
    }

    /// As it was asked, and again with what a new look finds where the pod has changed since.
    private Outcome sent(Change change, Action.Evict first) throws InterruptedException {
        var outcome = port.carryOut(first);
        for (int tries = 1; isConflict(outcome) && tries < TRIES_MAX; tries++) {
            context.pauses().pause(settings.look());
            if (!(asked(change) instanceof Asked.Yes(var next))) {
                return outcome;
            }
            outcome = port.carryOut(next);
        }
        return outcome;
    }

    private static ChangeResult unwritten(PodChange pod, String message) {
        return ended(
                "", pod, ChangePhase.ABANDONED, "no record of it could be written, so it was not evicted: " + message);
    }

    // The successor

    /// Looks for it in the cluster's image, for as long as a change may take.
    ///
    /// @param known uids of pods that were there before; none where that is not known
    private ChangeResult succeeded(String record, Change change, Set<String> known, BooleanSupplier hurried)
            throws InterruptedException {
        before.remove(record);
        var pod = change.pods().getFirst();
        var evicted = evicted(change);
        long start = context.nanoTime().getAsLong();
        while (true) {
            long sinceMillis = context.clock().millis() - settings.applyMax().toMillis();
            var successor = evicted.successor(images.get(), known, sinceMillis);
            if (successor.isPresent()) {
                return appraised(record, pod, successor.get());
            }
            if (hurried.getAsBoolean()) {
                before.put(record, known);
                return ended(record, pod, ChangePhase.INTENDED, "");
            }
            if (context.nanoTime().getAsLong() - start >= settings.applyMax().toNanos()) {
                return evicted.isThere(images.get())
                        ? ended(record, pod, ChangePhase.ABANDONED, "the pod is there still: it was not evicted")
                        : ended(
                                record,
                                pod,
                                ChangePhase.FAILED,
                                "no pod came in its place within "
                                        + settings.applyMax().toSeconds() + " s: look at the events of its workload");
            }
            context.pauses().pause(settings.look());
        }
    }

    private static ChangeResult appraised(String record, PodChange pod, PodSpec successor) {
        var name = successor.key().name();
        boolean isAsBefore = pod.before().stream().allMatch(before -> asks(successor, before));
        return isAsBefore
                ? ended(
                        record,
                        pod,
                        ChangePhase.REVERTED,
                        "its successor " + name + " asks for what it did: the webhook has not sized it, its metrics"
                                + " (plimsoll_admission_reviews_total) say why")
                : ended(record, pod, ChangePhase.APPLIED, "pod " + name + " took its place");
    }

    private static boolean asks(PodSpec pod, ContainerSpec wanted) {
        return pod.containers().stream()
                .filter(container -> container.name().equals(wanted.name()))
                .anyMatch(container -> container.requests().equals(wanted.requests()));
    }

    private static ChangeResult ended(String record, PodChange pod, ChangePhase phase, String words) {
        return new ChangeResult(record, List.of(new PodResult(pod, phase, words)));
    }
}
