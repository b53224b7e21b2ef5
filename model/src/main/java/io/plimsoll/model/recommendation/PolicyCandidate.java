package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Owner;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// A policy as far as the choice between policies needs it.
///
/// @param namespace whose workloads it speaks of; empty for a policy of the whole cluster
/// @param createdMillis when it was created, epoch milliseconds
/// @param suspended whether it does nothing for the time being; it still holds its workloads
/// @param selects whether it may speak of a workload by namespace, kind and name; asked only for workloads of its
///     namespace
/// @param byLabels whether it speaks of one by its labels; asked only for workloads that it selects otherwise
public record PolicyCandidate(
        Optional<String> namespace,
        String name,
        int weight,
        long createdMillis,
        boolean suspended,
        Predicate<Owner> selects,
        Function<Owner, Selection> byLabels) {

    /// One that does not look at the labels of workloads.
    public PolicyCandidate(
            Optional<String> namespace,
            String name,
            int weight,
            long createdMillis,
            boolean suspended,
            Predicate<Owner> selects) {
        this(namespace, name, weight, createdMillis, suspended, selects, workload -> Selection.of(true));
    }

    /// Whether it speaks of a workload. Two answers may differ: labels are as new as what is known of them.
    public Selection speaksOf(Owner workload) {
        boolean isThere = namespace.isEmpty() || namespace.get().equals(workload.namespace());
        return isThere && selects.test(workload) ? byLabels.apply(workload) : Selection.of(false);
    }

    /// As people name it: `namespace/name`, or `name` for one of the whole cluster.
    public String label() {
        return namespace.map(there -> there + "/" + name).orElse(name);
    }
}
