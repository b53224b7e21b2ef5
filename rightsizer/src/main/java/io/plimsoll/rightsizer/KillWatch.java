package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.recommendation.MemoryFloor.OomRaise;
import io.plimsoll.model.recommendation.OomKill;
import io.plimsoll.model.recommendation.OomLedger;
import io.plimsoll.model.recommendation.OomLedger.Present;
import io.plimsoll.model.recommendation.OomLedger.Raise;
import io.plimsoll.model.recommendation.OomRules;
import io.plimsoll.model.recommendation.ResizePlanner;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Which containers were killed for memory, by what their pods tell, and what was done about it, by the
/// records of changes. Belongs to the right-sizer's loop, but for [#ended].
///
/// Nothing of it is written down: the pods remember their last kills and the records the raises, so that a
/// restart finds both again. The limit that a kill hit is taken from the first sight of it. Where that is the
/// list at the start, a limit that somebody has changed since the kill is taken for the one that was hit: the
/// raise then is one step too high.
///
/// An init container's raise has no record, and the pods that start with it have no kill to tell of. It stands as long
/// as the newest pod was made with it, whatever has become of the template: a rollout would be stuck in pods
/// that are killed at their start, and that nobody can resize. After a restart what was recommended tells it.
final class KillWatch {

    private static final long MIB = 1 << 20;
    /// What happened before the end of a change is told by then.
    private static final long TOLD_MILLIS_MAX = 60_000;

    private final OomLedger ledger = new OomLedger();
    private final OomRules rules;
    private final HostKills hosts;
    /// The last raises of init containers.
    private final Map<Given, OomRaise> given = new HashMap<>();
    private Set<OomKill> noticed = Set.of();
    /// Of late: the status of a pod may tell a kill a moment later than that the pod is not ready.
    private final Queue<TakenBack> takenBack = new ConcurrentLinkedQueue<>();

    private record TakenBack(Owner workload, PodChange change, long endedMillis) {}

    private record Given(Owner workload, String container) {}

    KillWatch(OomRules rules, Surroundings.SystemOoms ooms) {
        this.rules = rules;
        this.hosts = new HostKills(ooms);
    }

    /// Takes in a record of the journal, the same one any number of times. Of pods that are gone nothing is held:
    /// those that came after them may be of another template.
    ///
    /// @param image a complete one
    void remember(Logged record, ClusterImage image) {
        if (!isRaise(record) && !isUndo(record) && record.phase() != ChangePhase.REVERTED) {
            return;
        }
        var change = record.change();
        for (var pod : change.pods()) {
            pod(image, pod)
                    .ifPresent(found -> (isRaise(record) || isUndo(record)
                                    ? raises(record, change, pod, image.revision(found))
                                    : floors(record, pod, found, image.revision(found)))
                            .forEach(ledger::remember));
        }
    }

    private static Optional<PodSpec> pod(ClusterImage image, PodChange change) {
        return image.pod(change.pod())
                .map(found -> found.spec())
                .filter(found -> found.uid().equals(change.uid()));
    }

    /// @param recommendations that were made before the start
    void recall(List<StoredRecommendation> recommendations) {
        for (var recommendation : recommendations) {
            recommendation.containers().stream()
                    .filter(StoredRecommendation.Container::isOomRaise)
                    .forEach(container -> given.putIfAbsent(
                            new Given(recommendation.workload(), container.name()),
                            new OomRaise(container.target().memoryBytes(), 0, 1, 0)));
        }
    }

    private static boolean isRaise(Logged record) {
        return record.change().code().equals(ResizePlanner.OOM_KILLED)
                && record.phase() != ChangePhase.ABANDONED
                && record.phase() != ChangePhase.UNDONE;
    }

    private static boolean isUndo(Logged record) {
        return record.change().undoes().isPresent() && record.phase() == ChangePhase.APPLIED;
    }

    /// Whether there is a kill that was not [noticed][#notice].
    boolean isNews(ClusterImage image) {
        return !noticed.containsAll(OomKill.seenIn(image));
    }

    void notice(ClusterImage image) {
        noticed = Set.copyOf(OomKill.seenIn(image));
    }

    /// A change that did harm may be taken back for a kill at a limit that it had lowered. Any thread may tell of its
    /// end.
    void ended(Change change, ChangeResult result, long endedMillis) {
        result.pods().stream()
                .filter(pod -> pod.isHarmed() && pod.phase() == ChangePhase.REVERTED)
                .map(pod -> new TakenBack(change.workload(), pod.change(), endedMillis))
                .forEach(takenBack::add);
    }

