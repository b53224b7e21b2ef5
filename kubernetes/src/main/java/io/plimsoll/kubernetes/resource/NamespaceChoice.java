package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// For which namespaces a cluster-wide policy holds: those that the selector matches and a name of `allow` matches,
/// less those that a name of `deny` matches.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NamespaceChoice(
        @JsonPropertyDescription("By labels of the namespace. Absent means any.") @Nullable
        LabelQuery selector,

        @JsonPropertyDescription(
                "Only namespaces with these names; * stands for any characters. Absent means any name.")
        @Size(max = 100)
        @ValidationRule(value = Rules.NAME_PATTERNS, message = Rules.NAME_PATTERN_MESSAGE)
        List<@Size(min = 1, max = 253) String> allow,

        @JsonPropertyDescription("Never namespaces with these names, whatever allow says.")
        @Size(max = 100)
        @ValidationRule(value = Rules.NAME_PATTERNS, message = Rules.NAME_PATTERN_MESSAGE)
        List<@Size(min = 1, max = 253) String> deny) {

    public NamespaceChoice {
        allow = Lists.copy(allow);
        deny = Lists.copy(deny);
    }
}
