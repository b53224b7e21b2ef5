package io.plimsoll.model.action;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import java.util.List;
import java.util.Optional;

/// What is about to be done to the pods of one workload: what each asks for before and after. Written down as a
/// whole before any of it is sent, so that it can be finished or taken back by whoever finds it.
///
/// @param policy the policy that it is done for: `namespace/name`, or `name` for one of the whole cluster
/// @param code the reason in one word for programs, e.g. `UsageChanged`
/// @param reason in words for people
/// @param undoes the name of the change that this one takes back, as it is within its namespace
/// @param marks annotations of the workload's own object that are put when the first pod was changed
public record Change(
        Owner workload,
        String policy,
        String code,
        String reason,
        Optional<String> undoes,
        List<PodChange> pods,
        List<Mark> marks) {

    public Change {
        marks = List.copyOf(marks);
        pods = List.copyOf(pods);
        if (pods.isEmpty()) {
            throw new IllegalArgumentException("a change of " + workload + " must name at least one pod");
        }
    }

    /// A change that no annotation goes with.
    public Change(
            Owner workload, String policy, String code, String reason, Optional<String> undoes, List<PodChange> pods) {
        this(workload, policy, code, reason, undoes, pods, List.of());
    }

    /// The same with other annotations.
    public Change with(List<Mark> others) {
        return new Change(workload, policy, code, reason, undoes, pods, others);
    }

    /// @param before what those containers asked for that are changed
    /// @param after what they ask for then; the same containers in the same order
    public record PodChange(PodKey pod, String uid, List<ContainerSpec> before, List<ContainerSpec> after) {

        public PodChange {
            before = List.copyOf(before);
            after = List.copyOf(after);
            if (!areOfOneName(before, after)) {
                throw new IllegalArgumentException("a change of " + pod + " must name the same containers before and"
                        + " after: " + names(before) + ", " + names(after));
            }
        }

        /// The action that brings it about.
        public Action.Resize forward() {
            return new Action.Resize(pod, uid, Optional.empty(), after);
        }

        /// The change that takes it back exactly.
        public PodChange inverse() {
            return new PodChange(pod, uid, after, before);
        }

        private static boolean areOfOneName(List<ContainerSpec> some, List<ContainerSpec> others) {
            boolean areSoFar = some.size() == others.size();
            for (int i = 0; areSoFar && i < some.size(); i++) {
                areSoFar = some.get(i).name().equals(others.get(i).name());
            }
            return areSoFar;
        }

        private static List<String> names(List<ContainerSpec> containers) {
            return containers.stream().map(ContainerSpec::name).toList();
        }
    }
}
