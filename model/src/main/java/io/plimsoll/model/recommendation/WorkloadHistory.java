package io.plimsoll.model.recommendation;

import java.util.OptionalLong;
import java.util.Set;

/// What is known of a workload beside its pods when it is decided whether to resize it.
///
/// @param claimed what an autoscaler owns: that is left alone
/// @param changedAtMillis when it was last changed, epoch milliseconds
/// @param isChangeOpen whether a change of it is not finished
public record WorkloadHistory(Set<ResourceKind> claimed, OptionalLong changedAtMillis, boolean isChangeOpen) {

    public static final WorkloadHistory NONE = new WorkloadHistory(Set.of(), OptionalLong.empty(), false);
}
