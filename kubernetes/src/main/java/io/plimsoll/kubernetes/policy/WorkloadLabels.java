package io.plimsoll.kubernetes.policy;

import java.util.Map;

/// What is known of the labels of a workload's own object.
public sealed interface WorkloadLabels {

    record Known(Map<String, String> labels) implements WorkloadLabels {}

    /// @param why in words for people, which name the kind and not the workload: many of one kind are told of at once
    record Unknown(String why) implements WorkloadLabels {}
}
