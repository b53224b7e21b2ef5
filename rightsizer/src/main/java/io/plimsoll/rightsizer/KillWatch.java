package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
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
import java.util.Set;

/// Which containers were killed for memory, by what their pods tell, and what was done about it, by the
/// records of changes. Belongs to the right-sizer's loop.
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

    private final OomLedger ledger = new OomLedger();
    private final OomRules rules;
    private final HostKills hosts;
    /// The last raises of init containers.
    private final Map<Given, OomRaise> given = new HashMap<>();
    private Set<OomKill> noticed = Set.of();

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
        if (!isRaise(record) && !isUndo(record)) {
            return;
        }
        var change = record.change();
        for (var pod : change.pods()) {
            image.pod(pod.pod())
                    .map(found -> found.spec())
                    .filter(found -> found.uid().equals(pod.uid()))
                    .ifPresent(found ->
                            raises(record, change, pod, image.revision(found)).forEach(ledger::remember));
        }
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

    /// Takes in what a complete image tells.
    void look(ClusterImage image, long nowMillis) {
        ledger.recordAll(hosts.told(image));
        ledger.forget(rules, nowMillis);
        given.keySet().removeIf(one -> !image.isKnown(one.workload()));
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
