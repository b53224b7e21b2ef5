package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What holds of images after any events.
class ClusterDeltaLawsTest {

    @Property(tries = 1000, seed = "41")
    void eventsBatchedInAnyWay_giveTheSameImage(@ForAll Random random) {
        var events = events(random, 60);

        var whole = Clusters.image(events);
        var inParts = ClusterImage.EMPTY;
        for (int from = 0; from < events.size(); ) {
            int to = Math.min(events.size(), from + 1 + random.nextInt(8));
            inParts = Clusters.after(inParts, events.subList(from, to));
            from = to;
        }

        assertThat(inParts).isEqualTo(whole);
        assertThat(inParts.nodeTable().names()).isEqualTo(whole.nodeTable().names());
    }

    @Property(tries = 1000, seed = "42")
    void anyImage_addsUp(@ForAll Random random) {
        var image = Clusters.image(events(random, 60));

        var podsByNode = new HashMap<String, Set<PodKey>>();
        var podsByWorkload = new HashMap<Owner, Integer>();
        image.pods.forEach((key, pod) -> {
            assertThat(pod.key()).isEqualTo(key);
            pod.spec()
                    .nodeName()
                    .ifPresent(node -> podsByNode
                            .computeIfAbsent(node, n -> new HashSet<>())
                            .add(key));
            podsByWorkload.merge(pod.workload(), 1, Integer::sum);
            assertThat(pod.workload())
                    .as("the root of %s", pod)
                    .isEqualTo(image.workloadOf(key, pod.spec().owner()));
            assertThat(pod.workloadId())
                    .isEqualTo(image.workload(pod.workload()).orElseThrow().id());
        });
        image.workloads.forEach((owner, workload) -> {
            assertThat(workload.pods()).isEqualTo(podsByWorkload.getOrDefault(owner, 0));
            assertThat(workload.pods() > 0 || image.owner(owner).isPresent()).isTrue();
            assertThat(workload.replicas())
                    .isEqualTo(image.owner(owner).map(OwnerSpec::replicas).orElse(0));
        });
        for (var node : image.nodes()) {
            var bound = podsByNode.remove(node.name());
            assertThat(node.pods().stream().map(PodImage::key).toList())
                    .containsExactlyElementsOf(
                            bound == null ? List.of() : bound.stream().sorted().toList());
            assertThat(node.workloadIds())
                    .containsExactlyInAnyOrder(
                            node.pods().stream().mapToInt(PodImage::workloadId).toArray());
            assertLoad(image, node);
        }
        var strays = new HashMap<String, Set<PodKey>>();
        image.strays.forEach((node, keys) -> strays.put(node, Set.copyOf(keys)));
        assertThat(strays).isEqualTo(podsByNode);
    }

