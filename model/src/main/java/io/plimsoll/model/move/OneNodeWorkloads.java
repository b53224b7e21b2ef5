package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Finds the workloads of two pods and more that one node holds all of: when it fails, nobody is left to answer.
final class OneNodeWorkloads {

    private OneNodeWorkloads() {}

    /// With the node that each is on.
    static SortedMap<Owner, String> find(ClusterImage image) {
        var found = new TreeMap<Owner, String>();
        for (var workload : image.workloads()) {
            if (workload.pods() > 1 && isToSpread(image, workload.owner())) {
                nodeOfAll(image, workload.owner()).ifPresent(node -> found.put(workload.owner(), node));
            }
        }
        return found;
    }

    /// Static pods have no owner that wants them, and a Job's pods come to their end.
    private static boolean isToSpread(ClusterImage image, Owner workload) {
        return !workload.isDaemonSet()
                && !Set.of("Job", "CronJob").contains(workload.kind())
                && image.owner(workload).filter(owner -> owner.replicas() > 1).isPresent();
    }

    private static Optional<String> nodeOfAll(ClusterImage image, Owner workload) {
        var nodes = image.podsOf(workload).stream()
                .map(PodImage::spec)
                .map(pod -> pod.nodeName().orElse(""))
                .collect(Collectors.toSet());
        return nodes.size() == 1
                ? nodes.stream().filter(node -> !node.isEmpty()).findFirst()
                : Optional.empty();
    }
}
