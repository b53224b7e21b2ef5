package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.SignalKind;
import java.util.ArrayList;
import java.util.List;

/// A rule that says which pods to evict, asked once a minute after a measurement.
interface MoveRule {

    List<PodImage> evictions(ClusterImage image, long minute);

    /// Moves nobody.
    MoveRule NONE = (image, minute) -> List.of();

    /// What a node uses and what is planned of it: shares of CPU and memory.
    final class Node {

        final NodeImage image;
        double cpu;
        double memory;

        private Node(NodeImage image) {
            this.image = image;
            cpu = image.signals().value(SignalKind.CPU_USAGE_MILLIS) / size().cpuMillis();
            memory = image.signals().value(SignalKind.MEMORY_WORKING_SET_BYTES) / size().memoryBytes();
        }

        /// All that pods may be placed on.
        static List<Node> of(ClusterImage image) {
            var nodes = new ArrayList<Node>();
            for (var node : image.nodes()) {
                if (!node.spec().unschedulable()) {
                    nodes.add(new Node(node));
                }
            }
            return nodes;
        }

        private Resources size() {
            return image.spec().allocatable();
        }

        double cpu(PodImage pod) {
            return pod.usage().orElse(Resources.NONE).cpuMillis() / (double) size().cpuMillis();
        }

        double memory(PodImage pod) {
            return pod.usage().orElse(Resources.NONE).memoryBytes() / (double) size().memoryBytes();
        }

        boolean isAbove(double cpuLine, double memoryLine) {
            return cpu > cpuLine || memory > memoryLine;
        }

        boolean isBelow(double cpuLine, double memoryLine) {
            return cpu <= cpuLine && memory <= memoryLine;
        }

        void remove(PodImage pod) {
            cpu -= cpu(pod);
            memory -= memory(pod);
        }

        void add(PodImage pod) {
            cpu += cpu(pod);
            memory += memory(pod);
        }
    }
}
