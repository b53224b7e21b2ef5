package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one container of a workload should ask for, and why.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerRecommendation(
        @JsonPropertyDescription("The container's name.") @Required @Size(max = 63)
        String container,

        @JsonPropertyDescription(
                "Whether it is an init container or a sidecar, among the pod's initContainers. Absent means no.")
        @Nullable
        Boolean init,

        @JsonPropertyDescription("What it asks for now; the largest of the workload's pods.") @Nullable
        ResourceAmounts current,

        @JsonPropertyDescription("What it should ask for.") @Nullable
        ResourceAmounts target,

        @JsonPropertyDescription("The least that is not too little.") @Nullable
        ResourceAmounts lower,

        @JsonPropertyDescription("The most that is not too much.") @Nullable
        ResourceAmounts upper,

        @JsonPropertyDescription("What it should ask for by usage alone, without the policy's bounds.") @Nullable
        ResourceAmounts uncapped,

        @JsonPropertyDescription("What its limits should be where the policy moves them.") @Nullable
        ResourceAmounts limits,

        @JsonPropertyDescription("How much the measurements are to be trusted, from 0 to 100.")
        @Min(0)
        @Max(100)
        @Nullable
        Integer confidencePercent,

        @JsonPropertyDescription("Where the measurements come from, as metrics-api or metrics-api,prometheus.")
        @Size(max = 63)
        @Nullable
        String source,

        @JsonPropertyDescription("How many samples there are.") @Nullable
        Long samples,

        @JsonPropertyDescription("When the oldest sample was taken.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @Nullable
        Instant firstSampleTime,

        @JsonPropertyDescription("When the newest sample was taken.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @Nullable
        Instant lastSampleTime,

        @JsonPropertyDescription("What the target came from, each as one word for programs.") @Size(max = 8)
        List<@Size(max = 64) String> reasons,

        @JsonPropertyDescription("What the target came from, as a sentence for people.") @Size(max = 512) @Nullable
        String message) {

    public ContainerRecommendation {
        reasons = Lists.copy(reasons);
    }

    /// The same in other words.
    public ContainerRecommendation saying(List<String> codes, @Nullable String sentence) {
        return new ContainerRecommendation(
                container,
                init,
                current,
                target,
                lower,
                upper,
                uncapped,
                limits,
                confidencePercent,
                source,
                samples,
                firstSampleTime,
                lastSampleTime,
                codes,
                sentence);
    }

    /// The same without what it was made from.
    public ContainerRecommendation withoutSource() {
        return new ContainerRecommendation(
                container,
                init,
                current,
                target,
                lower,
                upper,
                null,
                limits,
                confidencePercent,
                null,
                null,
                null,
                lastSampleTime,
                reasons,
                message);
    }
}
