package io.plimsoll.benchmarks.rebalancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.benchmarks.rebalancing.LowNodeUtilization.Shares;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Taint;
import io.plimsoll.model.cluster.Toleration;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Cases of the descheduler's own test of LowNodeUtilization, by their numbers in the order in
/// which these were listed. There each is run with requests in place of usage, and with usage as
/// metrics-server tells it; the rule here goes by whatever is measured, so it is given the one and
/// the other.
///
/// | case | why it is not here |
/// |---|---|
/// | 3, 4 | namespaces that are left out: the rule has none, as no replay needs any |
/// | 8, 9, 10 | an extended resource (`example.com/foo`): usage has none, and no trace tells of one |
/// | 12, 13, 15, 16 by requests | `nodeFit` has some pods stay: it is off by default, and here |
/// | 17, 21, 23 | a limit of evictions: there is none by default, and none here |
/// | 22 to 26 | usage of nodes alone, by Prometheus: one pod a node goes |
class LowNodeUtilizationTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final PodTraits MIRROR = PodTraits.of(PodTrait.MIRROR, PodTrait.LOCAL_STORAGE);

    private static final Taint TAINT = new Taint("key", "value", Taint.Effect.NO_SCHEDULE);

    /// 30 % and 50 % of CPU and of the places for pods, and no line of memory.
    private static final LowNodeUtilization LINES =
            LowNodeUtilization.between(new Shares(0.3, Shares.NONE, 0.3), new Shares(0.5, Shares.NONE, 0.5));

    @Test
    void case1_nodeOfPodsThatStay_losesNone() {
        var cluster = new Cluster()
                .node("n1", 4_000, 9)
                .node("n2", 4_000, 10)
                .cordoned("n3")
                .pod("n1", "p1", "DaemonSet", 400, 0, PodTraits.NONE)
                .pod("n1", "p2", "DaemonSet", 400, 0, PodTraits.NONE)
                .pod("n1", "p3", "DaemonSet", 400, 0, PodTraits.NONE)
                .restOfN1()
                .pod("n2", "p9", 400);

        assertThat(LINES.evictions(cluster.byRequests())).isEmpty();
        assertThat(LINES.evictions(cluster.byUsage(3_201, 401, 11))).isEmpty();
    }

    /// n1 holds 8 of 9 pods: after four it holds 4, which is not above 4. n2 has room for 1,600m or
    /// 1,599m.
    @Test
    void case2_nodeAboveItsLines_losesPodsUntilItIsNot() {
        assertThat(evicted(LINES, base().byRequests())).containsExactly("p1", "p2", "p3", "p4");
        assertThat(evicted(LINES, base().metered().byUsage(3_201, 401, 11))).containsExactly("p1", "p2", "p3", "p4");
    }

    /// It has no room, whatever it uses.
    @Test
    void case5_cordonedNodeThatUsesNothing_changesNothing() {
        assertThat(evicted(LINES, base().metered().byUsage(3_201, 401, 0))).containsExactly("p1", "p2", "p3", "p4");
    }

    @Test
    void case6_podsOfLowPriority_goFirst() {
        var cluster = new Cluster()
                .node("n1", 4_000, 9)
                .node("n2", 4_000, 10)
                .cordoned("n3")
                .pod("n1", "p1", "ReplicaSet", 400, 10_000, PodTraits.NONE)
                .pod("n1", "p2", "ReplicaSet", 400, 10_000, PodTraits.NONE)
                .pod("n1", "p3", "ReplicaSet", 400, 10_000, PodTraits.NONE)
                .pod("n1", "p4", "ReplicaSet", 400, 10_000, PodTraits.NONE)
                .pod("n1", "p5", 400)
                .restOfN1()
                .pod("n2", "p9", 400);

        assertThat(evicted(LINES, cluster.byRequests())).containsExactly("p5", "p1", "p2", "p3");
        assertThat(evicted(LINES, cluster.metered().byUsage(3_201, 401, 11))).containsExactly("p5", "p1", "p2", "p3");
    }

    @Test
    void case7_podsThatAskForNothing_goBeforeThoseThatDo() {
        var cluster = new Cluster()
                .node("n1", 4_000, 9)
                .node("n2", 4_000, 10)
                .cordoned("n3")
                .pod("n1", "p1", 0)
                .pod("n1", "p2", 0)
                .pod("n1", "p3", 400)
                .pod("n1", "p4", 0)
                .pod("n1", "p5", 0)
                .restOfN1()
                .pod("n2", "p9", 400);

        assertThat(evicted(LINES, cluster.byRequests())).containsExactly("p1", "p2", "p4", "p5");
        assertThat(evicted(LINES, cluster.metered().byUsage(3_201, 401, 11))).containsExactly("p1", "p2", "p4", "p5");
    }

    @Test
    void case11_withoutANodeBelowTheLine_nobodyGoes() {
        var cluster = new Cluster()
                .node("n1", 4_000, 9)
                .cordoned("n2")
                .pods("n1", 5, 400)
                .restOfN1();

        assertThat(LINES.evictions(cluster.byRequests())).isEmpty();
        assertThat(LINES.evictions(cluster.byUsage(3_201, 401))).isEmpty();
    }

    /// Of places for pods 89 %, 10 % and none are taken: on average 33 %, so n2 may have 38 % of
    /// 10, which are 3.
    @Test
    void case14_linesAroundTheMean_leaveRoomForTwo() {
        var around = LowNodeUtilization.around(new Shares(0.05, Shares.NONE, 0.05));

        assertThat(evicted(around, base().byRequests())).containsExactly("p1", "p2");
        assertThat(evicted(around, base().metered().byUsage(3_201, 401, 11))).containsExactly("p1", "p2");
    }

    /// Room for 1,599m, then 798m, then none.
    @Test
    void case16_podsThatUseMoreThanTheirShare_goUntilTheRoomIsUsedUp() {
        var cluster = new Cluster()
                .node("n1", 4_000, 9)
                .node("n2", 4_000, 10)
                .pods("n1", 5, 400)
                .restOfN1()
                .pod("n2", "p9", 0)
                .using(801);

        assertThat(evicted(LINES, cluster.byUsage(3_201, 401))).containsExactly("p1", "p2");
    }

    @Test
    void case18_nodeWithOnePodTooMany_losesOne() {
        assertThat(evicted(byPods(), tainted(List.of(), PodTraits.NONE).byRequests()))
                .containsExactly("p1");
    }

    @Test
    void case19_besideATaintThatNobodyTolerates_nobodyGoes() {
        assertThat(evicted(byPods(), tainted(List.of(TAINT), PodTraits.NONE).byRequests()))
                .isEmpty();
    }

    @Test
    void case20_besideATaint_whoeverToleratesItGoes() {
        var tolerant = PodTraits.NONE.withRules(new PlacementRules(
                Map.of(), List.of(), List.of(new Toleration("key", false, "value", "")), List.of(), List.of()));

        assertThat(evicted(byPods(), tainted(List.of(TAINT), tolerant).byRequests()))
                .containsExactly("p8");
    }

    /// As the replays have it: a cordoned node stands for what is elsewhere. With it, n1 would be
    /// above the line of CPU, and n2 below both.
    @Test
    void replay_leavesCordonedNodesOut() {
        var image = new Cluster()
                .cordoned("n1")
                .node("n2", 4_000, 9)
                .node("n3", 4_000, 9)
                .pod("n1", "p1", 3_900)
                .pod("n2", "p2", 3_000)
                .image(List.of());
        var rule = LowNodeUtilization.between(0.7, 0.9);

        assertThat(rule.evictions(image, 0)).isEmpty();
        assertThat(evicted(rule, image.nodes())).containsExactly("p1");
    }

    private static LowNodeUtilization byPods() {
        return LowNodeUtilization.between(
                new Shares(Shares.NONE, Shares.NONE, 0.2), new Shares(Shares.NONE, Shares.NONE, 0.7));
    }

    /// n1 has 8 of 10 pods, of which the last may tolerate more; the other has one.
    private static Cluster tainted(List<Taint> taints, PodTraits last) {
        return new Cluster()
                .node("n1", 2_000, 10)
                .node(node("n3", 1_000, 10, false, taints))
                .pods("n1", 7, 200)
                .pod("n1", "p8", "ReplicaSet", 200, 0, last)
                .pod("n3", "p9", 200);
    }

    /// What most cases begin with.
    private static Cluster base() {
        return new Cluster()
                .node("n1", 4_000, 9)
                .node("n2", 4_000, 10)
                .cordoned("n3")
                .pods("n1", 5, 400)
                .restOfN1()
                .pod("n2", "p9", 400);
    }

    private static List<String> evicted(LowNodeUtilization rule, List<NodeImage> nodes) {
        return rule.evictions(nodes).stream().map(pod -> pod.key().name()).toList();
    }

    private static NodeSpec node(String name, long cpuMillis, int pods, boolean isCordoned, List<Taint> taints) {
        var size = new Resources(cpuMillis, 3_000);
        return new NodeSpec(name, name, "boot", size, size, pods, Readiness.READY, isCordoned, false, taints);
    }

    /// A cluster in the making.
    private static final class Cluster {

        private final List<NodeSpec> nodes = new ArrayList<>();
        private final List<PodSpec> pods = new ArrayList<>();
        private long useMillis = -1;

        Cluster node(NodeSpec node) {
            nodes.add(node);
            return this;
        }

        Cluster node(String name, long cpuMillis, int pods) {
            return node(LowNodeUtilizationTest.node(name, cpuMillis, pods, false, List.of()));
        }

        Cluster cordoned(String name) {
            return node(LowNodeUtilizationTest.node(name, 4_000, 10, true, List.of()));
        }

        /// So many of a ReplicaSet, from p1 on.
        Cluster pods(String node, int count, long cpuMillis) {
            for (int i = 1; i <= count; i++) {
                pod(node, "p" + i, cpuMillis);
            }
            return this;
        }

        Cluster pod(String node, String name, long cpuMillis) {
            return pod(node, name, "ReplicaSet", cpuMillis, 0, PodTraits.NONE);
        }

        /// One of a DaemonSet, one that its node runs from a file, and one that the cluster needs.
        Cluster restOfN1() {
            return pod("n1", "p6", "DaemonSet", 400, 0, PodTraits.NONE)
                    .pod("n1", "p7", "ReplicaSet", 400, 0, MIRROR)
                    .pod("n1", "p8", "ReplicaSet", 400, MoveConfig.SYSTEM_CRITICAL, PodTraits.NONE);
        }

        Cluster pod(String node, String name, String kind, long cpuMillis, int priority, PodTraits traits) {
            pods.add(new PodSpec(
                    new PodKey("default", name),
                    name,
                    Optional.of(new Owner("default", kind, "it")),
                    Optional.of(node),
                    PodPhase.RUNNING,
                    true,
                    priority,
                    NOW,
                    false,
                    List.of(new ContainerSpec("main", new Resources(cpuMillis, 0), Resources.NONE)),
                    InitContainers.asking(Resources.NONE),
                    PodLevel.NONE,
                    Set.of(),
                    MemoryFacts.NONE,
                    traits));
            return this;
        }

        /// Each pod uses 401m.
        Cluster metered() {
            return using(401);
        }

        Cluster using(long cpuMillis) {
            useMillis = cpuMillis;
            return this;
        }

        /// What pods ask for is what they use.
        List<NodeImage> byRequests() {
            return image(List.of()).nodes();
        }

        /// In the order in which the nodes were named.
        List<NodeImage> byUsage(int... cpuMillis) {
            return image(Arrays.stream(cpuMillis).boxed().toList()).nodes();
        }

        ClusterImage image(List<Integer> cpuMillis) {
            var samples = new ArrayList<NodeSample>();
            for (int i = 0; i < nodes.size(); i++) {
                var name = nodes.get(i).name();
                double used = cpuMillis.isEmpty() ? asked(name) : cpuMillis.get(i);
                samples.add(new NodeSample(name, SignalKind.CPU_USAGE_MILLIS, sample(used)));
                samples.add(new NodeSample(name, SignalKind.MEMORY_WORKING_SET_BYTES, sample(0)));
            }
            var containers = pods.stream()
                    .map(pod -> new ContainerUsage(
                            pod.key(),
                            "main",
                            sample((double) (useMillis < 0 ? pod.requests().cpuMillis() : useMillis)),
                            sample(0)))
                    .toList();
            var delta = new ClusterDelta(ClusterImage.EMPTY);
            nodes.forEach(node -> delta.replay(new ClusterEvent.NodeApplied(node, NOW)));
            pods.forEach(pod -> delta.replay(new ClusterEvent.PodApplied(pod)));
            delta.replay(new ClusterEvent.UsageObserved(
                    new UsageBatch("test", NOW, samples, containers, 0, List.of()), Map.of()));
            delta.replay(new ClusterEvent.Confirmed(NOW));
            return delta.apply();
        }

        private double asked(String node) {
            return pods.stream()
                    .filter(pod -> pod.nodeName().equals(Optional.of(node)))
                    .mapToDouble(pod -> (double) pod.requests().cpuMillis())
                    .sum();
        }

        private static Sample sample(double value) {
            return new Sample(value, NOW, "test");
        }
    }
}
