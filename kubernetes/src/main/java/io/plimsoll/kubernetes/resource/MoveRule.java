package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/// How pods are moved to other nodes.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MoveRule(
        @JsonPropertyDescription("""
                Who lets the rebalancer move pods: Required (people approve each plan), Automatic (nobody is asked) or Never \
                (they stay). Absent means as rebalancer.approval is set; where that is never, nothing is moved whatever a \
                policy says.""") @Nullable Approval approval) {

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
