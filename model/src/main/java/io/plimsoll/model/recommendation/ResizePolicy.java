package io.plimsoll.model.recommendation;

import io.plimsoll.model.action.Mark;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongPredicate;

/// All of a policy that decisions need, whatever object it was written as.
///
/// @param candidate which workloads it speaks of, and how it compares with other policies
/// @param recommender the name of the [Recommender] that it wants
/// @param sizings what it says of a container by its name; nothing for one that it leaves alone
/// @param isOpen whether its schedule lets it act at a time, epoch milliseconds
/// @param cooldownMillis no workload is changed again before that much time is over
/// @param canaryMillis how long the first pod of a workload is watched before the others follow
/// @param roles which containers it speaks of by when they run
/// @param intervalMillis so much time lies between two changes of a workload at least, raises too
/// @param marks annotations that a workload gets whose pods were changed
/// @param isRecreating whether a pod that cannot be resized in place may be evicted
public record ResizePolicy(
        PolicyCandidate candidate,
        Mode mode,
        String recommender,
        Function<String, Optional<ContainerSizing>> sizings,
        LongPredicate isOpen,
        long cooldownMillis,
        long canaryMillis,
        Set<ContainerRole> roles,
        long intervalMillis,
        List<Mark> marks,
        boolean isRecreating) {

    /// Those that every policy speaks of; the others by opt-in.
    private static final Set<ContainerRole> MAIN_ONLY = Collections.unmodifiableSet(EnumSet.of(ContainerRole.MAIN));

    /// What a policy lets be done.
    public enum Mode {
        /// Recommended and carried out.
        AUTO,
        /// Recommended, and given to new pods; running ones are left alone.
        ON_CREATE,
        /// Recommended, and written out to be taken over into the template: nothing is changed here.
        EXPORT,
        /// Recommended only.
        RECOMMEND,
        /// Neither.
        DISABLED
    }

    public ResizePolicy {
        marks = List.copyOf(marks);
        roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
        if (intervalMillis < 0) {
            throw new IllegalArgumentException("intervalMillis must not be negative: " + intervalMillis);
        }
        if (cooldownMillis < 0) {
            throw new IllegalArgumentException("cooldownMillis must not be negative: " + cooldownMillis);
        }
        if (canaryMillis < 0) {
            throw new IllegalArgumentException("canaryMillis must not be negative: " + canaryMillis);
        }
    }

    /// A policy that leaves init containers and sidecars alone, has no interval of its own, marks and evicts nothing.
    public ResizePolicy(
            PolicyCandidate candidate,
            Mode mode,
            String recommender,
            Function<String, Optional<ContainerSizing>> sizings,
            LongPredicate isOpen,
            long cooldownMillis,
            long canaryMillis) {
        this(
                candidate,
                mode,
                recommender,
                sizings,
                isOpen,
                cooldownMillis,
                canaryMillis,
                MAIN_ONLY,
                0,
                List.of(),
                false);
    }

    /// What it says of a container; nothing for one that it leaves alone.
    public Optional<ContainerSizing> sizing(ContainerSpec container) {
        return roles.contains(container.role()) ? sizings.apply(container.name()) : Optional.empty();
    }

    /// Whether requests of running pods are changed by it, as far as its schedule lets it.
    public boolean isResizing() {
        return mode == Mode.AUTO && !candidate.suspended();
    }

    /// Whether new pods get what is recommended.
    public boolean isForNewPods() {
        return switch (mode) {
            case AUTO, ON_CREATE -> !candidate.suspended();
            case EXPORT, RECOMMEND, DISABLED -> false;
        };
    }

    /// The same as of another object.
    public ResizePolicy with(PolicyCandidate other) {
        return new ResizePolicy(
                other,
                mode,
                recommender,
                sizings,
                isOpen,
                cooldownMillis,
                canaryMillis,
                roles,
                intervalMillis,
                marks,
                isRecreating);
    }

    /// As people name it.
    public String label() {
        return candidate.label();
    }
}
