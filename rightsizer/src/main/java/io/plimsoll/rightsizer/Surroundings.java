package io.plimsoll.rightsizer;

import io.plimsoll.model.action.PodMover;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.StoredRecommendation;
import io.plimsoll.model.usage.CpuThrottling;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// What others have to say about changes: autoscalers, the owners of namespaces, who moves pods.
///
/// @param unable why no running pod can be changed at all, if so; asked once a pass
/// @param claims what is not to be changed since others do
/// @param limits what namespaces let their pods ask for; asked once a pass, and nothing where it is not known
/// @param told what was recommended before the start, asked once; throws while that cannot be read
/// @param templates asked now and then, of workloads whose containers were killed
/// @param mover asked for room on a node when neighbours' slack does not do
/// @param throttling asked while the first pod of a change is watched that lowers a CPU limit
/// @param ooms asked when a container was killed at its limit for all that is known
public record Surroundings(
        Supplier<Optional<String>> unable,
        Claims claims,
        Supplier<Map<String, NamespaceLimits>> limits,
        Supplier<List<StoredRecommendation>> told,
        Templates templates,
        PodMover mover,
        CpuThrottling throttling,
        SystemOoms ooms) {

    /// Nobody says anything.
    public static final Surroundings NONE = new Surroundings(
            Optional::empty,
            Claims.NONE,
            Map::of,
            List::of,
            Templates.UNKNOWN,
            PodMover.NONE,
            CpuThrottling.UNKNOWN,
            SystemOoms.UNKNOWN);

    /// What the template of a workload says, as `ApiTemplates` reads it.
    @FunctionalInterface
    public interface Templates {

        /// Nobody knows any.
        Templates UNKNOWN = (workload, container) -> OptionalLong.empty();

        /// @throws IOException when it cannot be asked
        OptionalLong memoryLimitBytes(Owner workload, String container) throws IOException;
    }

    /// When nodes as a whole ran out of memory, as `ApiSystemOoms` lists it.
    @FunctionalInterface
    public interface SystemOoms {

        /// Nobody knows of any.
        SystemOoms UNKNOWN = Map::of;

        /// By the node's name, epoch milliseconds.
        ///
        /// @throws IOException when it cannot be asked
        Map<String, List<Long>> list() throws IOException;
    }

    public Surroundings withUnable(Supplier<Optional<String>> others) {
        return new Surroundings(others, claims, limits, told, templates, mover, throttling, ooms);
    }

    public Surroundings withClaims(Claims others) {
        return new Surroundings(unable, others, limits, told, templates, mover, throttling, ooms);
    }

    public Surroundings withLimits(Supplier<Map<String, NamespaceLimits>> others) {
        return new Surroundings(unable, claims, others, told, templates, mover, throttling, ooms);
    }

    public Surroundings withTold(Supplier<List<StoredRecommendation>> others) {
        return new Surroundings(unable, claims, limits, others, templates, mover, throttling, ooms);
    }

    public Surroundings withTemplates(Templates others) {
        return new Surroundings(unable, claims, limits, told, others, mover, throttling, ooms);
    }

    public Surroundings withMover(PodMover other) {
        return new Surroundings(unable, claims, limits, told, templates, other, throttling, ooms);
    }

    public Surroundings withThrottling(CpuThrottling others) {
        return new Surroundings(unable, claims, limits, told, templates, mover, others, ooms);
    }

    public Surroundings withOoms(SystemOoms others) {
        return new Surroundings(unable, claims, limits, told, templates, mover, throttling, others);
    }
}
