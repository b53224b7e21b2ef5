package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Owner;
import java.util.Optional;
import java.util.function.Predicate;

/// A policy as far as the choice between policies needs it.
///
/// @param namespace whose workloads it speaks of; empty for a policy of the whole cluster
/// @param createdMillis when it was created, epoch milliseconds
/// @param suspended whether it does nothing for the time being; it still holds its workloads
/// @param selects whether it speaks of a workload; asked only for workloads of its namespace
public record PolicyCandidate(
        Optional<String> namespace,
        String name,
        int weight,
        long createdMillis,
        boolean suspended,
        Predicate<Owner> selects) {

    boolean speaksOf(Owner workload) {
        return namespace.map(workload.namespace()::equals).orElse(true) && selects.test(workload);
    }

    /// As people name it: `namespace/name`, or `name` for one of the whole cluster.
    public String label() {
        return namespace.map(there -> there + "/" + name).orElse(name);
    }
}