    @Property(tries = 1000, seed = "43")
    void allWorkloadsWithTheirPods_areThoseOfTheImage(@ForAll Random random) {
        var image = Clusters.image(events(random, 60));

        var expected = image.workloads().stream()
                .map(workload -> new WorkloadPods(
                        workload.owner(),
                        image.owner(workload.owner()).map(OwnerSpec::replicas).orElse(0),
                        image.optOuts(workload.owner()),
                        pods(image, workload.owner())))
                .toList();
        assertThat(image.workloadsWithPods()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<PodImage> pods(ClusterImage image, Owner workload) {
        var pods = new ArrayList<PodImage>();
        image.pods.forEach((key, pod) -> pods.add(pod));
        return pods.stream()
                .filter(pod -> pod.workload().equals(workload))
                .sorted(Comparator.comparing(pod -> pod.key().name()))
                .toList();
    }

    /// Summed up here with plain loops over what the image says of each pod.
    private static void assertLoad(ClusterImage image, NodeImage node) {
        long requestedMillis = 0;
        long requestedBytes = 0;
        long peakMillis = 0;
        long peakBytes = 0;
        for (var pod : node.pods()) {
            assertThat(image.pod(pod.key())).contains(pod);
            var estimate = image.workload(pod.workload()).orElseThrow().estimate();
            requestedMillis += pod.spec().requests().cpuMillis();
            requestedBytes += pod.spec().requests().memoryBytes();
            peakMillis += NodeLoad.expected(pod.spec(), estimate).cpuMillis();
            peakBytes += NodeLoad.expected(pod.spec(), estimate).memoryBytes();
        }
        assertThat(node.load().requested()).isEqualTo(new Resources(requestedMillis, requestedBytes));
        assertThat(node.load().peak()).isEqualTo(new Resources(peakMillis, peakBytes));
        assertThat(node.load().unsettled().cpuMillis()).isBetween(0L, peakMillis);
        assertThat(node.load().unsettled().memoryBytes()).isBetween(0L, peakBytes);
    }

    private static List<ClusterEvent> events(Random random, int count) {
        var events = new ArrayList<ClusterEvent>();
        for (int i = 0; i < count; i++) {
            events.add(event(random, 1_000_000L + i * 10_000L));
        }
        return events;
    }

    private static ClusterEvent event(Random random, long atMillis) {
        return switch (random.nextInt(22)) {
            case 0, 1 -> new ClusterEvent.NodeApplied(node(random), atMillis);
            case 2 -> new ClusterEvent.NodeDeleted(nodeName(random));
            case 3 -> new ClusterEvent.PodDeleted(podKey(random));
            case 4, 5 -> new ClusterEvent.OwnerApplied(owner(random));
            case 6 -> new ClusterEvent.OwnerDeleted(ownerName(random));
            case 7 -> new ClusterEvent.NamespaceApplied("ns" + random.nextInt(2), optOuts(random), labels(random));
            case 8 -> new ClusterEvent.NamespaceDeleted("ns" + random.nextInt(2));
            case 9 ->
                new ClusterEvent.BudgetApplied(
                        new DisruptionBudget("ns", "b" + random.nextInt(3), Map.of(), random.nextInt(3)));
            case 10 -> new ClusterEvent.BudgetDeleted("ns", "b" + random.nextInt(3));
            case 11 -> list(random);
            case 12, 13 -> new ClusterEvent.UsageObserved(batch(random, atMillis), estimates(random));
            case 14 -> new ClusterEvent.Confirmed(atMillis);
            case 15 -> new ClusterEvent.FailedPodApplied(pod(random, atMillis));
            case 16 -> new ClusterEvent.FailedPodDeleted(podKey(random));
            default -> new ClusterEvent.PodApplied(pod(random, atMillis));
        };
    }

    private static ClusterEvent list(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new ClusterEvent.NodesListed(Set.of(nodeName(random), "n9"));
            case 1 -> new ClusterEvent.PodsListed(new HashSet<>(List.of(podKey(random), podKey(random))));
            case 2 -> new ClusterEvent.OwnersListed("ReplicaSet", Set.of(ownerName(random)));
            case 3 -> new ClusterEvent.NamespacesListed(Set.of("ns0"));
            case 4 -> new ClusterEvent.FailedPodsListed(Set.of(podKey(random)));
            default -> new ClusterEvent.BudgetsListed(Set.of("ns/b0"));
        };
    }

    private static NodeSpec node(Random random) {
        var size = new Resources(random.nextInt(8000), random.nextInt(1 << 30));
        return new NodeSpec(
                nodeName(random),
                "uid" + random.nextInt(2),
                "boot",
                size,
                size,
                110,
                NodeSpec.Readiness.values()[random.nextInt(3)],
                random.nextInt(6) == 0,
                false,
                List.of());
    }

    private static PodSpec pod(Random random, long atMillis) {
        var key = podKey(random);
        return new PodSpec(
                key,
                "uid" + random.nextInt(3),
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of(ownerName(random)),
                random.nextInt(5) == 0 ? Optional.empty() : Optional.of(nodeName(random)),
                random.nextInt(8) == 0 ? PodPhase.SUCCEEDED : PodPhase.RUNNING,
                true,
                0,
                atMillis - random.nextInt(200_000),
                false,
                List.of(
                        new ContainerSpec("a", resources(random), Resources.NONE),
                        new ContainerSpec("b", resources(random), Resources.NONE)),
                InitContainers.asking(resources(random)),
                PodLevel.NONE,
                optOuts(random),
                random.nextInt(3) == 0 ? killed(random) : MemoryFacts.NONE,
                PodTraits.NONE);
    }

    /// One of two runs, seen at one of two limits.
    private static MemoryFacts killed(Random random) {
        var kill = new MemoryKill("a", "run" + random.nextInt(2), 0, random.nextInt(2), 0, 0, false);
        return new MemoryFacts(List.of(), List.of(kill));
    }

    private static UsageBatch batch(Random random, long atMillis) {
        var nodes = new ArrayList<NodeSample>();
        var containers = new ArrayList<ContainerUsage>();
        long sampledAtMillis = atMillis - random.nextInt(60_000);
        for (int i = random.nextInt(6); i > 0; i--) {
            var kind = SignalKind.values()[random.nextInt(SignalKind.values().length)];
            nodes.add(new NodeSample(nodeName(random), kind, sample(random, sampledAtMillis)));
            containers.add(new ContainerUsage(
                    podKey(random), "a", sample(random, sampledAtMillis), sample(random, sampledAtMillis)));
        }
        return new UsageBatch("test", atMillis, nodes, containers, 0, List.of());
    }

    private static Map<Owner, UsageEstimate> estimates(Random random) {
        var estimates = new HashMap<Owner, UsageEstimate>();
        for (int i = random.nextInt(3); i > 0; i--) {
            estimates.put(
                    ownerName(random),
                    new UsageEstimate(
                            resources(random),
                            resources(random),
                            resources(random),
                            resources(random),
                            random.nextDouble(),
                            0));
        }
        return estimates;
    }

    private static Sample sample(Random random, long atMillis) {
        return new Sample(random.nextInt(5000), atMillis, "test");
    }

    /// Mostly ReplicaSets of Deployments; sometimes any owner of any other, in rings too.
    private static OwnerSpec owner(Random random) {
        var owner = ownerName(random);
        var parent = owner.kind().equals("ReplicaSet") && random.nextInt(4) > 0
                ? Optional.of(new Owner("ns", "Deployment", "d" + random.nextInt(2)))
                : Optional.of(ownerName(random)).filter(any -> random.nextInt(8) == 0);
        return new OwnerSpec(owner, parent, random.nextInt(5), optOuts(random), labels(random));
    }

    private static Map<String, String> labels(Random random) {
        return random.nextBoolean() ? Map.of() : Map.of("tier", "t" + random.nextInt(2));
    }

    private static Owner ownerName(Random random) {
        return random.nextBoolean()
                ? new Owner("ns", "ReplicaSet", "r" + random.nextInt(3))
                : new Owner("ns", "Deployment", "d" + random.nextInt(2));
    }

    private static Set<OptOut> optOuts(Random random) {
        return random.nextInt(4) == 0 ? Set.of(OptOut.EVICT) : Set.of();
    }

    private static Resources resources(Random random) {
        return new Resources(random.nextInt(1000), random.nextInt(1 << 20));
    }

    private static String nodeName(Random random) {
        return "n" + random.nextInt(4);
    }

    private static PodKey podKey(Random random) {
        return new PodKey("ns", "p" + random.nextInt(10));
    }
}
