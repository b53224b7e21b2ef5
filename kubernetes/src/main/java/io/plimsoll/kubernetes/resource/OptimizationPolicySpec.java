package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a policy says: for which containers, from which usage, within which bounds, how changes are
/// carried out, and whether pods are moved.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record OptimizationPolicySpec(
        @JsonPropertyDescription("""
                What is done: Recommend (default) only says what should be asked for, Auto also does it, \
                Disabled does neither, as if the policy were not there.""") @Default("Recommend") @Nullable
        Mode mode,

        @JsonPropertyDescription("""
                Stops all that this policy does and keeps it in place: the workloads that it matches do not fall to \
                another policy. Defaults to false.""") @Default("false") @Nullable
        Boolean suspend,

        @JsonPropertyDescription("""
                Which of several policies that match a workload holds: the greatest weight; then the older one. \
                Defaults to 0.""") @Default("0") @Min(-1000) @Max(1000) @Nullable
        Integer weight,

        @JsonPropertyDescription("For which namespaces; in a ClusterOptimizationPolicy only. Absent means all.")
        @Nullable
        NamespaceChoice namespaces,

        @JsonPropertyDescription("For which workloads. Absent means all of the namespace.") @Nullable
        WorkloadChoice workloads,

        @JsonPropertyDescription(
                "For which containers of their pods. Absent means all but init containers and sidecars.")
        @Nullable
        ContainerChoice containers,

        @JsonPropertyDescription("From which measurements.") @Nullable
        UsageChoice usage,

        @JsonPropertyDescription("""
                How usage becomes a recommendation: high-water (default), percentile, vpa-compat, or one that was \
                installed besides.""") @Size(min = 1, max = 63) @Nullable
        String recommender,

        @JsonPropertyDescription("How much CPU to ask for.")
        @ValidationRule(value = Rules.CPU_MIN, message = Rules.CPU_MESSAGE, fieldPath = ".min")
        @ValidationRule(value = Rules.CPU_MAX, message = Rules.CPU_MESSAGE, fieldPath = ".max")
        @ValidationRule(value = Rules.CPU_MIN_CHANGE, message = Rules.CPU_MESSAGE, fieldPath = ".minChange")
        @ValidationRule(value = Rules.MIN_MAX, message = Rules.MIN_MAX_MESSAGE)
        @Nullable
        ResourceRule cpu,

        @JsonPropertyDescription("How much memory to ask for.")
        @ValidationRule(value = Rules.MEMORY_MIN, message = Rules.MEMORY_MESSAGE, fieldPath = ".min")
        @ValidationRule(value = Rules.MEMORY_MAX, message = Rules.MEMORY_MESSAGE, fieldPath = ".max")
        @ValidationRule(value = Rules.MEMORY_MIN_CHANGE, message = Rules.MEMORY_MESSAGE, fieldPath = ".minChange")
        @ValidationRule(value = Rules.MIN_MAX, message = Rules.MIN_MAX_MESSAGE)
        @Nullable
        ResourceRule memory,

        @JsonPropertyDescription("Which fields of a container may be changed.") @Nullable
        ControlledFields controlled,

        @JsonPropertyDescription("How and when changes are carried out.") @Nullable
        UpdateRule update,

        @JsonPropertyDescription("What holds for single containers instead of the above.") @Size(max = 32)
        List<ContainerOverride> overrides,

        @JsonPropertyDescription("How pods are moved to other nodes.") @Nullable
        MoveRule moves,

        @JsonPropertyDescription("What is told to tools that keep the cluster as a repository says.") @Nullable
        GitOpsRule gitOps) {

    public OptimizationPolicySpec {
        overrides = Lists.copy(overrides);
    }

    /// What a policy does at all.
    public enum Mode {
        @JsonProperty("Auto")
        AUTO,
        @JsonProperty("Recommend")
        RECOMMEND,
        @JsonProperty("Disabled")
        DISABLED
    }
}
