package io.plimsoll.rightsizer.admission;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds the workload of a pod that is about to be created.
///
/// A controller makes its ReplicaSet or Job a moment before the first pod, so the image may not have seen that owner
/// yet. The names that the controllers of Kubernetes give then say whose it is:
///
/// | pod is controlled by | and | workload |
/// |---|---|---|
/// | ReplicaSet `web-7d4b9c` | has the label `pod-template-hash: 7d4b9c` | Deployment `web` |
/// | Job `report-29384756` | the image has a CronJob `report` | CronJob `report` |
final class Workloads {

    private static final String TEMPLATE_HASH = "pod-template-hash";
    /// A CronJob's controller ends a Job's name in the minutes since 1970 at which it was due.
    private static final Pattern SCHEDULED = Pattern.compile("(.+)-\\d{8}");

    private Workloads() {}

    /// Empty for a pod that nobody controls, or its node.
    static Optional<Owner> of(NewPod pod, ClusterImage image) {
        return pod.owner().filter(owner -> !owner.isNode()).map(owner -> {
            var root = image.workloadOf(pod.key(), Optional.of(owner));
            boolean isUnseen = root.equals(owner) && image.owner(owner).isEmpty();
            return isUnseen ? byName(pod, owner, image).orElse(root) : root;
        });
    }

    private static Optional<Owner> byName(NewPod pod, Owner owner, ClusterImage image) {
        return switch (owner.kind()) {
            case "ReplicaSet" ->
                Optional.ofNullable(pod.labels().get(TEMPLATE_HASH))
                        .filter(hash -> !hash.isEmpty() && owner.name().endsWith("-" + hash))
                        .map(hash -> owner.name().substring(0, owner.name().length() - hash.length() - 1))
                        .map(name -> new Owner(owner.namespace(), "Deployment", name));
            case "Job" ->
                Optional.of(SCHEDULED.matcher(owner.name()))
                        .filter(matcher -> matcher.matches())
                        .map(matcher -> new Owner(owner.namespace(), "CronJob", matcher.group(1)))
                        .filter(cronJob -> image.owner(cronJob).isPresent());
            default -> Optional.empty();
        };
    }
}
