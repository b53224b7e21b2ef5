package io.plimsoll.model.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the API server says of an owner of pods: who owns it in turn, how many replicas it wants, what it opts out of.
///
/// @param parent the controlling owner, if any
/// @param replicas the number of pods wanted; 0 where the kind has no such number
/// @param revision of the pod template that a ReplicaSet of a Deployment stands for: the one that was
///     rolled out last has the greatest; 0 where there is none
/// @param labels for selectors of policies; of an owner without a parent alone, since policies speak of workloads
public record OwnerSpec(
        Owner owner,
        Optional<Owner> parent,
        int replicas,
        long revision,
        Set<OptOut> optOuts,
        Map<String, String> labels) {

    public OwnerSpec {
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas of " + owner + " must not be negative: " + replicas);
        }
        labels = parent.isEmpty() ? Map.copyOf(labels) : Map.of();
    }

    /// An owner of no revision.
    public OwnerSpec(
            Owner owner, Optional<Owner> parent, int replicas, Set<OptOut> optOuts, Map<String, String> labels) {
        this(owner, parent, replicas, 0, optOuts, labels);
    }

    /// An owner without labels.
    public OwnerSpec(Owner owner, Optional<Owner> parent, int replicas, Set<OptOut> optOuts) {
        this(owner, parent, replicas, optOuts, Map.of());
    }
}
