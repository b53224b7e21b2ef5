package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// For which workloads a policy holds: those of the kinds that the selector matches and a name of `allow` matches, less
/// those that a name of `deny` matches.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WorkloadChoice(
        @JsonPropertyDescription("By labels of the workload. Absent means any.") @Nullable
        LabelQuery selector,

        @JsonPropertyDescription("""
                Only workloads of these kinds: Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, or the kind \
                of any owner with a scale subresource. Absent means all of them.""")
        @Size(max = 32)
        @ValidationRule(
                value = "self.all(kind, kind.matches('^[A-Z][A-Za-z0-9]*$'))",
                message = "write kinds as Deployment or StatefulSet: in the singular and with a capital")
        @ValidationRule(
                value = "!('Pod' in self)",
                message = "Pod is no kind of workload: write the kind that owns the pods, such as Deployment")
        List<@Size(min = 1, max = 63) String> kinds,

        @JsonPropertyDescription("Only workloads with these names; * stands for any characters. Absent means any name.")
        @Size(max = 100)
        @ValidationRule(value = Rules.NAME_PATTERNS, message = Rules.NAME_PATTERN_MESSAGE)
        List<@Size(min = 1, max = 253) String> allow,

        @JsonPropertyDescription("Never workloads with these names, whatever allow says.")
        @Size(max = 100)
        @ValidationRule(value = Rules.NAME_PATTERNS, message = Rules.NAME_PATTERN_MESSAGE)
        List<@Size(min = 1, max = 253) String> deny) {

    public WorkloadChoice {
        kinds = Lists.copy(kinds);
        allow = Lists.copy(allow);
        deny = Lists.copy(deny);
    }
}
