package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/// How pods are moved to other nodes.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MoveRule(
        @JsonPropertyDescription("""
                Who lets the rebalancer move pods: Required (people approve each plan), Automatic (nobody is asked) or Never \
                (they stay). Absent means as rebalancer.approval is set; where that is never, nothing is moved whatever a \
                policy says.""") @Nullable Approval approval,

        @JsonPropertyDescription("""
                Pods stay whose workload wants fewer replicas than these. One that has no ready pod besides stays anyway.""") @Min(1) @Max(100_000) @Nullable
        Integer minReplicas,

        @JsonPropertyDescription("""
                What becomes of pods that keep data on their node (hostPath or emptyDir): Keep (they stay) or Discard (they \
                may be moved, at twice the cost, and what is in an emptyDir is lost). Defaults to Keep.""") @Nullable LocalStorage localStorage) {

    /// What becomes of pods that keep data on their node.
    public enum LocalStorage {
        @JsonProperty("Keep")
        KEEP,
        @JsonProperty("Discard")
        DISCARD
    }

    /// Who lets pods be moved.
    public enum Approval {
        @JsonProperty("Required")
        REQUIRED,
        @JsonProperty("Automatic")
        AUTOMATIC,
        @JsonProperty("Never")
        NEVER
    }
}
