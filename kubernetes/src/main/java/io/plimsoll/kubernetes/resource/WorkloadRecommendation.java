package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/// What one workload should ask for, and why, and what was last done or not done about it; written by Plimsoll.
@JsonClassDescription(
        "What one workload should ask for, and why, and what was last done or not done about it. Written by Plimsoll.")
@Group(PlimsollApi.GROUP)
@Version(PlimsollApi.VERSION)
@Kind("WorkloadRecommendation")
@Singular("workloadrecommendation")
@Plural("workloadrecommendations")
@ShortNames("wrec")
public final class WorkloadRecommendation
        extends CustomResource<WorkloadRecommendationSpec, WorkloadRecommendationStatus> implements Namespaced {

    @Override
    protected @Nullable WorkloadRecommendationSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable WorkloadRecommendationStatus initStatus() {
        return null;
    }
}
