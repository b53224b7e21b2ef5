package io.plimsoll.testbed.simulation;

import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// Places pods as kube-scheduler does, one after the other, with or without an extender. Belongs to one thread.
///
/// The order of things, as in its scheduling cycle:
///
/// 1. from where the last search ended, look for nodes whose room covers the requests, until enough are found
///    ([#candidatesWanted]);
/// 2. the extender's filter, over HTTP; an answer that does not come is passed over (`ignorable: true`);
/// 3. with one node left take it; otherwise the default scores ([DefaultScores]) plus the extender's times weight · 10;
/// 4. the best node, of equals one at random; bind.
///
/// Left out, for nothing in a simulation would call for it: preemption, affinities, topology spread, volumes.
public final class SimulatedScheduler implements AutoCloseable {

    private static final int FEW_NODES = 100;
    private static final int EXTENDER_STEP = 10;

    private final SimulatedCluster cluster;
    private final Optional<HttpExtender> extender;
    private final SplittableRandom ties;
    private int nextStart;

    private SimulatedScheduler(SimulatedCluster cluster, Optional<HttpExtender> extender, long seed) {
        this.cluster = cluster;
        this.extender = extender;
        this.ties = new SplittableRandom(seed);
    }

    /// Knows requests only.
    public static SimulatedScheduler byRequests(SimulatedCluster cluster, long seed) {
        return new SimulatedScheduler(cluster, Optional.empty(), seed);
    }

    /// Asks an extender as well.
    public static SimulatedScheduler asking(SimulatedCluster cluster, ExtenderSettings settings, long seed) {
        return new SimulatedScheduler(cluster, Optional.of(new HttpExtender(settings)), seed);
    }

    /// Tries to place a pod that is not bound yet.
    public Placement place(PodKey key) {
        var pod = cluster.pod(key).orElseThrow(() -> new IllegalArgumentException("there is no pod " + key));
        var attempt = new Attempt(pod.spec(), pod.labels());
        return attempt.run();
    }

    /// How many nodes that fit are enough: `50 − N/125` percent, at least 5 percent, at least 100 nodes.
    ///
    /// | nodes | 50 | 100 | 500 | 1000 | 5000 |
    /// |---|---|---|---|---|---|
    /// | wanted | 50 | 100 | 230 | 420 | 500 |
    static int candidatesWanted(int nodes) {
        if (nodes < FEW_NODES) {
            return nodes;
        }
        int percent = Math.max(5, 50 - nodes / 125);
        return Math.max(FEW_NODES, nodes * percent / 100);
    }

    @Override
    public void close() {
        extender.ifPresent(HttpExtender::close);
    }

    private List<SchedulableNode> findFitting(PodSpec pod) {
        var nodes = cluster.schedulable();
        int wanted = candidatesWanted(nodes.size());
        var fitting = new ArrayList<SchedulableNode>(wanted);
        int looked = 0;
        while (looked < nodes.size() && fitting.size() < wanted) {
            var node = nodes.get((nextStart + looked++) % nodes.size());
            if (node.fits(pod.requests())) {
                fitting.add(node);
            }
        }
        nextStart = nodes.isEmpty() ? 0 : (nextStart + looked) % nodes.size();
        return fitting;
    }

    /// One attempt to place one pod, with what it has learned so far.
    private final class Attempt {

        private final PodSpec pod;
        private final Map<String, String> labels;
        private long extenderNanos;
        private int failures;
        private Map<String, Integer> extenderScores = Map.of();

        Attempt(PodSpec pod, Map<String, String> labels) {
            this.pod = pod;
            this.labels = labels;
        }

        Placement run() {
            var fitting = findFitting(pod);
            var byRequests = fitting.stream().max(Comparator.comparingLong(n -> DefaultScores.score(n, pod)));
            var candidates = filtered(fitting);
            var node =
                    switch (candidates.size()) {
                        case 0 -> Optional.<String>empty();
                        case 1 -> Optional.of(candidates.getFirst().name());
                        default -> Optional.of(best(candidates));
                    };
            var bound = node.filter(name -> cluster.bind(pod.key(), name) instanceof Outcome.Done);
            return new Placement(
                    pod.key(),
                    bound,
                    byRequests.map(SchedulableNode::name),
                    candidates.size(),
                    extenderScores,
                    Duration.ofNanos(extenderNanos),
                    failures);
        }

        private List<SchedulableNode> filtered(List<SchedulableNode> fitting) {
            if (fitting.isEmpty() || !extender.map(HttpExtender::filters).orElse(false)) {
                return fitting;
            }
            long begin = System.nanoTime();
            var accepted = extender.orElseThrow().filter(pod, labels, HttpExtender.names(fitting));
            extenderNanos += System.nanoTime() - begin;
            if (accepted.isEmpty()) {
                failures++;
                return fitting;
            }
            return fitting.stream()
                    .filter(node -> accepted.get().contains(node.name()))
                    .toList();
        }

        private String best(List<SchedulableNode> candidates) {
            extender.ifPresent(asked -> prioritize(asked, candidates));
            int weight = extender.map(HttpExtender::weight).orElse(0);
            var best = new ArrayList<String>();
            long highest = Long.MIN_VALUE;
            for (var node : candidates) {
                long score = DefaultScores.score(node, pod)
                        + (long) extenderScores.getOrDefault(node.name(), 0) * weight * EXTENDER_STEP;
                if (score > highest) {
                    highest = score;
                    best.clear();
                }
                if (score == highest) {
                    best.add(node.name());
                }
            }
            return best.get(ties.nextInt(best.size()));
        }

        private void prioritize(HttpExtender asked, List<SchedulableNode> candidates) {
            long begin = System.nanoTime();
            var answer = asked.prioritize(pod, labels, HttpExtender.names(candidates));
            extenderNanos += System.nanoTime() - begin;
            answer.ifPresentOrElse(scores -> extenderScores = scores, () -> failures++);
        }
    }
}
