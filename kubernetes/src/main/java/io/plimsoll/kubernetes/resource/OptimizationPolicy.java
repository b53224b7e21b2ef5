package io.plimsoll.kubernetes.resource;

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
@Group(PlimsollApi.GROUP)
@Version(PlimsollApi.VERSION)
@Kind("OptimizationPolicy")
@Singular("optimizationpolicy")
@Plural("optimizationpolicies")
@ShortNames("optpol")
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
