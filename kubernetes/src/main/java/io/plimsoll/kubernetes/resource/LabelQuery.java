package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A selector of the shape that Kubernetes gives to all of them: every label and every expression must hold.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LabelQuery(
        @JsonPropertyDescription("Labels that must be there with exactly these values.") @Size(max = 32)
        Map<String, @Size(max = 63) String> matchLabels,

        @JsonPropertyDescription("Further requirements, all of which must hold.") @Size(max = 32)
        List<Expression> matchExpressions) {

    public LabelQuery {
        matchLabels = Lists.copy(matchLabels);
        matchExpressions = Lists.copy(matchExpressions);
    }

    /// One requirement of a selector.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
            message = "In and NotIn need values; Exists and DoesNotExist have none")
    public record Expression(
            @JsonPropertyDescription("The label's key.") @Required @Size(min = 1, max = 317) @Nullable
            String key,

            @JsonPropertyDescription("What must be so of the label's value.") @Required @Nullable
            Operator operator,

            @JsonPropertyDescription("The values that In and NotIn compare with; empty for Exists and DoesNotExist.")
            @Size(max = 100)
            List<@Size(max = 63) String> values) {

        public Expression {
            values = Lists.copy(values);
        }
    }

    /// How a requirement compares.
    public enum Operator {
        @JsonProperty("In")
        IN,
        @JsonProperty("NotIn")
        NOT_IN,
        @JsonProperty("Exists")
        EXISTS,
        @JsonProperty("DoesNotExist")
        DOES_NOT_EXIST
    }
}
