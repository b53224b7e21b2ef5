package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which fields of a container may be changed. A CPU limit is never set, and a pod's QoS class never changes.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.limits) || (has(self.values) && self.values == 'RequestsAndLimits')",
        message = "limits says how limits move, and RequestsOnly leaves them: write values: RequestsAndLimits too")
@ValidationRule(
        value = "(has(self.limits) && self.limits == 'Headroom') == has(self.limitHeadroomPercent)",
        message = "limits: Headroom and limitHeadroomPercent go together: write both or neither")
public record ControlledFields(
        @JsonPropertyDescription("Which resources: cpu, memory, or both (default).") @Size(min = 1, max = 2)
        List<Resource> resources,

        @JsonPropertyDescription("""
                RequestsOnly (default) leaves memory limits as they are; RequestsAndLimits moves them with the request, \
                as limits says.""") @Nullable Values values,

        @JsonPropertyDescription("""
                How a memory limit moves with its request: KeepRatio (default) keeps their ratio, Headroom puts the limit \
                above the request by limitHeadroomPercent.""") @Nullable Limits limits,

        @JsonPropertyDescription("How far above the request a memory limit is put, in percent, with limits: Headroom.")
        @Min(0)
        @Max(900)
        @Nullable
        Integer limitHeadroomPercent) {

    public ControlledFields {
        resources = Lists.copy(resources);
    }

    /// A resource whose request may be changed.
    public enum Resource {
        @JsonProperty("cpu")
        CPU,
        @JsonProperty("memory")
        MEMORY
    }

    /// Whether limits are changed too.
    public enum Values {
        @JsonProperty("RequestsOnly")
        REQUESTS_ONLY,
        @JsonProperty("RequestsAndLimits")
        REQUESTS_AND_LIMITS
    }

    /// How a limit follows its request.
    public enum Limits {
        @JsonProperty("KeepRatio")
        KEEP_RATIO,
        @JsonProperty("Headroom")
        HEADROOM
    }
}
