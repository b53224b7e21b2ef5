package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/// From which measurements requests are worked out.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record UsageChoice(
        @JsonPropertyDescription(
                "Which of Plimsoll's usage sources must have measured; Any (default) takes what there is.")
        @Nullable
        Source source,

        @JsonPropertyDescription("How far back usage counts, as 168h for a week. Defaults to 192h.")
        @Size(max = 32)
        @ValidationRule(value = Rules.WINDOW, message = Rules.WINDOW_MESSAGE)
        @Nullable
        String window,

        @JsonPropertyDescription("""
                Below this confidence, in percent, nothing is changed but what an OOM kill raises. Confidence grows with \
                the time that was measured. Defaults to 50.""") @Min(0) @Max(100) @Nullable
        Integer minConfidencePercent) {

    /// Where measurements come from.
    public enum Source {
        @JsonProperty("Any")
        ANY,
        @JsonProperty("MetricsAPI")
        METRICS_API,
        @JsonProperty("Prometheus")
        PROMETHEUS,
        @JsonProperty("KubeletSummary")
        KUBELET_SUMMARY
    }
}
