package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
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
                of any owner with a scale subresource. Absent means all of them.""") List<String> kinds,

        @JsonPropertyDescription("Only workloads with these names; * stands for any characters. Absent means any name.")
        List<String> allow,

        @JsonPropertyDescription("Never workloads with these names, whatever allow says.")
        List<String> deny) {

    public WorkloadChoice {
        kinds = Lists.copy(kinds);
        allow = Lists.copy(allow);
        deny = Lists.copy(deny);
    }
}
