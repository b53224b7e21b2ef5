package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/// An amount of CPU and of memory, each of which may be absent.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResourceAmounts(
        @JsonPropertyDescription("CPU in cores, as 250m.") @Nullable
        Quantity cpu,

        @JsonPropertyDescription("Memory in bytes, as 256Mi.") @Nullable
        Quantity memory) {

    public static final ResourceAmounts NONE = new ResourceAmounts(null, null);
}
