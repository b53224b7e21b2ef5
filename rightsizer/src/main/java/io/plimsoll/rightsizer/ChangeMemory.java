package io.plimsoll.rightsizer;

import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ResizePlanner;
import io.plimsoll.model.recommendation.WorkloadHistory;
import io.plimsoll.model.recommendation.WorkloadHistory.Urgent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What was lately done to each workload, and what is being done now: read from the journal at the start, kept up
/// to date from then on. Guarded by itself.
final class ChangeMemory {

    private static final long VAIN_MILLIS = 60_000;
    private static final int DOUBLINGS_MAX = 6;
    /// Beyond, whoever took it back has broken off: its record is resumed as any other one.
    private static final long UNDO_MILLIS_MAX = 3_600_000;
    private static final long KEPT_MILLIS = 24 * 3_600_000L;

    private record Ended(long atMillis, ChangePhase phase) {}

    private final Map<Owner, List<Ended>> ended = new HashMap<>();
    /// Those that followed kills for memory, once more: what else was done must not make them forgotten.
    private final Map<Owner, List<Ended>> raises = new HashMap<>();
    /// Whether what is open follows a kill for memory, by workload.
    private final Map<Owner, Boolean> open = new HashMap<>();
    /// Workloads of which a change has ended since the last pass began.
    private final Set<Owner> endedSince = new HashSet<>();
    /// Workloads of which somebody else takes a change back right now.
    private Set<Owner> openElsewhere = Set.of();
    /// Names of the records of changes that were taken back, as far as they are counted.
    private Set<String> undone = Set.of();
    /// Changes that came to nothing, one after the other, and when the last one did.
    private final Map<Kind, Vain> vain = new HashMap<>();

    /// Those after kills for memory count by themselves: what else came to nothing must not hold them.
    private record Kind(Owner workload, boolean isUrgent) {}

    private record Vain(int times, long atMillis) {

        boolean isOver(long nowMillis) {
            return Math.abs(nowMillis - atMillis) >= VAIN_MILLIS << Math.min(DOUBLINGS_MAX, times - 1);
        }
    }

    /// Forgets what was done, before the journal is read, or read anew since that broke off. What was taken back
    /// is told again before the next pass.
    synchronized void clear() {
        ended.clear();
        raises.clear();
        undone = Set.of();
    }

    /// Takes in a record of the journal, in any order.
    ///
    /// @param image a complete one: of workloads that are not there, only what is of the last day is held
    synchronized void remember(Logged record, ClusterImage image, long nowMillis) {
        var workload = record.change().workload();
        boolean isHeld = image.isKnown(workload) || !isLongAgo(record.createdMillis(), nowMillis);
        if (record.phase().isFinal() && !isUndo(record) && isHeld) {
            boolean isUrgent = record.change().code().equals(ResizePlanner.OOM_KILLED);
            add(workload, isUrgent, new Ended(record.createdMillis(), record.counts()));
        }
    }

    /// Takes in what was taken back by hand, by whatever process: that workload was changed, and is not to be
    /// changed right back.
    ///
    /// @param undos all changes of the journal that take another one back
    synchronized void rememberUndos(List<Logged> undos, long nowMillis) {
        var names = new HashSet<String>();
        var running = new HashSet<Owner>();
        for (var undo : undos) {
            var workload = undo.change().workload();
            if (undo.phase() == ChangePhase.APPLIED && names.add(undo.name()) && !undone.contains(undo.name())) {
                add(workload, false, new Ended(undo.createdMillis(), ChangePhase.UNDONE));
            } else if (!undo.phase().isFinal() && !isBrokenOff(undo, nowMillis)) {
                running.add(workload);
            }
        }
        undone = names;
        openElsewhere = running;
    }

    /// Whether whoever took a change back cannot be at it any more.
    static boolean isBrokenOff(Logged undo, long nowMillis) {
        return !undo.phase().isFinal() && Math.abs(nowMillis - undo.createdMillis()) >= UNDO_MILLIS_MAX;
    }

    private static boolean isUndo(Logged record) {
        return record.change().undoes().isPresent();
    }

    /// A pass begins to decide: it does not know of what ends from now on.
    synchronized void passBegins() {
        endedSince.clear();
    }

