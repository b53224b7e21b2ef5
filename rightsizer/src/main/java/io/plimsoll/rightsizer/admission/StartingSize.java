package io.plimsoll.rightsizer.admission;

import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodContainers;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.LimitRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What new pods of one workload should ask for. Immutable.
///
/// @param policy that says so, as people name it
/// @param roles which containers the policy speaks of by when they run: the pod itself tells it of each
/// @param containers by their names; those that are left alone are absent
record StartingSize(Owner workload, String policy, Set<ContainerRole> roles, Map<String, Container> containers) {

    StartingSize {
        containers = Map.copyOf(containers);
    }

    /// @param cpu absent where the request stays as the template has it
    /// @param isKilled whether it was killed for memory
    record Container(Optional<WantedRequest> cpu, Optional<WantedRequest> memory, LimitRule limits, boolean isKilled) {

        boolean isNothing() {
            return cpu.isEmpty() && memory.isEmpty();
        }

        ContainerSpec applied(ContainerSpec template) {
            var before = template.requests();
            var requests = new Resources(
                    cpu.map(wanted -> wanted.request(before.cpuMillis())).orElse(before.cpuMillis()),
                    memory.map(wanted -> wanted.request(before.memoryBytes())).orElse(before.memoryBytes()));
            return requests.equals(before) ? template : template.with(requests, limits.limits(template, requests));
        }
    }

    /// Whether one of these has more memory, since it was killed for it.
    boolean isOomRaise(PodContainers before, PodContainers after) {
        return isOomRaise(before.main(), after.main()) || isOomRaise(before.init(), after.init());
    }

    private boolean isOomRaise(List<ContainerSpec> before, List<ContainerSpec> after) {
        for (int i = 0; i < before.size(); i++) {
            boolean isRaised = after.get(i).requests().memoryBytes()
                    > before.get(i).requests().memoryBytes();
            var container = containers.get(before.get(i).name());
            if (isRaised && container != null && container.isKilled()) {
                return true;
            }
        }
        return false;
    }

    ContainerSpec applied(ContainerSpec template) {
        return Optional.ofNullable(containers.get(template.name()))
                .filter(container -> roles.contains(template.role()))
                .map(container -> container.applied(template))
                .orElse(template);
    }
}
