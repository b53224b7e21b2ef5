package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/// What may be done to workloads of one namespace; written by the user.
@JsonClassDescription(
        "What Plimsoll may do to workloads of this namespace so that their requests follow what they use.")
@Group(PlimsollApi.GROUP)
@Version(PlimsollApi.VERSION)
@Kind("OptimizationPolicy")
@Singular("optimizationpolicy")
@Plural("optimizationpolicies")
@ShortNames("optpol")
@ValidationRule(
        value = "!has(self.spec.namespaces)",
        message = "spec.namespaces is for a ClusterOptimizationPolicy: a policy in a namespace holds for that one only")
public final class OptimizationPolicy extends CustomResource<OptimizationPolicySpec, OptimizationPolicyStatus>
        implements Namespaced {

    @Override
    protected @Nullable OptimizationPolicySpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable OptimizationPolicyStatus initStatus() {
        return null;
    }
}
