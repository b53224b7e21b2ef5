package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// For which containers of a workload's pods a policy holds.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerChoice(
        @JsonPropertyDescription(
                "Only containers with these names; * stands for any characters. Absent means any name.")
        List<String> allow,

        @JsonPropertyDescription("Never containers with these names, whatever allow says.")
        List<String> deny,

        @JsonPropertyDescription(
                "Whether init containers that end before the others start are meant too. Defaults to false.")
        @Nullable
        Boolean includeInitContainers,

        @JsonPropertyDescription("Whether init containers that run beside the others are meant too. Defaults to false.")
        @Nullable
        Boolean includeSidecars) {

    public ContainerChoice {
        allow = Lists.copy(allow);
        deny = Lists.copy(deny);
    }
}
