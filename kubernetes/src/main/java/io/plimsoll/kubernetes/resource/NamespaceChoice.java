package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// For which namespaces a cluster-wide policy holds: those that the selector matches and a name of `allow` matches,
/// less
/// those that a name of `deny` matches.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NamespaceChoice(
        @JsonPropertyDescription("By labels of the namespace. Absent means any.") @Nullable
        LabelQuery selector,

        @JsonPropertyDescription(
                "Only namespaces with these names; * stands for any characters. Absent means any name.")
        List<String> allow,

        @JsonPropertyDescription("Never namespaces with these names, whatever allow says.")
        List<String> deny) {

    public NamespaceChoice {
        allow = Lists.copy(allow);
        deny = Lists.copy(deny);
    }
}
