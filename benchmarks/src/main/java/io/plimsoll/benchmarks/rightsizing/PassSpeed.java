package io.plimsoll.benchmarks.rightsizing;

import com.sun.management.ThreadMXBean;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.HighWaterRecommender;
import io.plimsoll.model.recommendation.MemoryFloor;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.SizingPass;
import io.plimsoll.model.recommendation.WorkloadHistory;
import io.plimsoll.model.recommendation.WorkloadKnowledge;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsageView;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// How long a whole pass takes on one core for 100,000 containers: which policy holds for each workload, what is
/// recommended, and what is to be done now, by how many workloads they are of and how many policies there are. And what
/// the last pass allocates.
///
///     java -cp … io.plimsoll.benchmarks.rightsizing.PassSpeed [CONTAINERS]
public final class PassSpeed {

    private static final int PASSES = 10;
    private static final int PODS_PER_NODE = 100;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int containers;

    private PassSpeed(int containers) {
        this.containers = containers;
    }

    public static void main(String[] arguments) {
        new PassSpeed(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000).run();
    }

    private void run() {
        System.out.println("| workloads | pods each | policies | changes due | median ms | worst ms | MB allocated |");
        System.out.println("|---:|---:|---:|---:|---:|---:|---:|");
        for (int podsEach : List.of(10, 1)) {
            var image = image(podsEach);
            var knowledge = new Known(containers / podsEach);
            for (int policies : List.of(1, 100)) {
                measure(image, knowledge, podsEach, policies(policies));
            }
        }
    }

    private void measure(ClusterImage image, WorkloadKnowledge knowledge, int podsEach, List<ResizePolicy> policies) {
        var millis = new double[PASSES];
        List<WorkloadSizing> sized = List.of();
        long allocatedBytes = 0;
        for (int i = -3; i < PASSES; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            sized = new SizingPass(image, policies, knowledge, false, RecommendationSpeed.NOW_MILLIS).run();
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
            allocatedBytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        Arrays.sort(millis);
        System.out.printf(
                "| %d | %d | %d | %d | %.0f | %.0f | %d |%n",
                sized.size(),
                podsEach,
                policies.size(),
                sized.stream()
                        .filter(sizing -> !(sizing.plan() instanceof ResizePlan.Skipped))
                        .count(),
                millis[PASSES / 2],
                millis[PASSES - 1],
                allocatedBytes / 1_000_000);
    }

    /// Each selects as many workloads as the others.
    private static List<ResizePolicy> policies(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ResizePolicy(
                        new PolicyCandidate(
                                Optional.empty(),
                                "p" + i,
                                0,
                                0,
                                false,
                                workload -> Math.floorMod(workload.name().hashCode(), count) == i),
                        ResizePolicy.Mode.AUTO,
                        HighWaterRecommender.NAME,
                        container -> Optional.of(ContainerSizing.DEFAULT),
                        nowMillis -> true,
                        0,
                        0))
                .toList();
    }

    private ClusterImage image(int podsEach) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(64_000, 256L << 30);
        for (int i = 0; i < containers / PODS_PER_NODE; i++) {
            delta.replay(new ClusterEvent.NodeApplied(
                    new NodeSpec(
                            "node-" + i,
                            "node-" + i,
                            "boot",
                            size,
                            size,
                            110,
                            NodeSpec.Readiness.READY,
                            false,
                            false,
                            List.of()),
                    RecommendationSpeed.NOW_MILLIS));
        }
        for (int i = 0; i < containers; i++) {
            var owner = owner(i / podsEach);
            if (i % podsEach == 0) {
                delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(owner, Optional.empty(), podsEach, Set.of())));
            }
            delta.replay(new ClusterEvent.PodApplied(pod(i, owner)));
        }
        delta.replay(new ClusterEvent.Confirmed(RecommendationSpeed.NOW_MILLIS));
        return delta.apply();
    }

    private static Owner owner(int workload) {
        return new Owner("team-" + workload % 500, "Deployment", "w" + workload);
    }

    private static PodSpec pod(int i, Owner owner) {
        return new PodSpec(
                new PodKey(owner.namespace(), owner.name() + "-" + i),
                Integer.toString(i),
                Optional.of(owner),
                Optional.of("node-" + i / PODS_PER_NODE),
                PodPhase.RUNNING,
                true,
                0,
                RecommendationSpeed.NOW_MILLIS - 86_400_000,
                false,
                List.of(new ContainerSpec("app", new Resources(500, 1 << 28), Resources.NONE)),
                Resources.NONE,
                Set.of());
    }

    /// A day of samples of each workload, and nothing else.
    private static final class Known implements WorkloadKnowledge {

        private final Map<Owner, Map<String, ContainerUsageView>> usage = new HashMap<>();

        Known(int workloads) {
            var random = new Random(1);
            for (int i = 0; i < workloads; i++) {
                ContainerHistory history = RecommendationSpeed.history(random, new PodKey("shop", "pod-" + i));
                usage.put(owner(i), Map.of("app", history));
            }
        }

        @Override
        public Map<String, ContainerUsageView> usage(Owner workload) {
            return usage.getOrDefault(workload, Map.of());
        }

        @Override
        public List<MemoryFloor> floors(
                PodSpec pod, ContainerSpec container, ContainerSizing sizing, Optional<ContainerUsageView> seen) {
            return List.of();
        }

        @Override
        public WorkloadHistory history(Owner workload) {
            return WorkloadHistory.NONE;
        }
    }
}
