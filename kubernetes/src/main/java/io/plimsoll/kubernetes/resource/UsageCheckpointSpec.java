package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.util.List;

/// The histories of a workload's containers.
@ValidationRule(
        value = "self.workload == oldSelf.workload",
        message = "the workload of a UsageCheckpoint never changes: make another for another workload")
public record UsageCheckpointSpec(
        @JsonPropertyDescription("The workload.") @Required WorkloadReference workload,

        @JsonPropertyDescription("When the newest of its samples was taken.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @Required
        Instant lastSampleTime,

        @JsonPropertyDescription("Its containers.") @Required @Size(max = 64)
        List<ContainerCheckpoint> containers) {

    public UsageCheckpointSpec {
        containers = Lists.copy(containers);
    }

    /// The history of one container.
    public record ContainerCheckpoint(
            @JsonPropertyDescription("The container's name.") @Required @Size(max = 63)
            String container,

            @JsonPropertyDescription("""
                    Its decaying histograms of CPU and memory, daily and recent peaks, in base64; the first byte tells \
                    the layout.""") @Required @Size(max = 2048) @Pattern("^[A-Za-z0-9+/]*={0,2}$")
            String history) {}
}