    /// Whether a change of the workload has ended since the last pass began: what that pass decided does not know of
    /// it.
    synchronized boolean isOutdated(Owner workload) {
        return endedSince.contains(workload);
    }

    /// False when a change of the workload is open already, or came to nothing a short time ago: a minute, twice as
    /// long for each further time, up to 64 minutes.
    ///
    /// @param isUrgent whether it follows a kill for memory
    synchronized boolean begin(Owner workload, boolean isUrgent, long nowMillis) {
        var before = vain.get(new Kind(workload, isUrgent));
        return (before == null || before.isOver(nowMillis))
                && !openElsewhere.contains(workload)
                && open.putIfAbsent(workload, isUrgent) == null;
    }

    /// The same of what the last pass decided: false, too, when it is [outdated][#isOutdated].
    synchronized boolean beginDecided(Owner workload, boolean isUrgent, long nowMillis) {
        return !isOutdated(workload) && begin(workload, isUrgent, nowMillis);
    }

    /// @param phase what it [counts][io.plimsoll.model.action.ChangeResult#counts] as
    synchronized void end(Owner workload, boolean isUrgent, ChangePhase phase, long atMillis) {
        open.remove(workload);
        endedSince.add(workload);
        var kind = new Kind(workload, isUrgent);
        if (phase == ChangePhase.ABANDONED) {
            vain.merge(kind, new Vain(1, atMillis), (before, now) -> new Vain(before.times() + 1, atMillis));
        } else {
            vain.remove(kind);
        }
        add(workload, isUrgent, new Ended(atMillis, phase));
    }

    synchronized boolean isOpen(Owner workload) {
        return open.containsKey(workload) || openElsewhere.contains(workload);
    }

    /// Whether a raise after a kill need not wait for the end of what is open, but only for it to make way.
    private boolean isLetIn(Owner workload) {
        return !openElsewhere.contains(workload) && !open.getOrDefault(workload, true);
    }

    /// @param claimed what others own of it
    synchronized WorkloadHistory history(Owner workload, Claimed claimed) {
        var last = ended.getOrDefault(workload, new ArrayList<>());
        var raised = raises.getOrDefault(workload, new ArrayList<>());
        return WorkloadHistory.of(claimed, at(last), isOpen(workload), phases(last))
                .with(Urgent.of(at(raised), phases(raised), isLetIn(workload)));
    }

    private static OptionalLong at(List<Ended> changes) {
        return changes.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(changes.getLast().atMillis());
    }

    private static List<ChangePhase> phases(List<Ended> changes) {
        return changes.stream().map(Ended::phase).toList();
    }

    /// Forgets what is not there any more and was left alone for a day: a workload may be out of sight for a while,
    /// as all of them are before the cluster was read.
    synchronized void keep(Set<Owner> workloads, long nowMillis) {
        ended.entrySet()
                .removeIf(last -> !workloads.contains(last.getKey())
                        && isLongAgo(last.getValue().getLast().atMillis(), nowMillis));
        raises.keySet().retainAll(ended.keySet());
        vain.entrySet()
                .removeIf(last -> !workloads.contains(last.getKey().workload())
                        && isLongAgo(last.getValue().atMillis(), nowMillis));
    }

    private static boolean isLongAgo(long atMillis, long nowMillis) {
        return Math.abs(nowMillis - atMillis) >= KEPT_MILLIS;
    }

    /// Nothing was done when a change was abandoned: it does not count. One that is open counts when it ends.
    private void add(Owner workload, boolean isUrgent, Ended change) {
        if (change.phase() == ChangePhase.ABANDONED || !change.phase().isFinal()) {
            return;
        }
        keep(ended, workload, change);
        if (isUrgent) {
            keep(raises, workload, change);
        }
    }

    private static void keep(Map<Owner, List<Ended>> changes, Owner workload, Ended change) {
        var last = changes.computeIfAbsent(workload, owner -> new ArrayList<>());
        last.addLast(change);
        last.sort(Comparator.comparingLong(Ended::atMillis));
        if (last.size() > WorkloadHistory.CHANGES_KEPT) {
            last.removeFirst();
        }
    }
}
