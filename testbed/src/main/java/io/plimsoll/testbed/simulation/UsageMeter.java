package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/// Measures nodes and their pods as a metrics server would: CPU that is granted, not what is wanted, and never more
/// than the machine has. Owned by its cluster.
final class UsageMeter {

    static final String SOURCE = "simulation";

    private record Reading(List<NodeSample> nodes, List<ContainerUsage> containers) {}

    private final SimulationSettings settings;
    private final FaultBook faults;
    /// What stale nodes go on showing.
    private final TreeMap<String, Reading> remembered = new TreeMap<>();

    UsageMeter(SimulationSettings settings, FaultBook faults) {
        this.settings = settings;
        this.faults = faults;
    }

    /// Keeps what the nodes show now, for those that will be stale.
    void remember(Collection<SimulatedNode> nodes, VirtualClock clock) {
        remembered.clear();
        nodes.forEach(node -> remembered.put(node.spec().name(), read(node, clock)));
    }

    UsageBatch measure(Collection<SimulatedNode> nodes, VirtualClock clock) {
        long now = clock.elapsedMillis();
        if (faults.metricsDown(now)) {
            var failure = List.of("the metrics API answered 503: simulated");
            return new UsageBatch(SOURCE, clock.millis(), List.of(), List.of(), 0, failure);
        }
        var nodeSamples = new ArrayList<NodeSample>(2 * nodes.size());
        var containers = new ArrayList<ContainerUsage>();
        for (var node : nodes) {
            if (!faults.missing(node.spec().name(), now)) {
                var reading = faults.stale(node.spec().name(), now) ? stale(node) : read(node, clock);
                nodeSamples.addAll(reading.nodes());
                containers.addAll(reading.containers());
            }
        }
        return new UsageBatch(SOURCE, clock.millis(), nodeSamples, containers, 0, List.of());
    }

    private Reading stale(SimulatedNode node) {
        return remembered.getOrDefault(node.spec().name(), new Reading(List.of(), List.of()));
    }

    private Reading read(SimulatedNode node, VirtualClock clock) {
        long period = settings.scrapePeriod().toMillis();
        long scrapedElapsed = clock.elapsedMillis() / period * period;
        long atMillis = clock.millis() - (clock.elapsedMillis() - scrapedElapsed);
        var usage = node.usage(scrapedElapsed);
        double granted = node.cpuGranted(usage);
        var samples = List.of(
                sample(node, SignalKind.CPU_USAGE_MILLIS, usage.cpuMillisWanted() * granted, atMillis),
                sample(
                        node,
                        SignalKind.MEMORY_WORKING_SET_BYTES,
                        Math.min(usage.memoryBytesWanted(), (double)
                                node.spec().capacity().memoryBytes()),
                        atMillis));
        var containers = new ArrayList<ContainerUsage>();
        for (var pod : node.pods()) {
            if (pod.uses()) {
                addContainers(containers, pod, scrapedElapsed, granted, atMillis);
            }
        }
        return new Reading(samples, containers);
    }

    private static NodeSample sample(SimulatedNode node, SignalKind kind, double value, long atMillis) {
        return new NodeSample(node.spec().name(), kind, new Sample(value, atMillis, SOURCE));
    }

    /// A pod's usage in equal parts over its containers.
    private static void addContainers(
            List<ContainerUsage> into, SimulatedPod pod, long elapsedMillis, double granted, long atMillis) {
        var moment = SimulatedNode.moment(pod, elapsedMillis);
        int parts = pod.spec().containers().size();
        double cpu = pod.demand().cpuMillis().at(moment) * granted / parts;
        double memory = pod.demand().memoryBytes().at(moment) / parts;
        for (ContainerSpec container : pod.spec().containers()) {
            into.add(new ContainerUsage(
                    pod.spec().key(),
                    container.name(),
                    new Sample(cpu, atMillis, SOURCE),
                    new Sample(memory, atMillis, SOURCE)));
        }
    }
}
