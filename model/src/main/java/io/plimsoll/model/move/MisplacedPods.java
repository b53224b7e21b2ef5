package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Which pods have been where they should not be for a minute, in the latest [#LOOKS] looks: a label or a taint that is
/// there for seconds, as while an agent of a node restarts, is no reason to move anybody. Belongs to one thread.
///
/// Times are those of the pictures: one that nobody confirms any more is looked at once.
public final class MisplacedPods {

    static final int LOOKS = 7;
    private static final long BETWEEN_MILLIS = 10_000;
    /// After so long without a look nothing of what came before holds.
    private static final long GAP_MILLIS = 60_000;

    private final Set<MoveGoal> goals;
    /// In how many looks in a row, by the pods' uids.
    private Map<String, Integer> looks = Map.of();
    private long atMillis;

    public MisplacedPods(Set<MoveGoal> goals) {
        this.goals = Set.copyOf(goals);
    }

    /// Takes in how the pods are now; pictures of the next ten seconds are passed over.
    public void observe(ClusterImage image) {
        long sinceMillis = Math.abs(image.confirmedAtMillis() - atMillis);
        if (goals.isEmpty() || sinceMillis < BETWEEN_MILLIS) {
            return;
        }
        var before = sinceMillis > GAP_MILLIS ? Map.<String, Integer>of() : looks;
        var now = new HashMap<String, Integer>();
        new Misplaced(image, new Affinities(image), goals)
                .pods()
                .map(pod -> pod.spec().uid())
                .forEach(uid -> now.put(uid, Math.min(LOOKS, before.getOrDefault(uid, 0) + 1)));
        looks = now;
        atMillis = image.confirmedAtMillis();
    }

    /// Their uids.
    public Set<String> uids() {
        return looks.entrySet().stream()
                .filter(entry -> entry.getValue() >= LOOKS)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
