package io.plimsoll.model.cluster;

import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Clusters for tests, built fluently: `Clusters.image(Clusters.node("n1").cpu(4).pod("a", 300).usesCpu(1200))`.
///
/// All measurements are of [#NOW_MILLIS] unless told otherwise; pods were bound an hour before, so that they show in
/// them.
public final class Clusters {

    public static final long NOW_MILLIS = 1_800_000_000_000L;
    public static final long GIB = 1L << 30;

    private static final String NAMESPACE = "default";
    private static final String SOURCE = "test";
    private static final long HOUR_MILLIS = 3_600_000;

    private Clusters() {}

    /// A node of 4 cores and 16 GiB that is Ready, has no pods and was never measured.
    public static NodeBuilder node(String name) {
        return new NodeBuilder(name);
    }

    public static ClusterImage image(NodeBuilder... nodes) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        for (var node : nodes) {
            node.events().forEach(delta::replay);
        }
        return delta.apply();
    }

    public static ClusterImage image(List<ClusterEvent> events) {
        return after(ClusterImage.EMPTY, events);
    }

    /// The image after these events.
    public static ClusterImage after(ClusterImage image, List<ClusterEvent> events) {
        var delta = new ClusterDelta(image);
        events.forEach(delta::replay);
        return delta.apply();
    }

    /// A bare pod that is not bound, with these requests.
    public static PodSpec pending(String name, long cpuMillis, long memoryBytes) {
        return pod(name, cpuMillis, memoryBytes, Optional.empty(), Optional.empty(), 0, 0);
    }

    /// The same, of a Deployment.
    public static PodSpec pendingOf(String deployment, String name, long cpuMillis, long memoryBytes) {
        return pod(name, cpuMillis, memoryBytes, Optional.of(deployment(deployment)), Optional.empty(), 0, 0);
    }

    public static PodSpec bound(PodSpec pod, String node, long atMillis) {
        return PodBuilder.like(pod).boundTo(node, atMillis).build();
    }

    public static PodToPlace toPlace(ClusterImage image, PodSpec pod) {
        return PodToPlace.of(image, pod);
    }

    /// All slots of the image, in their order.
    public static int[] slots(ClusterImage image) {
        var slots = new int[image.nodeCount()];
        for (int slot = 0; slot < slots.length; slot++) {
            slots[slot] = slot;
        }
        return slots;
    }

    public static Owner deployment(String name) {
        return new Owner(NAMESPACE, "Deployment", name);
    }

    public static ClusterEvent replicas(String deployment, int replicas) {
        return new ClusterEvent.OwnerApplied(
                new OwnerSpec(deployment(deployment), Optional.empty(), replicas, Set.of()));
    }

    public static UsageEstimate estimate(long cpuMillis, long memoryBytes, double confidence) {
        var amount = new Resources(cpuMillis, memoryBytes);
        return new UsageEstimate(amount, amount, amount, amount, confidence, NOW_MILLIS);
    }

    private static PodSpec pod(
            String name,
            long cpuMillis,
            long memoryBytes,
            Optional<Owner> owner,
            Optional<String> node,
            long boundAtMillis,
            int priority) {
        return new PodSpec(
                new PodKey(NAMESPACE, name),
                "uid-" + name,
                owner,
                node,
                node.isPresent() ? PodPhase.RUNNING : PodPhase.PENDING,
                node.isPresent(),
                priority,
                boundAtMillis,
                false,
                List.of(new ContainerSpec("main", new Resources(cpuMillis, memoryBytes), Resources.NONE)),
                Resources.NONE,
                Set.of());
    }

    /// A node in the making.
    public static final class NodeBuilder {

        private final String name;
        private double cores = 4;
        private double gibibytes = 16;
        private boolean virtual;
        private final Map<String, String> labels = new HashMap<>();
        private final List<PodSpec> pods = new ArrayList<>();
        private final List<NodeSample> samples = new ArrayList<>();
        private int losses;
        private long lostAtMillis;

        private NodeBuilder(String name) {
            this.name = name;
        }

        public NodeBuilder cpu(double cores) {
            this.cores = cores;
            return this;
        }

        public NodeBuilder memoryGib(double gibibytes) {
            this.gibibytes = gibibytes;
            return this;
        }

        public NodeBuilder label(String key, String value) {
            labels.put(key, value);
            return this;
        }

        public NodeBuilder virtual() {
            virtual = true;
            return this;
        }

        /// A bare pod that requests so much CPU and no memory to speak of.
        public NodeBuilder pod(String pod, long cpuMillis) {
            return pod(pod, cpuMillis, 1);
        }

        public NodeBuilder pod(String pod, long cpuMillis, long memoryBytes) {
            pods.add(Clusters.pod(
                    pod, cpuMillis, memoryBytes, Optional.empty(), Optional.of(name), NOW_MILLIS - HOUR_MILLIS, 0));
            return this;
        }

        /// A pod of a Deployment.
        public NodeBuilder podOf(String deployment, String pod, long cpuMillis) {
            return podOf(deployment(deployment), pod, cpuMillis, 0);
        }

        public NodeBuilder podOf(Owner owner, String pod, long cpuMillis, int priority) {
            pods.add(Clusters.pod(
                    pod, cpuMillis, 1, Optional.of(owner), Optional.of(name), NOW_MILLIS - HOUR_MILLIS, priority));
            return this;
        }

        /// A pod bound so lately that no measurement shows it.
        public NodeBuilder justBound(String pod, long cpuMillis) {
            pods.add(Clusters.pod(pod, cpuMillis, 1, Optional.empty(), Optional.of(name), NOW_MILLIS, 0));
            return this;
        }

        public NodeBuilder usesCpu(double cpuMillis) {
            return signal(SignalKind.CPU_USAGE_MILLIS, cpuMillis);
        }

        public NodeBuilder usesMemoryGib(double gibibytes) {
            return signal(SignalKind.MEMORY_WORKING_SET_BYTES, gibibytes * GIB);
        }

        public NodeBuilder availableGib(double gibibytes) {
            return signal(SignalKind.MEMORY_AVAILABLE_BYTES, gibibytes * GIB);
        }

        public NodeBuilder signal(SignalKind kind, double value) {
            return signal(kind, value, NOW_MILLIS);
        }

        public NodeBuilder signal(SignalKind kind, double value, long atMillis) {
            samples.add(new NodeSample(name, kind, new Sample(value, atMillis, SOURCE)));
            return this;
        }

        /// Lost its readiness so many times, all at that time.
        public NodeBuilder lost(int times, long atMillis) {
            losses = times;
            lostAtMillis = atMillis;
            return this;
        }

        /// Everything that makes this node known.
        public List<ClusterEvent> events() {
            var events = new ArrayList<ClusterEvent>();
            events.add(applied(NodeSpec.Readiness.READY));
            for (int i = 0; i < losses; i++) {
                events.add(applied(NodeSpec.Readiness.NOT_READY));
                events.add(applied(NodeSpec.Readiness.READY));
            }
            pods.forEach(pod -> events.add(new ClusterEvent.PodApplied(pod)));
            if (!samples.isEmpty()) {
                events.add(new ClusterEvent.UsageObserved(
                        new UsageBatch(SOURCE, NOW_MILLIS, samples, List.of(), 0, List.of()), Map.of()));
            }
            return events;
        }

        private ClusterEvent applied(NodeSpec.Readiness readiness) {
            var size = new Resources(Math.round(cores * 1000), Math.round(gibibytes * GIB));
            return new ClusterEvent.NodeApplied(
                    new NodeSpec(
                            name,
                            "uid-" + name,
                            "boot",
                            size,
                            size,
                            110,
                            readiness,
                            false,
                            virtual,
                            false,
                            List.of(),
                            NodePlatform.UNTOLD,
                            labels),
                    lostAtMillis);
        }
    }
}
