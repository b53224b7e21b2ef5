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

/// Which pods are to be moved so that hurt nodes are right again, and what became of each; of the whole cluster. It
/// is there before the first pod is evicted, and its spec never changes; written by Plimsoll, approved by people.
@JsonClassDescription(
        "Which pods are to be moved so that hurt nodes are right again, and what became of each. Written by"
                + " Plimsoll; approve one with plimsoll approve, or by the annotation plimsoll.io/approved: \"true\".")
@Group(PlimsollApi.GROUP)
@Version(PlimsollApi.VERSION)
@Kind("RebalancePlan")
@Singular("rebalanceplan")
@Plural("rebalanceplans")
@ShortNames("rbp")
public final class RebalancePlan extends CustomResource<RebalancePlanSpec, RebalancePlanStatus> {

    /// The annotation by which a plan is approved ("true") or rejected ("false").
    public static final String APPROVED = "plimsoll.io/approved";

    @Override
    protected @Nullable RebalancePlanSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable RebalancePlanStatus initStatus() {
        return null;
    }
}
