package io.plimsoll.model.action;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodSpec;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A pod that is evicted, or was: an image tells what became of it.
public record EvictedPod(Owner workload, PodKey key, String uid) {

    /// Whether it is there still, and is to stay.
    public boolean isThere(ClusterImage image) {
        return image.pod(key)
                .map(PodImage::spec)
                .filter(pod -> pod.uid().equals(uid) && !pod.terminating())
                .isPresent();
    }

    /// The uids of its workload's pods.
    public Set<String> companions(ClusterImage image) {
        return image.podsOf(workload).stream().map(pod -> pod.spec().uid()).collect(Collectors.toSet());
    }

    /// The newest pod of the workload that was not there before, once this one is gone. It may have no node
    /// yet.
    ///
    /// @param known uids of pods that were there before; none where that is not known, as after a restart:
    ///     then it is the newest that was bound since
    /// @param sinceMillis epoch milliseconds
    public Optional<PodSpec> successor(ClusterImage image, Set<String> known, long sinceMillis) {
        if (isThere(image)) {
            return Optional.empty();
        }
        return image.podsOf(workload).stream()
                .map(PodImage::spec)
                .filter(pod -> !pod.uid().equals(uid) && !known.contains(pod.uid()) && !pod.terminating())
                .filter(pod -> !known.isEmpty() || pod.boundAtMillis() >= sinceMillis)
                .max(Comparator.comparingLong(PodSpec::boundAtMillis));
    }
}
