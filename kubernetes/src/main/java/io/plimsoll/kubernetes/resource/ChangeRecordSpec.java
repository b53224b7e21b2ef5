package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a change asks of each pod, and what was asked before. It never changes.
///
/// Either `policy` or `undoOf` is there: what a policy wanted, or a change taken back.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self == oldSelf",
        message = "the spec of a ChangeRecord never changes; to take the change back, run plimsoll undo")
@ValidationRule(
        value = "has(self.policy) != has(self.undoOf)",
        message = "write either the policy that wanted the change, or undoOf for a change that takes another back")
public record ChangeRecordSpec(
        @JsonPropertyDescription("The workload whose pods are changed.") @Required
        WorkloadReference workload,

        @JsonPropertyDescription("The policy that wanted the change.") @Nullable
        PolicyReference policy,

        @JsonPropertyDescription("The name of the ChangeRecord that this change takes back.") @Size(max = 253) @Nullable
        String undoOf,

        @JsonPropertyDescription("Why the change is made.") @Required
        Reason reason,

        @JsonPropertyDescription("The pods, in the order in which they are changed.")
        @Required
        @Size(min = 1, max = 256)
        List<PodChange> pods,

        @JsonPropertyDescription("""
                Annotations of the workload's own object that are set or taken away when the first pod was changed; what \
                somebody else has set is not among them.""") @Size(max = 8) List<AnnotationChange> annotations) {

    public ChangeRecordSpec {
        annotations = Lists.copy(annotations);
        pods = Lists.copy(pods);
    }

    /// The change of one pod. What was before is the inverse: putting it back undoes the change.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = "self.before.map(c, c.container) == self.after.map(c, c.container)",
            message = "before and after must name the same containers in the same order")
    public record PodChange(
            @JsonPropertyDescription("The pod's name.") @Required @Size(max = 253)
            String name,

            @JsonPropertyDescription("The pod's uid: a later pod of the same name is never meant.")
            @Required
            @Size(max = 64)
            String uid,

            @JsonPropertyDescription("What the containers that change asked for before.")
            @Required
            @Size(min = 1, max = 32)
            List<ContainerResources> before,

            @JsonPropertyDescription("What the same containers are to ask for.") @Required @Size(min = 1, max = 32)
            List<ContainerResources> after) {

        public PodChange {
            before = Lists.copy(before);
            after = Lists.copy(after);
        }
    }

    /// What an annotation is before and after; absent where it is not there.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AnnotationChange(
            @JsonPropertyDescription("The annotation's key.") @Required @Size(max = 317)
            String key,

            @JsonPropertyDescription("What it was before.") @Size(max = 256) @Nullable
            String before,

            @JsonPropertyDescription("What it is after.") @Size(max = 256) @Nullable
            String after) {}

    /// What one container asks for.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ContainerResources(
            @JsonPropertyDescription("The container's name.") @Required @Size(max = 63)
            String container,

            @JsonPropertyDescription("Its requests; absent where it has none.") @Nullable
            ResourceAmounts requests,

            @JsonPropertyDescription("Its limits; absent where it has none.") @Nullable
            ResourceAmounts limits) {}
}
