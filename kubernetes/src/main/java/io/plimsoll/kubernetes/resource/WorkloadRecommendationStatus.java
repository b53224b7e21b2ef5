package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
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

        @JsonPropertyDescription("What each container should ask for.")
        List<ContainerRecommendation> containers,

        @JsonPropertyDescription("What the whole workload, all of its pods, would free.") @Nullable
        Saving saving,

        @JsonPropertyDescription("The last change that was made.") @Nullable
        LastApplied lastApplied,

        @JsonPropertyDescription("Why the last change that was due was not made.") @Nullable
        LastSkipped lastSkipped,

        @JsonPropertyDescription("What is so of this workload: Applied, OwnedByAutoscaler, LeftAlone.")
        List<ResourceCondition> conditions) {

    public WorkloadRecommendationStatus {
        containers = Lists.copy(containers);
        conditions = Lists.copy(conditions);
    }

    /// What a workload frees when all of its pods ask for what is recommended.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Saving(
            @JsonPropertyDescription("CPU and memory freed; negative where more is needed.") @Nullable
            ResourceAmounts freed,

            @JsonPropertyDescription(
                    "What that costs a month by the price table, as 12.40; negative where more is needed.")
            @Nullable
            String monthlyCost,

            @JsonPropertyDescription("The currency of the price table, as EUR.") @Nullable
            String currency) {}

    /// The last change that was made.
    public record LastApplied(
            @JsonPropertyDescription("The name of the change's ChangeRecord.")
            String record,

            @JsonPropertyDescription("When it was applied.") @JsonFormat(shape = JsonFormat.Shape.STRING)
            Instant time) {}

    /// Why nothing was done the last time that something was due.
    public record LastSkipped(
            @JsonPropertyDescription("Why.") Reason reason,

            @JsonPropertyDescription("When this was first found so.") @JsonFormat(shape = JsonFormat.Shape.STRING)
            Instant time) {}
}
