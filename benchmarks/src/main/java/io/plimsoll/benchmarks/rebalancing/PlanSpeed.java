package io.plimsoll.benchmarks.rebalancing;

import com.sun.management.OperatingSystemMXBean;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeTerm;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTerm;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.DayPeaks;
import io.plimsoll.model.move.MisplacedPods;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MoveGoal;
import io.plimsoll.model.move.MovePace;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.MovePolicy;
import io.plimsoll.model.move.MoveRules;
import io.plimsoll.model.move.ResizeFirst;
import io.plimsoll.model.move.Trouble;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Preference;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.regime.RegimeLedger;
import io.plimsoll.model.regime.RegimeView;
import io.plimsoll.model.regime.Schedule;
import io.plimsoll.model.regime.UserHours;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.lang.management.ManagementFactory;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// How long a plan of moves takes for a cluster at the limits that Kubernetes declares, by how many nodes are
/// hot; in quiet hours, by how many were within the last day.
///
///     java -cp … io.plimsoll.benchmarks.rebalancing.PlanSpeed [nodes pods rounds]
public final class PlanSpeed {

    private static final long NOW = 1_800_000_000_000L;
    private static final long NOON_BEFORE = NOW - 12 * 3_600_000L;
    private static final String SOURCE = "synthetic";
    private static final int PODS_PER_WORKLOAD = 10;
    /// The most that `rebalancer.moves-max` may be.
    private static final int PLAN_MOVES_MAX = 1_000;
    /// As the service has it unless told otherwise: by the same weights at any hour.
    private static final PlacementConfig PLACEMENT = PlacementConfig.DEFAULT.with(Preference.BUSY, Preference.BUSY);
    private static final String HOST = "kubernetes.io/hostname";
    /// Its CPU time tells more than the clock where others use the machine; the collector's is in it.
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final Set<MoveGoal> FIX = Set.of(MoveGoal.FIX_AFFINITY, MoveGoal.FIX_TAINTS);

    private final int nodes;
    private final int pods;
    private final int rounds;
    private final Map<Integer, Owner> owners = new HashMap<>();
    /// As in a picture of a real cluster, the pods of one workload share them.
    private final Map<Integer, PodTraits> traits = new HashMap<>();

    private PlanSpeed(int nodes, int pods, int rounds) {
        this.nodes = nodes;
        this.pods = pods;
        this.rounds = rounds;
    }

    public static void main(String[] args) {
        int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        int pods = args.length > 1 ? Integer.parseInt(args[1]) : 150_000;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 20;
        new PlanSpeed(nodes, pods, rounds).run();
    }

    private void run() {
        System.out.printf("%d nodes, %d pods; a new planner for each plan, as after each new image%n", nodes, pods);
        System.out.println(
                "| hours | hot nodes | moves at most | moves | pods told of | median ms | worst ms | median CPU ms |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        var counts = new int[] {0, nodes / 100, nodes / 10, nodes / 2, nodes};
        for (int hot : counts) {
            measure("busy", new Watched(Neighbours.NONE, hotNodes(hot), 0), image(hot), hot, 30);
        }
        measure(
                "busy",
                new Watched(Neighbours.NONE, hotNodes(nodes / 10), 0),
                image(nodes / 10),
                nodes / 10,
                PLAN_MOVES_MAX);
        var all = new Watched(Neighbours.NONE, hotNodes(nodes), 0);
        measure("busy, 100 policies", all.with(policies(100)), image(nodes), nodes, 30);
        for (int hot : counts) {
            measure("quiet", quiet(hot), image(0), hot, 30);
        }
        measure("quiet, day unknown", quiet(0).with(DayPeaks.NONE), image(0), 0, 30);
        var calm = new Watched(Neighbours.NONE, hotNodes(0), 0);
        var hot = new Watched(Neighbours.NONE, hotNodes(nodes / 10), 0);
        measure("busy, rules", hot, demanding(image(nodes / 10), 0), nodes / 10, 30, FIX);
        var relabelled = demanding(image(0), nodes / 100);
        measure("busy, rules, 1 % of nodes relabelled", misplaced(calm, relabelled), relabelled, 0, 30, FIX);
    }

    /// Each selects one workload in a hundred, and has its pods stay where nobody approves.
    private static MoveRules policies(int count) {
        return MoveRules.of(IntStream.range(0, count)
                .mapToObj(i -> new MovePolicy(
                        new PolicyCandidate(
                                Optional.empty(),
                                "p" + i,
                                0,
                                0,
                                false,
                                workload -> Math.floorMod(workload.hashCode(), count) == i),
                        Optional.of(MoveApproval.REQUIRED),
                        Optional.empty()))
                .toList());
    }

    /// Those who are misplaced have been so for long; how long a look at that takes is told on the way.
    private static Watched misplaced(Watched watched, ClusterImage image) {
        var pods = new MisplacedPods(FIX);
        var millis = new double[10];
        for (int i = 0; i < millis.length; i++) {
            var picture = confirmed(image, NOW + i * 10_000L);
            long start = System.nanoTime();
            pods.observe(picture);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        System.err.printf("a look at who is misplaced: median %.0f ms%n", millis[millis.length / 2]);
        return watched.withMisplaced(pods.uids());
    }

    private static ClusterImage confirmed(ClusterImage image, long atMillis) {
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.Confirmed(atMillis));
        return delta.apply();
    }

    private void measure(String hours, Watched watched, ClusterImage image, int hot, int movesMax) {
        measure(hours, watched, image, hot, movesMax, Set.of());
    }

    private void measure(
            String hours, Watched watched, ClusterImage image, int hot, int movesMax, Set<MoveGoal> goals) {
        var config = new MoveConfig(
                PLACEMENT,
                0.1,
                false,
                MoveConfig.SYSTEM_CRITICAL,
                300_000,
                goals,
                0.05,
                new MoveConfig.Limits(3, 1, Math.max(10, movesMax), movesMax),
                MovePace.DEFAULT);
        var millis = new double[rounds];
        var cpuMillis = new double[rounds];
        MovePlan plan = plan(image, watched, config);
        for (int i = -3; i < rounds; i++) {
            long cpuStart = PROCESS.getProcessCpuTime();
            long start = System.nanoTime();
            plan = plan(image, watched, config);
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
                cpuMillis[i] = (PROCESS.getProcessCpuTime() - cpuStart) / 1e6;
            }
        }
        Arrays.sort(millis);
        Arrays.sort(cpuMillis);
        System.out.printf(
                "| %s | %d | %d | %d | %d | %.0f | %.0f | %.0f |%n",
                hours,
                hot,
                movesMax,
                plan.moves().size(),
                plan.moves().size() + plan.kept().size(),
                millis[rounds / 2],
                millis[rounds - 1],
                cpuMillis[rounds / 2]);
    }