    /// Takes in what a complete image tells.
    void look(ClusterImage image, long nowMillis) {
        ledger.recordAll(hosts.told(image));
        takenBack.forEach(back -> floors(back, image).forEach(ledger::remember));
        takenBack.removeIf(back -> Math.abs(nowMillis - back.endedMillis()) > TOLD_MILLIS_MAX);
        ledger.forget(rules, nowMillis);
        given.keySet().removeIf(one -> !image.isKnown(one.workload()));
    }

    /// For the last kill up to its end, whatever limit that was first seen with.
    private static List<Raise> floors(TakenBack back, ClusterImage image) {
        var change = back.change();
        return pod(image, change).stream()
                .flatMap(pod -> lowered(change)
                        .filter(before -> killed(pod, before).anyMatch(at -> at <= back.endedMillis()))
                        .map(before -> kept(back.workload(), before, image.revision(pod), back.endedMillis())))
                .toList();
    }

    /// Of a record that was read, a pod's last kill since it was made is taken for what it was taken back for: if it
    /// was not, the next one counts.
    private static List<Raise> floors(Logged record, PodChange change, PodSpec pod, long revision) {
        return lowered(change)
                .flatMap(before -> killed(pod, before)
                        .filter(at -> at >= record.createdMillis())
                        .mapToObj(at -> kept(record.change().workload(), before, revision, at)))
                .toList();
    }

    /// The containers whose memory limit a change lowered, as they were before.
    private static Stream<ContainerSpec> lowered(PodChange change) {
        return IntStream.range(0, change.before().size())
                .filter(i -> change.after().get(i).limits().memoryBytes()
                        < change.before().get(i).limits().memoryBytes())
                .mapToObj(change.before()::get);
    }

    /// When it was, as far as the pod tells.
    private static LongStream killed(PodSpec pod, ContainerSpec container) {
        return pod.memory().kills().stream()
                .filter(kill -> kill.container().equals(container.name()))
                .mapToLong(MemoryKill::atMillis);
    }

    /// The kill hit a limit that is gone, so nothing is raised for it; but what the container had before is what
    /// it needs.
    private static Raise kept(Owner workload, ContainerSpec before, long revision, long atMillis) {
        var floor = new OomRaise(before.requests().memoryBytes(), 0, 1, atMillis);
        return new Raise(workload, before.name(), revision, floor, atMillis);
    }

    /// A raise that was taken back by hand is a floor of nothing: the kills before it count no more.
    private static List<Raise> raises(Logged record, Change change, PodChange pod, long revision) {
        var raises = new ArrayList<Raise>();
        for (int i = 0; i < pod.before().size(); i++) {
            var before = pod.before().get(i);
            long hit = before.limits().memoryBytes();
            var after = pod.after().get(i);
            boolean isChanged = isUndo(record)
                    ? after.limits().memoryBytes() < hit
                    : after.limits().memoryBytes() > hit;
            if (hit > 0 && isChanged) {
                long bytes = isUndo(record) ? 0 : after.requests().memoryBytes();
                var floor = new OomRaise(bytes, hit, 1, record.createdMillis());
                raises.add(new Raise(change.workload(), before.name(), revision, floor, record.createdMillis()));
            }
        }
        return raises;
    }

    /// Those of a container that are remembered, the latest first.
    List<OomKill> kills(Owner workload, String container) {
        return ledger.kills(workload, container);
    }

    /// What a container's memory must not fall below for its kills.
    ///
    /// @param maxBytes the most that its policy gives it
    /// @param peakBytes the largest use that was measured; 0 for none
    Optional<OomRaise> floor(
            ClusterImage image, PodSpec pod, ContainerSpec container, long maxBytes, long peakBytes, long nowMillis) {
        var workload = image.workloadOf(pod.key(), pod.owner());
        var decided = ledger.decide(
                        new Present(workload, container, image.revision(pod), peakBytes),
                        rules.withMaxBytes(maxBytes),
                        nowMillis)
                .floor()
                .filter(raise -> raise.bytes() > 0);
        return container.role() == ContainerRole.INIT
                ? held(new Given(workload, container.name()), container, decided)
                : decided;
    }

    private Optional<OomRaise> held(Given place, ContainerSpec container, Optional<OomRaise> decided) {
        decided.ifPresent(raise -> given.put(place, raise));
        return decided.or(() -> Optional.ofNullable(given.get(place)).filter(raise -> isMadeWith(container, raise)));
    }

    /// A recommendation is carried out in whole MiB.
    private static boolean isMadeWith(ContainerSpec container, OomRaise raise) {
        return container.requests().memoryBytes() == Math.ceilDiv(raise.bytes(), MIB) * MIB;
    }
}
