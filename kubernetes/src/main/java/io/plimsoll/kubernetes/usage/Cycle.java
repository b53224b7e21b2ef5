package io.plimsoll.kubernetes.usage;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.PodStalls;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One cycle of a source while it is measured: takes values in, drops and counts what cannot be true.
///
/// Dropped is a value that is negative or not finite, without a time, measured more than [#AHEAD_MAX] after now, a
/// share of time above 1, or absurd: more than 100 times what the node has (the largest node, where the node is not
/// known). 100 is far beyond what clocks that differ or bursts within a window can feign, and well below what a wrong
/// unit (bytes for KiB, cores for thousandths) yields. A container is dropped whole: half a sample is none; and so is
/// one without any memory, since nothing runs in none: zeros are a source's fault, and would pass for a lull.
///
/// Safe for any thread: the kubelets are asked side by side.
final class Cycle {

    static final Duration AHEAD_MAX = Duration.ofSeconds(30);
    private static final double ABSURD = 100;

    private final String source;
    private final ClusterImage image;
    private final InstantSource clock;
    private final Resources largest;
    private final List<NodeSample> nodes = new ArrayList<>();
    private final List<ContainerUsage> containers = new ArrayList<>();
    private final List<PodStalls> stalls = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int rejected;

    Cycle(String source, ClusterImage image, InstantSource clock) {
        this.source = source;
        this.image = image;
        this.clock = clock;
        this.largest =
                image.nodes().stream().map(node -> node.spec().capacity()).reduce(Resources.NONE, Resources::max);
    }

    ClusterImage image() {
        return image;
    }

    synchronized void node(String node, SignalKind kind, double value, long atMillis) {
        double limit = limit(node, kind);
        checked(limit == 1 ? share(value) : value, atMillis, limit)
                .ifPresentOrElse(sample -> nodes.add(new NodeSample(node, kind, sample)), () -> rejected++);
    }

    /// A rate is extrapolated to the ends of its window: a share of time may come out a little above 1.
    private static double share(double value) {
        return value > 1 && value <= 1.1 ? 1 : value;
    }

    synchronized void container(PodKey pod, String name, double cpuMillis, long cpuAt, double bytes, long bytesAt) {
        var cpu = checked(cpuMillis, cpuAt, ABSURD * largest.cpuMillis());
        var memory = checked(bytes, bytesAt, ABSURD * largest.memoryBytes());
        if (cpu.isPresent() && memory.isPresent() && bytes > 0) {
            var known = known(pod, name);
            containers.add(new ContainerUsage(known.pod(), known.name(), cpu.get(), memory.get()));
        } else {
            rejected++;
        }
    }

    /// How long tasks of one pod waited, as shares of the time; `NaN` where that is not told.
    synchronized void stalls(PodKey pod, double cpu, double memory, long atMillis) {
        double cpuShare = share(cpu);
        double memoryShare = share(memory);
        if (Double.isNaN(cpuShare) && Double.isNaN(memoryShare)) {
            return;
        }
        if (isTimely(atMillis) && isShare(cpuShare) && isShare(memoryShare)) {
            var known = image.pod(pod).map(PodImage::key).orElse(pod);
            stalls.add(new PodStalls(known, cpuShare, memoryShare, atMillis));
        } else {
            rejected++;
        }
    }

    private static boolean isShare(double value) {
        return Double.isNaN(value) || (value >= 0 && value <= 1);
    }

    /// One container of one pod.
    record Container(PodKey pod, String name) {}

    /// The same container in the image's own instances of its names, where it is there: hundreds of thousands of
    /// samples a cycle then keep no text of theirs.
    Container known(PodKey pod, String name) {
        var there = image.pod(pod);
        return new Container(
                there.map(PodImage::key).orElse(pod),
                there.flatMap(known -> nameIn(known, name)).orElse(name));
    }

    private static Optional<String> nameIn(PodImage pod, String name) {
        for (var container : pod.spec().containers()) {
            if (container.name().equals(name)) {
                return Optional.of(container.name());
            }
        }
        return Optional.empty();
    }

    synchronized void reject() {
        rejected++;
    }

    synchronized void failed(String what) {
        if (!failures.contains(what)) {
            failures.add(what);
        }
    }

    synchronized UsageBatch end() {
        return new UsageBatch(source, clock.millis(), nodes, containers, stalls, rejected, failures);
    }

    private Optional<Sample> checked(double value, long atMillis, double limit) {
        boolean sound = value >= 0 && Double.isFinite(value) && (limit <= 0 || value <= limit);
        return isTimely(atMillis) && sound ? Optional.of(new Sample(value, atMillis, source)) : Optional.empty();
    }

    private boolean isTimely(long atMillis) {
        return atMillis > 0 && atMillis <= clock.millis() + AHEAD_MAX.toMillis();
    }

    /// The largest value that is believed; 0 where anything is.
    private double limit(String node, SignalKind kind) {
        var capacity = image.node(node)
                .map(NodeImage::spec)
                .map(spec -> spec.capacity())
                .filter(amount -> !amount.isZero())
                .orElse(largest);
        return switch (kind) {
            case CPU_USAGE_MILLIS -> ABSURD * capacity.cpuMillis();
            case MEMORY_WORKING_SET_BYTES, MEMORY_AVAILABLE_BYTES -> ABSURD * capacity.memoryBytes();
            case CPU_PSI_SOME_60, CPU_RUN_QUEUE_60, MEMORY_PSI_SOME_10, MEMORY_PSI_SOME_60, MEMORY_PSI_FULL_60 -> 1;
            case MEMORY_REFAULTS_PER_SECOND, MEMORY_MAJOR_FAULTS_PER_SECOND, NETWORK_BYTES_PER_SECOND -> 1e12;
        };
    }
}
