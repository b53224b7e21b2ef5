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

/// Asks the rebalancer for a plan now; its status is the answer. Written by people and schedules, answered and later
/// deleted by Plimsoll.
@JsonClassDescription(
        "Asks the rebalancer to look now whether pods are to be moved, and to propose a plan if so; the status"
                + " is its answer. Moves nothing: the plan is approved like any other. plimsoll rebalance --once writes it.")
@Group(PlimsollApi.GROUP)
@Version(PlimsollApi.VERSION)
@Kind("RebalanceRequest")
@Singular("rebalancerequest")
@Plural("rebalancerequests")
@ShortNames("rbr")
public final class RebalanceRequest extends CustomResource<RebalanceRequestSpec, RebalanceRequestStatus> {

    @Override
    protected @Nullable RebalanceRequestSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable RebalanceRequestStatus initStatus() {
        return null;
    }
}
