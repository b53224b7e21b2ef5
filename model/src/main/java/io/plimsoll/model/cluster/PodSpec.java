package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What the API server says of a pod, as far as a decision can need it; a few hundred bytes instead of a whole object.
///
/// @param uid tells two pods of one key apart
/// @param owner the controlling owner as the pod names it, usually a ReplicaSet
/// @param nodeName where it is bound, if it is
/// @param boundAtMillis when it was bound (its `PodScheduled` condition), epoch milliseconds; 0 while it is not bound
/// @param containers its containers and restartable init containers (sidecars), whose requests add up
/// @param init its init containers; sidecars are among them and among the containers
/// @param level what it asks for as a whole, beside its containers, and what these still hold
/// @param memory what it tells of its memory beside that
/// @param traits what decides whether it may be moved, and where to
/// @param startSeconds how long it took from its start to being ready, rounded up; 0 while that is
/// not known. It may be too long: the API server tells since when a pod is ready now, not when it
/// was first
public record PodSpec(
        PodKey key,
        String uid,
        Optional<Owner> owner,
        Optional<String> nodeName,
        PodPhase phase,
        boolean ready,
        int priority,
        long boundAtMillis,
        boolean terminating,
        List<ContainerSpec> containers,
        InitContainers init,
        PodLevel level,
        Set<OptOut> optOuts,
        MemoryFacts memory,
        PodTraits traits,
        int startSeconds) {

    public PodSpec {
        containers = List.copyOf(containers);
    }

    /// A pod of which it is not known how long it took to be ready.
    public PodSpec(
            PodKey key,
            String uid,
            Optional<Owner> owner,
            Optional<String> nodeName,
            PodPhase phase,
            boolean ready,
            int priority,
            long boundAtMillis,
            boolean terminating,
            List<ContainerSpec> containers,
            InitContainers init,
            PodLevel level,
            Set<OptOut> optOuts,
            MemoryFacts memory,
            PodTraits traits) {
        this(
                key,
                uid,
                owner,
                nodeName,
                phase,
                ready,
                priority,
                boundAtMillis,
                terminating,
                containers,
                init,
                level,
                optOuts,
                memory,
                traits,
                0);
    }

    /// A pod of whose init containers only the requests are known, and that tells nothing of its memory, nor of what
    /// decides whether it may be moved.
    public PodSpec(
            PodKey key,
            String uid,
            Optional<Owner> owner,
            Optional<String> nodeName,
            PodPhase phase,
            boolean ready,
            int priority,
            long boundAtMillis,
            boolean terminating,
            List<ContainerSpec> containers,
            Resources initRequests,
            PodLevel level,
            Set<OptOut> optOuts) {
        this(
                key,
                uid,
                owner,
                nodeName,
                phase,
                ready,
                priority,
                boundAtMillis,
                terminating,
                containers,
                InitContainers.asking(initRequests),
                level,
                optOuts,
                MemoryFacts.NONE,
                PodTraits.NONE);
    }

    /// A pod that asks for nothing beside its containers.
    public PodSpec(
            PodKey key,
            String uid,
            Optional<Owner> owner,
            Optional<String> nodeName,
            PodPhase phase,
            boolean ready,
            int priority,
            long boundAtMillis,
            boolean terminating,
            List<ContainerSpec> containers,
            Resources initRequests,
            Set<OptOut> optOuts) {
        this(
                key,
                uid,
                owner,
                nodeName,
                phase,
                ready,
                priority,
                boundAtMillis,
                terminating,
                containers,
                initRequests,
                PodLevel.NONE,
                optOuts);
    }

    /// At or below this priority a pod only reserves room: the cluster autoscaler does not count it either
    /// (`--expendable-pods-priority-cutoff`).
    private static final int EXPENDABLE_PRIORITY = -10;

    /// Whether it is there to be preempted.
    public boolean isPlaceholder() {
        return priority <= EXPENDABLE_PRIORITY;
    }

    /// Whether it does its work and goes on doing it: it runs, is ready, and is not on its way out.
    public boolean isServing() {
        return phase == PodPhase.RUNNING && ready && !terminating;
    }

    /// The same pod, of whose memory something else is told.
    public PodSpec withMemory(MemoryFacts other) {
        return other.equals(memory)
                ? this
                : new PodSpec(
                        key,
                        uid,
                        owner,
                        nodeName,
                        phase,
                        ready,
                        priority,
                        boundAtMillis,
                        terminating,
                        containers,
                        init,
                        level,
                        optOuts,
                        other,
                        traits,
                        startSeconds);
    }

    /// The same pod with other traits.
    public PodSpec withTraits(PodTraits other) {
        return new PodSpec(
                key,
                uid,
                owner,
                nodeName,
                phase,
                ready,
                priority,
                boundAtMillis,
                terminating,
                containers,
                init,
                level,
                optOuts,
                memory,
                other,
                startSeconds);
    }

    /// Its class by all of its containers.
    public QualityOfService qualityOfService() {
        return QualityOfService.of(all(containers));
    }

    /// These containers, and the init containers that end.
    public List<ContainerSpec> all(List<ContainerSpec> running) {
        var ending = init.ending();
        return ending.isEmpty()
                ? running
                : Stream.concat(running.stream(), ending.stream()).toList();
    }

    /// What the scheduler counts for it: the containers' sum, with what they still hold beyond that, but at least the
    /// largest init container; or what the pod asks for as a whole in place of these; and its overhead.
    public Resources requests() {
        var sum = level.held();
        for (var container : containers) {
            sum = sum.plus(container.requests());
        }
        return level.over(sum.max(init.requests()));
    }
}
