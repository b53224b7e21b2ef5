package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A selector of the shape that Kubernetes gives to all of them: every label and every expression must hold.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LabelQuery(
        @JsonPropertyDescription("Labels that must be there with exactly these values.")
        Map<String, String> matchLabels,

        @JsonPropertyDescription("Further requirements, all of which must hold.")
        List<Expression> matchExpressions) {

    public LabelQuery {
        matchLabels = Lists.copy(matchLabels);
        matchExpressions = Lists.copy(matchExpressions);
    }

    /// One requirement of a selector.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Expression(
            @JsonPropertyDescription("The label's key.") @Nullable
            String key,

            @JsonPropertyDescription("What must be so of the label's value.") @Nullable
            Operator operator,

            @JsonPropertyDescription("The values that In and NotIn compare with; empty for Exists and DoesNotExist.")
            List<String> values) {

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
