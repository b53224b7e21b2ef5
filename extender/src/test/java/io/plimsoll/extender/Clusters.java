package io.plimsoll.extender;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds cluster images for tests: nodes of 4 cores and 16 GiB, all seen at [#NOW_MILLIS].
public final class Clusters {

    public static final long NOW_MILLIS = 1_800_000_000_000L;
    public static final long CORE_MILLIS = 4_000;
    public static final long GIB = 1L << 30;
    private static final Resources SIZE = new Resources(CORE_MILLIS, 16 * GIB);

    private final List<ClusterEvent> events = new ArrayList<>();
    private final List<NodeSample> samples = new ArrayList<>();

    private Clusters() {}

    public static Clusters cluster() {
        return new Clusters();
    }

    /// A node and what of its CPU and memory is in use, as shares.
    public Clusters node(String name, double cpu, double memory) {
        unmeasured(name);
        sample(name, SignalKind.CPU_USAGE_MILLIS, cpu * CORE_MILLIS);
        sample(name, SignalKind.MEMORY_WORKING_SET_BYTES, memory * 16 * GIB);
        sample(name, SignalKind.MEMORY_AVAILABLE_BYTES, (1 - memory) * 16 * GIB);
        return this;
    }

    /// A node of which nothing was measured.
    public Clusters unmeasured(String name) {
        var spec = new NodeSpec(name, "uid", "boot", SIZE, SIZE, 110, Readiness.READY, false, false, List.of());
        events.add(new ClusterEvent.NodeApplied(spec, NOW_MILLIS - 3_600_000));
        return this;
    }

    /// For that share of the last minute, some task on the node has waited for CPU.
    public Clusters waiting(String node, double share) {
        sample(node, SignalKind.CPU_PSI_SOME_60, share);
        return this;
    }

    public Clusters nodes(int count, String prefix) {
        for (int i = 0; i < count; i++) {
            node(prefix + i, (i % 10) / 20.0, 0.2);
        }
        return this;
    }

    /// A running pod that asks for this much CPU and 64 MiB.
    public Clusters pod(String name, String node, long cpuMillis) {
        var container = new ContainerSpec("c", new Resources(cpuMillis, 64 << 20), Resources.NONE);
        events.add(new ClusterEvent.PodApplied(new PodSpec(
                new PodKey("shop", name),
                "uid-" + name,
                Optional.empty(),
                Optional.of(node),
                PodPhase.RUNNING,
                true,
                0,
                NOW_MILLIS - 600_000,
                false,
                List.of(container),
                Resources.NONE,
                Set.of())));
        return this;
    }

    public Clusters namespace(String name, Set<OptOut> optOuts) {
        events.add(new ClusterEvent.NamespaceApplied(name, optOuts));
        return this;
    }

    public ClusterImage image() {
        return imageAt(NOW_MILLIS);
    }

    public ClusterImage imageAt(long confirmedAtMillis) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        events.forEach(delta::replay);
        delta.replay(new ClusterEvent.UsageObserved(
                new UsageBatch("test", NOW_MILLIS, samples, List.of(), 0, List.of()), Map.of()));
        delta.replay(new ClusterEvent.Confirmed(confirmedAtMillis));
        return delta.apply();
    }

    private void sample(String node, SignalKind kind, double value) {
        samples.add(new NodeSample(node, kind, new Sample(value, NOW_MILLIS, "test")));
    }
}