    private static MovePlan plan(ClusterImage image, Watched watched, MoveConfig config) {
        return new MovePlanner(config, ResizeFirst.byPolicy()).plan(image, watched, NOW);
    }

    /// Off-peak, twelve hours after so many nodes were hot, each at three times of the day.
    private Watched quiet(int hot) {
        var random = new Random(2);
        var peaks = new TreeMap<String, DayPeaks.Peak>();
        for (int i = 0; i < nodes; i++) {
            double share = i < hot ? 0.925 + random.nextDouble() * 0.06 : 0.2 + random.nextDouble() * 0.55;
            peaks.put(
                    nodeName(i),
                    new DayPeaks.Peak(
                            new DayPeaks.Busiest(share, NOON_BEFORE),
                            new DayPeaks.Busiest(0.5, NOON_BEFORE),
                            24,
                            i < hot ? hurts(share) : List.of()));
        }
        return new Watched(Neighbours.NONE, new TreeMap<>(), 0)
                .with(alwaysQuiet())
                .with(new DayPeaks(peaks));
    }

    private static List<DayPeaks.Hurt> hurts(double share) {
        return List.of(hurt(share, 0), hurt(share - 0.01, 1), hurt(share - 0.02, 2));
    }

    private static DayPeaks.Hurt hurt(double share, int hoursLater) {
        return new DayPeaks.Hurt(
                List.of(new Trouble.Hot(Contention.CPU, share, 0.8)), NOON_BEFORE + hoursLater * 3_600_000L);
    }

    private static RegimeView alwaysQuiet() {
        var zone = ZoneId.of("UTC");
        var always = new Schedule(
                zone, List.of(new Schedule.Window(Schedule.Window.EVERY_DAY, LocalTime.MIN, LocalTime.MIN)));
        return new RegimeLedger(new UserHours(zone, Optional.empty(), Optional.of(always), List.of())).view(NOW);
    }

    private static SortedMap<String, List<Contention>> hotNodes(int count) {
        var hot = new TreeMap<String, List<Contention>>();
        for (int i = 0; i < count; i++) {
            hot.put(nodeName(i), List.of(Contention.CPU));
        }
        return hot;
    }

    private static String nodeName(int i) {
        return "ip-10-%d-%d-%d.eu-central-1.compute.internal".formatted(i >> 16, (i >> 8) & 255, i & 255);
    }

