package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/// A node with the pods bound to it. Owned by its [SimulatedCluster], which holds its monitor around every call.
final class SimulatedNode {

    private NodeSpec spec;
    private final TreeMap<PodKey, SimulatedPod> pods = new TreeMap<>();
    private long requestedCpuMillis;
    private long requestedMemoryBytes;
    /// What the scheduler sees, until something changes.
    private Optional<SchedulableNode> schedulable = Optional.empty();

    SimulatedNode(NodeSpec spec) {
        this.spec = spec;
    }

    NodeSpec spec() {
        return spec;
    }

    void update(NodeSpec changed) {
        spec = changed;
        schedulable = Optional.empty();
    }

    Collection<SimulatedPod> pods() {
        return pods.values();
    }

    void put(SimulatedPod pod) {
        remove(pod.spec().key());
        pods.put(pod.spec().key(), pod);
        count(pod.counted(), 1);
    }

    void remove(PodKey key) {
        var before = pods.remove(key);
        if (before != null) {
            count(before.counted(), -1);
        }
    }

    private void count(Resources amount, int sign) {
        schedulable = Optional.empty();
        requestedCpuMillis += sign * amount.cpuMillis();
        requestedMemoryBytes += sign * amount.memoryBytes();
    }

    /// What the scheduler sees of it.
    SchedulableNode schedulable() {
        var known = schedulable.orElseGet(this::counted);
        schedulable = Optional.of(known);
        return known;
    }

    private SchedulableNode counted() {
        return new SchedulableNode(
                spec.name(),
                spec.allocatable(),
                new Resources(requestedCpuMillis, requestedMemoryBytes),
                spec.allocatablePods() - pods.size(),
                spec.readiness() == NodeSpec.Readiness.READY
                        && !spec.unschedulable()
                        && spec.taints().isEmpty());
    }

    NodeUsage usage(long elapsedMillis) {
        double cpu = 0;
        double memory = 0;
        for (var pod : pods.values()) {
            if (pod.uses()) {
                var moment = moment(pod, elapsedMillis);
                cpu += pod.demand().cpuMillis().at(moment);
                memory += pod.demand().memoryBytes().at(moment);
            }
        }
        return new NodeUsage(spec.name(), cpu, memory, spec.allocatable());
    }

    /// How much of the CPU they want the pods get: all of it until the machine's is used up.
    double cpuGranted(NodeUsage usage) {
        return usage.cpuMillisWanted() <= spec.capacity().cpuMillis()
                ? 1
                : spec.capacity().cpuMillis() / usage.cpuMillisWanted();
    }

    static Moment moment(SimulatedPod pod, long elapsedMillis) {
        return new Moment(elapsedMillis, Math.max(0, elapsedMillis - pod.createdElapsedMillis()));
    }
}
