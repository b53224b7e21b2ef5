package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of a change. Absent until the first outcome is known, which reads as [Phase#INTENDED].
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ChangeRecordStatus(
        @JsonPropertyDescription("The generation of the record that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("How far the change is.") @Nullable
        Phase phase,

        @JsonPropertyDescription("What became of each pod.") @Size(max = 256)
        List<PodOutcome> pods,

        @JsonPropertyDescription("What is so of this change: TakenBack.") @Size(max = 8)
        List<ResourceCondition> conditions) {

    public ChangeRecordStatus {
        pods = Lists.copy(pods);
        conditions = Lists.copy(conditions);
    }

    /// What became of one pod.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PodOutcome(
            @JsonPropertyDescription("The pod's name.") @Required @Size(max = 253)
            String name,

            @JsonPropertyDescription("The pod's uid.") @Required @Size(max = 64)
            String uid,

            @JsonPropertyDescription("How far the pod's change is.") @Required
            Phase phase,

            @JsonPropertyDescription("Why, where it did not simply succeed.") @Size(max = 512) @Nullable
            String message,

            @JsonPropertyDescription("The pod's generation after the patch.") @Nullable
            Long generation,

            @JsonPropertyDescription("When this phase was reached.")
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @Nullable
            Instant time) {}

    /// How far a change is.
    ///
    ///     Intended ──► Applied ──► Undone
    ///        ├──► Reverting ──► Reverted
    ///        ├──► Reverted
    ///        ├──► Failed
    ///        └──► Abandoned
    public enum Phase {
        @JsonProperty("Intended")
        INTENDED,
        @JsonProperty("Reverting")
        REVERTING,
        @JsonProperty("Applied")
        APPLIED,
        @JsonProperty("Failed")
        FAILED,
        @JsonProperty("Reverted")
        REVERTED,
        @JsonProperty("Abandoned")
        ABANDONED,
        @JsonProperty("Undone")
        UNDONE
    }
}