    /// Nodes of 16 cores and 64 GiB. The pods of a workload lie on neighbouring nodes; every third workload
    /// has a budget that allows one pod to go.
    private ClusterImage image(int hot) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(16_000, 64L << 30);
        for (int i = 0; i < nodes; i++) {
            delta.replay(new ClusterEvent.NodeApplied(
                    new NodeSpec(
                            nodeName(i),
                            nodeName(i),
                            "boot",
                            size,
                            size,
                            110,
                            NodeSpec.Readiness.READY,
                            false,
                            false,
                            List.of()),
                    NOW));
        }
        for (int workload = 0; workload < pods / PODS_PER_WORKLOAD; workload++) {
            delta.replay(new ClusterEvent.OwnerApplied(
                    new OwnerSpec(owner(workload), Optional.empty(), PODS_PER_WORKLOAD, Set.of())));
            if (workload % 3 == 0) {
                delta.replay(new ClusterEvent.BudgetApplied(
                        new DisruptionBudget(namespace(workload), "b" + workload, Map.of("app", "w" + workload), 1)));
            }
        }
        for (int i = 0; i < pods; i++) {
            delta.replay(new ClusterEvent.PodApplied(pod(i)));
        }
        delta.replay(new ClusterEvent.UsageObserved(usage(hot), Map.of()));
        delta.replay(new ClusterEvent.Confirmed(NOW));
        return delta.apply();
    }

    /// The same, but that each pod demands a node of zone a and to be apart from its siblings. So many nodes are of
    /// zone b by now.
    private static ClusterImage demanding(ClusterImage image, int relabelled) {
        var delta = new ClusterDelta(image);
        var shared = new HashMap<PodTraits, PodTraits>();
        for (int i = 0; i < image.nodeCount(); i++) {
            var node = image.node(i).spec();
            var labels = Map.of(HOST, node.name(), "zone", i < relabelled ? "b" : "a");
            delta.replay(new ClusterEvent.NodeApplied(
                    new NodeSpec(
                            node.name(),
                            node.uid(),
                            node.bootId(),
                            node.allocatable(),
                            node.capacity(),
                            node.allocatablePods(),
                            node.readiness(),
                            false,
                            false,
                            false,
                            List.of(),
                            node.platform(),
                            labels),
                    NOW));
            for (var pod : image.node(i).pods()) {
                var spec = pod.spec();
                delta.replay(new ClusterEvent.PodApplied(spec.withTraits(shared.computeIfAbsent(
                        spec.traits(), same -> same.withRules(rules(spec.key().namespace(), same.labels()))))));
            }
        }
        return delta.apply();
    }

    private static PlacementRules rules(String namespace, Map<String, String> labels) {
        var inA = NodeTerm.Requirement.of("zone", "In", List.of("a")).orElseThrow();
        var siblings = new LabelSelector(labels, List.of());
        return new PlacementRules(
                Map.of(),
                List.of(new NodeTerm(List.of(inA), List.of())),
                List.of(),
                List.of(new PodTerm(siblings, Set.of(namespace), Optional.empty(), HOST)),
                List.of());
    }

    private static String namespace(int workload) {
        return "team-" + workload % 500;
    }

    /// The pods of a workload have one owner between them, as where their JSON is decoded.
    private Owner owner(int workload) {
        return owners.computeIfAbsent(workload, number -> new Owner(namespace(number), "Deployment", "w" + number));
    }

    private PodSpec pod(int i) {
        int workload = i / PODS_PER_WORKLOAD;
        return new PodSpec(
                new PodKey(owner(workload).namespace(), "w" + workload + "-" + i),
                Integer.toString(i),
                Optional.of(owner(workload)),
                Optional.of(nodeName(i % nodes)),
                PodPhase.RUNNING,
                true,
                0,
                NOW - 86_400_000,
                false,
                List.of(new ContainerSpec("main", new Resources(250, 512L << 20), Resources.NONE)),
                InitContainers.asking(Resources.NONE),
                PodLevel.NONE,
                Set.of(),
                MemoryFacts.NONE,
                traits.computeIfAbsent(workload, same -> PodTraits.NONE.withLabels(Map.of("app", "w" + same))));
    }

    private UsageBatch usage(int hot) {
        var random = new Random(1);
        var nodeSamples = new ArrayList<NodeSample>();
        for (int i = 0; i < nodes; i++) {
            double cpu = i < hot ? 14_800 + random.nextDouble() * 1_000 : 2_000 + random.nextDouble() * 10_000;
            nodeSamples.add(sample(i, SignalKind.CPU_USAGE_MILLIS, cpu));
            nodeSamples.add(sample(i, SignalKind.MEMORY_WORKING_SET_BYTES, random.nextDouble() * 4e10));
        }
        var containers = new ArrayList<ContainerUsage>();
        for (int i = 0; i < pods; i++) {
            containers.add(new ContainerUsage(
                    new PodKey(namespace(i / PODS_PER_WORKLOAD), "w" + i / PODS_PER_WORKLOAD + "-" + i),
                    "main",
                    new Sample(random.nextDouble() * 1_000, NOW, SOURCE),
                    new Sample(random.nextDouble() * 5e8, NOW, SOURCE)));
        }
        return new UsageBatch(SOURCE, NOW, nodeSamples, containers, 0, List.of());
    }

    private static NodeSample sample(int node, SignalKind kind, double value) {
        return new NodeSample(nodeName(node), kind, new Sample(value, NOW, SOURCE));
    }
}
