package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The usual nodes and pods of a simulation.
public final class Templates {

    private static final int PODS_PER_NODE = 110;

    private Templates() {}

    /// A Ready node that takes 110 pods.
    public static NodeSpec node(String name, Resources allocatable) {
        return new NodeSpec(
                name,
                "uid-of-" + name,
                "boot-of-" + name,
                allocatable,
                allocatable,
                PODS_PER_NODE,
                NodeSpec.Readiness.READY,
                false,
                false,
                List.of());
    }

    /// A pending pod of one container called `main`, without limits.
    public static PodSpec pod(PodKey key, Optional<Owner> owner, Resources requests) {
        return pod(key, owner, new ContainerSpec("main", requests, Resources.NONE));
    }

    /// A pending pod of that one container.
    public static PodSpec pod(PodKey key, Optional<Owner> owner, ContainerSpec container) {
        return new PodSpec(
                key,
                "uid-of-" + key,
                owner,
                Optional.empty(),
                PodPhase.PENDING,
                false,
                0,
                0,
                false,
                List.of(container),
                Resources.NONE,
                Set.of());
    }
}
