package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.neighbour.Blame;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Episode;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Shares;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Finds the nodes that are to be relieved: those whose pods wait because of an accused workload, those
/// that have been above the line, and those on which a resize waits for room for longer than it takes to lower
/// neighbours' requests. A node whose pods wait for nobody knows whom is not among them, unless it is hot too.
final class HurtNodes {

    /// A raise is given two minutes for room that neighbours' requests leave, and nobody is moved meanwhile.
    private static final long LOWERING_MILLIS = 180_000;

    private final ClusterImage image;
    private final MoveConfig config;
    private final Map<Contention, Set<Owner>> accused = new EnumMap<>(Contention.class);
    private final TreeMap<String, List<Trouble>> troubles = new TreeMap<>();

    private HurtNodes(ClusterImage image, MoveConfig config) {
        this.image = image;
        this.config = config;
    }

    static List<HurtNode> find(
            ClusterImage image,
            Neighbours neighbours,
            SortedMap<String, List<Contention>> hot,
            Placer placer,
            MoveConfig config,
            long nowMillis) {
        var found = new HurtNodes(image, config);
        neighbours.suspicions().stream().filter(Suspicion::isAccused).forEach(found::accuse);
        neighbours.episodes().forEach(found::add);
        hot.forEach((node, of) -> found.add(node, of, placer, nowMillis));
        found.addCrowded(nowMillis);
        return found.troubles.entrySet().stream()
                .map(entry -> new HurtNode(entry.getKey(), entry.getValue()))
                .sorted()
                .toList();
    }

    private void accuse(Suspicion suspicion) {
        accused.computeIfAbsent(suspicion.contention(), of -> new HashSet<>()).add(suspicion.workload());
    }

    private void add(Episode episode) {
        var guilty = accused.getOrDefault(episode.contention(), Set.of());
        var node = image.node(episode.node());
        var blamed = episode.blames().stream()
                .filter(blame -> guilty.contains(blame.workload()) && blame.share() > 0)
                .filter(blame -> node.isPresent() && hasOthers(node.get(), blame.workload()))
                .collect(Collectors.toMap(Blame::workload, Blame::share, Double::sum));
        if (episode.pressure().tier().isOfWaiting() && !blamed.isEmpty()) {
            add(
                    episode.node(),
                    new Trouble.Waiting(episode.contention(), episode.pressure().share(), episode.rise(), blamed));
        }
    }

    /// Who is alone on a node keeps nobody waiting but itself.
    private static boolean hasOthers(NodeImage node, Owner workload) {
        return node.pods().stream().anyMatch(pod -> !pod.workload().equals(workload));
    }

    private void add(String node, List<Contention> of, Placer placer, long nowMillis) {
        int slot = image.nodeTable().slot(node);
        if (slot == NodeTable.ABSENT) {
            return;
        }
        placer.bearing(image, Shares.NONE, slot, nowMillis).ifPresent(bearing -> {
            var placement = config.placement();
            if (of.contains(Contention.CPU) && bearing.cpuShare() > placement.cpuHot()) {
                add(node, new Trouble.Hot(Contention.CPU, bearing.cpuShare(), placement.cpuHot() - config.margin()));
            }
            if (of.contains(Contention.MEMORY) && bearing.memoryShare() > placement.memoryHot()) {
                add(
                        node,
                        new Trouble.Hot(
                                Contention.MEMORY, bearing.memoryShare(), placement.memoryHot() - config.margin()));
            }
        });
    }

    private void addCrowded(long nowMillis) {
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var node = image.node(slot);
            var waiting = new ArrayList<PodSpec>(0);
            for (var pod : node.pods()) {
                if (isWaiting(pod.spec(), nowMillis)) {
                    waiting.add(pod.spec());
                }
            }
            if (!waiting.isEmpty()) {
                addCrowded(node, waiting);
            }
        }
    }

    private static boolean isWaiting(PodSpec pod, long nowMillis) {
        long sinceMillis = pod.level().deferredAtMillis();
        return sinceMillis > 0 && nowMillis - sinceMillis >= LOWERING_MILLIS && !pod.terminating();
    }

    private void addCrowded(NodeImage node, List<PodSpec> waiting) {
        var keys = waiting.stream().map(PodSpec::key).collect(Collectors.toSet());
        int priority = waiting.stream().mapToInt(PodSpec::priority).max().orElseThrow();
        for (var of : Contention.values()) {
            double share = Relief.amount(of, node.load().requested())
                    / Math.max(1, Relief.amount(of, node.spec().allocatable()));
            if (share > 1) {
                add(node.name(), new Trouble.Crowded(of, share, keys, priority));
            }
        }
    }

    private void add(String node, Trouble trouble) {
        troubles.computeIfAbsent(node, name -> new ArrayList<>()).add(trouble);
    }
}
