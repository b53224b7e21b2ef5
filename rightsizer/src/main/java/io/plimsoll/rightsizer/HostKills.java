package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.Hindrance;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.recommendation.OomKill;
import io.plimsoll.model.recommendation.OomKill.Kind;
import io.plimsoll.rightsizer.Surroundings.SystemOoms;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Tells kills at a container's limit from those of a node that had nothing left: both look alike in the pod's
/// status, and of the second the kubelet tells in an event of its node. Belongs to the right-sizer's loop.
///
/// A kill is judged once, when it is first seen: an hour later the event is gone. While events cannot be read, a
/// kill of a container with a limit counts as one at that limit.
final class HostKills {

    private static final Logger LOG = LoggerFactory.getLogger(HostKills.class);
    /// The kernel's time of a kill and the container runtime's are at most so far apart.
    private static final long APART_MILLIS_MAX = 10_000;

    private final SystemOoms ooms;
    private final Hindrance hindrance =
            new Hindrance(LOG, Level.WARN, "Each kill for memory counts as one at the container's limit");
    /// What was found of the kills at limits that the last image told of.
    private final Map<OomKill, OomKill> judged = new HashMap<>();

    HostKills(SystemOoms ooms) {
        this.ooms = ooms;
    }

    /// All kills that the image tells of.
    List<OomKill> told(ClusterImage image) {
        var seen = OomKill.seenIn(image);
        judged.keySet().retainAll(new HashSet<>(seen));
        var fresh = seen.stream()
                .filter(kill -> kill.kind() == Kind.CONTAINER_LIMIT && !judged.containsKey(kill))
                .toList();
        if (!fresh.isEmpty()) {
            judge(fresh, image);
        }
        return seen.stream().map(kill -> judged.getOrDefault(kill, kill)).toList();
    }

    private void judge(List<OomKill> fresh, ClusterImage image) {
        try {
            var times = ooms.list();
            hindrance.over();
            var nodes = image.killedPods().stream()
                    .filter(pod -> pod.nodeName().isPresent())
                    .collect(
                            Collectors.toMap(PodSpec::uid, pod -> pod.nodeName().get(), (one, other) -> one));
            fresh.forEach(kill -> judged.put(kill, judged(kill, Optional.ofNullable(nodes.get(kill.podUid())), times)));
        } catch (IOException e) {
            hindrance.met(e);
        }
    }

    private static OomKill judged(OomKill kill, Optional<String> node, Map<String, List<Long>> times) {
        boolean isOfHost = node.map(name -> times.getOrDefault(name, List.of())).orElse(List.of()).stream()
                .anyMatch(time -> Math.abs(time - kill.atMillis()) <= APART_MILLIS_MAX);
        if (!isOfHost) {
            return kill;
        }
        LOG.info(
                "Container {} of {} was killed while node {} as a whole was out of memory: its limit is not raised for that",
                kill.container(),
                kill.workload(),
                node.orElse(""));
        return kill.of(Kind.HOST);
    }
}
