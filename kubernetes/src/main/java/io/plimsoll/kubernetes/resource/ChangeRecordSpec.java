package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a change asks of each pod, and what was asked before. It never changes.
///
/// Either `policy` or `undoOf` is there: what a policy wanted, or a change taken back.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ChangeRecordSpec(
        @JsonPropertyDescription("The workload whose pods are changed.")
        WorkloadReference workload,

        @JsonPropertyDescription("The policy that wanted the change.") @Nullable
        PolicyReference policy,

        @JsonPropertyDescription("The name of the ChangeRecord that this change takes back.") @Nullable
        String undoOf,

        @JsonPropertyDescription("Why the change is made.") Reason reason,

        @JsonPropertyDescription("The pods, in the order in which they are changed.")
        List<PodChange> pods) {

    public ChangeRecordSpec {
        pods = Lists.copy(pods);
    }

    /// The change of one pod. What was before is the inverse: putting it back undoes the change.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PodChange(
            @JsonPropertyDescription("The pod's name.") String name,

            @JsonPropertyDescription("The pod's uid: a later pod of the same name is never meant.")
            String uid,

            @JsonPropertyDescription("The pod's generation before the change.")
            long generation,

            @JsonPropertyDescription("The pod's resourceVersion before the change.")
            String resourceVersion,

            @JsonPropertyDescription("What the containers that change asked for before.")
            List<ContainerResources> before,

            @JsonPropertyDescription("What the same containers are to ask for.")
            List<ContainerResources> after) {

        public PodChange {
            before = Lists.copy(before);
            after = Lists.copy(after);
        }
    }

    /// What one container asks for.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ContainerResources(
            @JsonPropertyDescription("The container's name.")
            String container,

            @JsonPropertyDescription("Its requests; absent where it has none.") @Nullable
            ResourceAmounts requests,

            @JsonPropertyDescription("Its limits; absent where it has none.") @Nullable
            ResourceAmounts limits) {}
}
