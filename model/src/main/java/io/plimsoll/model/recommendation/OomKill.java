package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodSpec;
import java.util.List;

/// One container that was killed for memory.
///
/// @param workload whose container it was
/// @param podUid of the pod; a pod of the same name later is another one
/// @param containerId of the run that was killed, e.g. `containerd://3f…`; empty where the status does not tell
/// @param restartCount how many runs of the container had ended in this pod before the one that was killed
/// @param limitBytes the memory limit that it ran with; 0 for none
/// @param requestBytes the memory request that it ran with; 0 for none
/// @param atMillis when it was killed, epoch milliseconds
/// @param generation of the pod template that the pod was made from: it grows when somebody changes the template
/// @param kind what killed it
public record OomKill(
        Owner workload,
        String podUid,
        String container,
        String containerId,
        int restartCount,
        long limitBytes,
        long requestBytes,
        long atMillis,
        long generation,
        Kind kind) {

    /// What killed it. Only the first says that its own limit is too low.
    public enum Kind {
        /// It hit its own memory limit.
        CONTAINER_LIMIT,
        /// The kubelet evicted its pod, since the node was short of memory.
        NODE_PRESSURE_EVICTION,
        /// The node as a whole ran out of memory: the victim may be innocent.
        HOST
    }

    public OomKill {
        if (limitBytes < 0 || requestBytes < 0) {
            throw new IllegalArgumentException(
                    "limitBytes and requestBytes must not be negative: " + limitBytes + ", " + requestBytes);
        }
        if (restartCount < 0) {
            throw new IllegalArgumentException("restartCount must not be negative: " + restartCount);
        }
    }

    /// All kills that the pods of a cluster tell of. Their statuses do not tell a kill at a container's limit from one
    /// of a node that had nothing left: where there is a limit, it counts as the first.
    public static List<OomKill> seenIn(ClusterImage image) {
        return image.killedPods().stream()
                .flatMap(pod -> pod.memory().kills().stream().map(kill -> of(image, pod, kill)))
                .toList();
    }

    /// The same of another kind.
    public OomKill of(Kind other) {
        return new OomKill(
                workload,
                podUid,
                container,
                containerId,
                restartCount,
                limitBytes,
                requestBytes,
                atMillis,
                generation,
                other);
    }

    private static OomKill of(ClusterImage image, PodSpec pod, MemoryKill kill) {
        return new OomKill(
                image.workloadOf(pod.key(), pod.owner()),
                pod.uid(),
                kill.container(),
                kill.containerId(),
                kill.restartCount(),
                kill.limitBytes(),
                kill.requestBytes(),
                kill.atMillis(),
                image.revision(pod),
                kind(kill));
    }

    /// What has no limit of its own can only be killed since the node had nothing left.
    private static Kind kind(MemoryKill kill) {
        if (kill.isEvicted()) {
            return Kind.NODE_PRESSURE_EVICTION;
        }
        return kill.limitBytes() == 0 ? Kind.HOST : Kind.CONTAINER_LIMIT;
    }
}
