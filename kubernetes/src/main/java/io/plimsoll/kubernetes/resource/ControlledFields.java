package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which fields of a container may be changed. A CPU limit is never set, and a pod's QoS class never changes.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ControlledFields(
        @JsonPropertyDescription("Which resources: cpu, memory, or both (default).")
        List<Resource> resources,

        @JsonPropertyDescription("""
                RequestsOnly (default) leaves memory limits as they are; RequestsAndLimits moves them with the request, \
                as limits says.""") @Nullable Values values,

        @JsonPropertyDescription("""
                How a memory limit moves with its request: KeepRatio (default) keeps their ratio, Headroom puts the limit \
                above the request by limitHeadroomPercent.""") @Nullable Limits limits,

        @JsonPropertyDescription("How far above the request a memory limit is put, in percent, with limits: Headroom.")
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
