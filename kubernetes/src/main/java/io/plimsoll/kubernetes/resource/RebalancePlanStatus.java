package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How far a plan has come. Absent reads as [Phase#PROPOSED].
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RebalancePlanStatus(
        @JsonPropertyDescription("The generation of the plan that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("How far it is.") @Nullable Phase phase,

        @JsonPropertyDescription("Pods that were moved, of those that were to be, as 1/3.") @Size(max = 16) @Nullable
        String moved,

        @JsonPropertyDescription("Why it is in its phase, for people.") @Size(max = 512) @Nullable
        String message,

        @JsonPropertyDescription("What became of each move.") @Size(max = 256)
        List<MoveOutcome> moves) {

    public RebalancePlanStatus {
        moves = Lists.copy(moves);
    }

    /// What became of one move.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record MoveOutcome(
            @JsonPropertyDescription("The uid of the pod.") @Required @Size(max = 64)
            String uid,

            @JsonPropertyDescription("How far its move is.") @Required
            MovePhase phase,

            @JsonPropertyDescription("When its eviction was sent.")
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @Nullable
            Instant evictedAt,

            @JsonPropertyDescription("When it was skipped or refused.")
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @Nullable
            Instant droppedAt,

            @JsonPropertyDescription("Why, where the phase does not say it all.") @Size(max = 512) @Nullable
            String message,

            @JsonPropertyDescription("What came in its place.") @Nullable
            Replacement replacement) {}

    /// The pod that came in the place of one that was moved.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Replacement(
            @JsonPropertyDescription("Its name.") @Required @Size(max = 253)
            String name,

            @JsonPropertyDescription("The node that it runs on.") @Required @Size(max = 253)
            String node,

            @JsonPropertyDescription("When it was seen ready.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Required
            Instant readyAt,

            @JsonPropertyDescription("What was found 5 minutes later.") @Nullable
            Look after5Minutes,

            @JsonPropertyDescription("What was found 30 minutes later.") @Nullable
            Look after30Minutes,

            @JsonPropertyDescription(
                    "What was found on a later day, at the hour of the trouble, where 30 minutes later was no"
                            + " hour to tell.")
            @Nullable
            Look atHourOfTrouble) {}

    /// Whether a move had helped when it was looked at.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Look(
            @JsonPropertyDescription("Whether it had helped.")
            @JsonFormat(with = JsonFormat.Feature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
            @Required
            Finding finding,

            @JsonPropertyDescription("What was found, for people.") @Required @Size(max = 512)
            String message,

            @JsonPropertyDescription("When.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
            Instant at) {}

    /// Whether a move has helped. What a later version has found reads as unknown, so that one can go back from it.
    public enum Finding {
        @JsonProperty("Helped")
        HELPED,
        @JsonProperty("HelpedInPart")
        HELPED_IN_PART,
        @JsonProperty("NoHarm")
        NO_HARM,
        @JsonProperty("DidNotHelp")
        DID_NOT_HELP,
        @JsonProperty("Unknown")
        @JsonEnumDefaultValue
        UNKNOWN
    }

    /// How far a plan is.
    ///
    ///     Proposed ──► Running ──► Completed
    ///        │            └──────► Stopped
    ///        └► Expired
    public enum Phase {
        @JsonProperty("Proposed")
        PROPOSED,
        @JsonProperty("Running")
        RUNNING,
        @JsonProperty("Completed")
        COMPLETED,
        @JsonProperty("Stopped")
        STOPPED,
        @JsonProperty("Expired")
        EXPIRED
    }

    /// How far a move is.
    ///
    ///     Planned ──► Evicting ──► Evicted ──► Landed
    ///        │           │            └──────► Lost
    ///        └► Skipped  └► Refused
    public enum MovePhase {
        @JsonProperty("Planned")
        PLANNED,
        @JsonProperty("Evicting")
        EVICTING,
        @JsonProperty("Evicted")
        EVICTED,
        @JsonProperty("Landed")
        LANDED,
        @JsonProperty("Lost")
        LOST,
        @JsonProperty("Skipped")
        SKIPPED,
        @JsonProperty("Refused")
        REFUSED
    }
}
