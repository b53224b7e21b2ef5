package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
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

        @JsonPropertyDescription("""
                Containers that were killed for memory of late and were given more for it, the latest first; gone a week \
                after, or once somebody has changed the limit.""") @Size(max = 2) @Nullable
        List<OomRaise> oomRaises,

        @JsonPropertyDescription("What is so of this workload, and what is not: LeftAlone, OwnedByAutoscaler.")
        @Size(max = 8)
        List<ResourceCondition> conditions) {

    public WorkloadRecommendationStatus {
        containers = Lists.copy(containers);
        template = Lists.copy(template);
        oomRaises = oomRaises == null ? null : List.copyOf(oomRaises);
        conditions = Lists.copy(conditions);
    }

    /// One that says nothing of kills for memory.
    public WorkloadRecommendationStatus(
            @Nullable Long observedGeneration,
            @Nullable PolicyReference policy,
            @Nullable Instant time,
            List<ContainerRecommendation> containers,
            List<TemplateContainer> template,
            @Nullable PodTotals pod,
            @Nullable String message,
            @Nullable Saving saving,
            @Nullable LastApplied lastApplied,
            @Nullable LastSkipped lastSkipped,
            List<ResourceCondition> conditions) {
        this(
                observedGeneration,
                policy,
                time,
                containers,
                template,
                pod,
                message,
                saving,
                lastApplied,
                lastSkipped,
                null,
                conditions);
    }

    /// The same, told otherwise.
    public WorkloadRecommendationStatus telling(
            List<ContainerRecommendation> ofContainers,
            @Nullable String gist,
            @Nullable LastSkipped skipped,
            @Nullable List<OomRaise> raises,
            List<ResourceCondition> conditionsNow) {
        return new WorkloadRecommendationStatus(
                observedGeneration,
                policy,
                time,
                ofContainers,
                template,
                pod,
                gist,
                saving,
                lastApplied,
                skipped,
                raises,
                conditionsNow);
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

    /// A container that was killed for memory, and what was done about it.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OomRaise(
            @JsonPropertyDescription("The container's name.") @Required @Size(max = 63)
            String container,

            @JsonPropertyDescription("""
                    Raised: its pods run with more. TakenBack: more was tried, and could not be had. Failed: it could not \
                    be taken back either. NewPods: nothing that runs is changed, pods that are made start with more.""") @Required State state,

            @JsonPropertyDescription("How often it was killed at that limit, as far as pods tell.") @Required
            Integer kills,

            @JsonPropertyDescription("When it was killed last before the change.")
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @Required
            Instant killedAt,

            @JsonPropertyDescription("What it had when it was killed.") @Required
            MemoryAmounts before,

            @JsonPropertyDescription("What it was given.") @Required
            MemoryAmounts after,

            @JsonPropertyDescription("The name of the change's ChangeRecord; absent for NewPods.")
            @Size(max = 253)
            @Nullable
            String record,

            @JsonPropertyDescription("What happened and what to do about it, as a sentence for people.")
            @Required
            @Size(max = 480)
            String message) {

        /// The same in other words.
        public OomRaise saying(String sentence) {
            return new OomRaise(container, state, kills, killedAt, before, after, record, sentence);
        }

        /// What became of the raise.
        public enum State {
            @JsonProperty("Raised")
            RAISED,
            @JsonProperty("TakenBack")
            TAKEN_BACK,
            @JsonProperty("Failed")
            FAILED,
            @JsonProperty("NewPods")
            NEW_PODS
        }
    }

    /// What a container asks for of memory, and may take at most.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record MemoryAmounts(
            @JsonPropertyDescription("Its request; absent where it has none.") @Nullable
            Quantity request,

            @JsonPropertyDescription("Its limit.") @Required Quantity limit) {}

    /// Why nothing was done the last time that something was due.
    public record LastSkipped(
            @JsonPropertyDescription("Why.") @Required Reason reason,

            @JsonPropertyDescription("When this was first found so.")
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @Required
            Instant time) {}
}
