package io.plimsoll.extender.shadow;

import io.plimsoll.extender.decision.Opinion;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Keeps opinions until their pods are bound and judges where they went. Opinions come from the thread that
/// decides; all else belongs to the one thread that calls [#judge].
///
///     opinion ──► waiting ──bound──► regret at once ──► settling ──5 min──► regret later
///                    └─ 10 min, or pushed out by newer ones: forgotten
public final class ShadowLedger {

    static final long WAIT_MILLIS_MAX = 10 * 60_000;
    static final long SETTLE_MILLIS = 5 * 60_000;
    static final int KEPT_MAX = 512;
    /// Of all opinions in one state; 8 bytes each, so 4 MiB.
    static final int CANDIDATES_MAX = 1 << 19;

    private final Placer placer;
    private final Supplier<Circumstances> circumstances;
    private final ArrayBlockingQueue<Opinion> arrived = new ArrayBlockingQueue<>(KEPT_MAX);
    private final AtomicInteger arrivedCandidates = new AtomicInteger();
    private final Latest<Opinion> waiting = new Latest<>(Function.identity());
    private final Latest<Settling> settling = new Latest<>(Settling::opinion);

    private record Settling(Opinion opinion, String node, long dueMillis) {}

    /// What came last, by the pod's uid: bounded in number and in the sum of candidates.
    private static final class Latest<T> {

        private final LinkedHashMap<String, T> byUid = new LinkedHashMap<>();
        private final Function<T, Opinion> opinion;
        private int candidates;

        Latest(Function<T, Opinion> opinion) {
            this.opinion = opinion;
        }

        void put(String uid, T next) {
            Optional.ofNullable(byUid.remove(uid)).ifPresent(this::gone);
            byUid.put(uid, next);
            candidates += size(next);
            while (byUid.size() > KEPT_MAX || (candidates > CANDIDATES_MAX && byUid.size() > 1)) {
                gone(byUid.pollFirstEntry().getValue());
            }
        }

        void removeIf(Predicate<T> condition) {
            byUid.values().removeIf(kept -> {
                boolean removed = condition.test(kept);
                if (removed) {
                    gone(kept);
                }
                return removed;
            });
        }

        private void gone(T kept) {
            candidates -= size(kept);
        }

        private int size(T kept) {
            return opinion.apply(kept).nodes().length;
        }
    }

    /// @param circumstances who hurts whom, and what hours it is
    public ShadowLedger(PlacementConfig placement, Supplier<Circumstances> circumstances) {
        this.placer = new Placer(placement);
        this.circumstances = circumstances;
    }

    /// Takes an opinion in; when nobody has judged for long, the new one is left out.
    public boolean add(Opinion opinion) {
        int candidates = opinion.nodes().length;
        if (arrivedCandidates.addAndGet(candidates) > CANDIDATES_MAX || !arrived.offer(opinion)) {
            arrivedCandidates.addAndGet(-candidates);
            return false;
        }
        return true;
    }

    /// What can be judged by now.
    public List<Regret> judge(ClusterImage image, long nowMillis) {
        takeIn();
        var regrets = new ArrayList<Regret>();
        judgeBound(image, nowMillis, regrets);
        judgeSettled(image, nowMillis, regrets);
        return regrets;
    }

    private void takeIn() {
        for (var opinion = arrived.poll(); opinion != null; opinion = arrived.poll()) {
            arrivedCandidates.addAndGet(-opinion.nodes().length);
            waiting.put(opinion.podUid(), opinion);
        }
    }

    private void judgeBound(ClusterImage image, long nowMillis, List<Regret> regrets) {
        waiting.removeIf(opinion -> {
            var node = boundTo(image, opinion);
            node.flatMap(name -> regret(opinion, name, Regret.Judged.AT_ONCE)).ifPresent(regret -> {
                regrets.add(regret);
                settling.put(opinion.podUid(), new Settling(opinion, regret.chosenNode(), nowMillis + SETTLE_MILLIS));
            });
            return node.isPresent() || nowMillis - opinion.atMillis() > WAIT_MILLIS_MAX;
        });
    }

    private void judgeSettled(ClusterImage image, long nowMillis, List<Regret> regrets) {
        settling.removeIf(settled -> {
            boolean due = nowMillis >= settled.dueMillis;
            if (due) {
                later(image, settled, nowMillis).ifPresent(regrets::add);
            }
            return due;
        });
    }

    /// The pod is taken off its node for this, as if it were to be placed again.
    private Optional<Regret> later(ClusterImage image, Settling settled, long nowMillis) {
        var opinion = settled.opinion;
        var bound = image.pod(opinion.pod());
        if (boundTo(image, opinion).filter(settled.node::equals).isEmpty()) {
            return Optional.empty();
        }
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.PodDeleted(opinion.pod()));
        var without = delta.apply();
        var pod = PodToPlace.of(without, bound.orElseThrow().spec());
        var slots = slots(opinion, without);
        var scores = placer.under(circumstances.get())
                .rank(without, Shares.NONE, pod, slots, nowMillis)
                .scores();
        var now = Opinion.of(pod, without.nodeTable(), slots, scores, nowMillis);
        return regret(now, settled.node, Regret.Judged.LATER);
    }

    /// The same candidates in a newer image, without those that are gone.
    private static int[] slots(Opinion opinion, ClusterImage image) {
        return Arrays.stream(opinion.nodes())
                .mapToInt(image.nodeTable()::slot)
                .filter(slot -> slot != NodeTable.ABSENT)
                .toArray();
    }

    private static Optional<String> boundTo(ClusterImage image, Opinion opinion) {
        return image.pod(opinion.pod())
                .map(PodImage::spec)
                .filter(spec -> spec.uid().equals(opinion.podUid()))
                .flatMap(spec -> spec.nodeName());
    }

    /// Nothing where the node was no candidate: of what was not compared there is nothing to regret.
    private static Optional<Regret> regret(Opinion opinion, String node, Regret.Judged judged) {
        return opinion.score(node)
                .map(own -> new Regret(opinion.pod(), node, Math.max(0, opinion.bestScore() - own), judged));
    }
}
