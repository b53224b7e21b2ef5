package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a workload should ask for, and what was last done or not done about it.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WorkloadRecommendationStatus(
        @JsonPropertyDescription("The generation of the recommendation that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("The policy that holds for the workload.") @Nullable
        PolicyReference policy,

        @JsonPropertyDescription("When this was worked out.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant time,

        @JsonPropertyDescription("What each container should ask for.") @Size(max = 16)
        List<ContainerRecommendation> containers,

        @JsonPropertyDescription("""
                What the containers of the workload's template should ask for; where the policy has that written out \
                (gitOps.export: Patch). What does well enough is here as it is.""") @Size(max = 16) List<TemplateContainer> template,

        @JsonPropertyDescription("What all containers of a pod ask for together, now and as recommended.") @Nullable
        PodTotals pod,

        @JsonPropertyDescription("The gist of the recommendation, as one sentence for people.")
        @Size(max = 512)
        @Nullable
        String message,

        @JsonPropertyDescription("What the whole workload, all of its pods, would free.") @Nullable
        Saving saving,

        @JsonPropertyDescription("The last change that was made.") @Nullable
        LastApplied lastApplied,

        @JsonPropertyDescription("Why the last change that was due was not made.") @Nullable
        LastSkipped lastSkipped,

        @JsonPropertyDescription("What is so of this workload, and what is not: LeftAlone, OwnedByAutoscaler.")
        @Size(max = 8)
        List<ResourceCondition> conditions) {

    public WorkloadRecommendationStatus {
        containers = Lists.copy(containers);
        template = Lists.copy(template);
        conditions = Lists.copy(conditions);
    }

    /// What one container of the workload's template should ask for.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record TemplateContainer(
            @JsonPropertyDescription("The container's name.") @Required @Size(max = 63)
            String container,

            @JsonPropertyDescription("Whether it stands among the template's initContainers.") @Nullable
            Boolean init,

            @JsonPropertyDescription("What it should request; absent where nothing is said.") @Nullable
            ResourceAmounts requests,

            @JsonPropertyDescription("The limits that go with it; absent where there are none.") @Nullable
            ResourceAmounts limits) {}

    /// What one pod asks for, its containers taken together.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PodTotals(
            @JsonPropertyDescription("What it asks for now.") @Nullable
            ResourceAmounts current,

            @JsonPropertyDescription("What it should ask for.") @Nullable
            ResourceAmounts target) {}

    /// The last change that was made.
    public record LastApplied(
            @JsonPropertyDescription("The name of the change's ChangeRecord.") @Required @Size(max = 253)
            String record,

            @JsonPropertyDescription("When it was applied.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Required
            Instant time) {}

    /// Why nothing was done the last time that something was due.
    public record LastSkipped(
            @JsonPropertyDescription("Why.") @Required Reason reason,

            @JsonPropertyDescription("When this was first found so.")
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @Required
            Instant time) {}
}
