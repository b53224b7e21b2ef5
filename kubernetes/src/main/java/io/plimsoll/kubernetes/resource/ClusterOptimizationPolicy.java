package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/// What may be done to workloads of all namespaces that [OptimizationPolicySpec#namespaces] names, where no policy
/// of the namespace matches; written by the user.
@JsonClassDescription(
        "What Plimsoll may do to workloads of all namespaces, where no OptimizationPolicy of the namespace matches.")
@Group(PlimsollApi.GROUP)
@Version(PlimsollApi.VERSION)
@Kind("ClusterOptimizationPolicy")
@Singular("clusteroptimizationpolicy")
@Plural("clusteroptimizationpolicies")
@ShortNames("coptpol")
public final class ClusterOptimizationPolicy extends CustomResource<OptimizationPolicySpec, OptimizationPolicyStatus> {

    @Override
    protected @Nullable OptimizationPolicySpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable OptimizationPolicyStatus initStatus() {
        return null;
    }
}
