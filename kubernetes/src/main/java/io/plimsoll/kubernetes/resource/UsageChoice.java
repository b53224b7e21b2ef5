package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/// From which measurements requests are worked out.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record UsageChoice(
        @JsonPropertyDescription("""
                The usage source of which alone the measurements count, as metrics-api, kubelet-summary or prometheus: one of \
                those that the service is set to read (usage.sources). All of them count where nothing stands here. What \
                others have measured before fades.""")
        @Size(max = 63)
        @ValidationRule(value = Rules.SOURCE, message = Rules.SOURCE_MESSAGE)
        @Nullable
        String source,

        @JsonPropertyDescription("""
                How far back the largest use of memory counts, in whole days from 24h to 192h (the default), which is all that \
                is kept. What was used of CPU fades by half each day, whatever \
                stands here.""")
        @Size(max = 32)
        @ValidationRule(value = Rules.WINDOW, message = Rules.WINDOW_MESSAGE)
        @Nullable
        String window,

        @JsonPropertyDescription("""
                Below this confidence, in percent, nothing is changed but what an OOM kill raises. Confidence grows with \
                the time that was measured. Defaults to 50.""") @Min(0) @Max(100) @Nullable
        Integer minConfidencePercent) {}
