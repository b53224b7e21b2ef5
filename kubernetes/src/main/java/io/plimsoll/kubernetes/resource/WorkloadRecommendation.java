package io.plimsoll.kubernetes.resource;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
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
@AdditionalPrinterColumn(name = "Kind", jsonPath = ".spec.workload.kind", type = STRING)
@AdditionalPrinterColumn(name = "Workload", jsonPath = ".spec.workload.name", type = STRING)
@AdditionalPrinterColumn(name = "CPU", jsonPath = ".status.pod.current.cpu", type = STRING)
@AdditionalPrinterColumn(name = "CPU-Target", jsonPath = ".status.pod.target.cpu", type = STRING)
@AdditionalPrinterColumn(name = "Memory", jsonPath = ".status.pod.current.memory", type = STRING)
@AdditionalPrinterColumn(name = "Memory-Target", jsonPath = ".status.pod.target.memory", type = STRING)
@AdditionalPrinterColumn(name = "Applied", jsonPath = ".status.lastApplied.time", type = DATE)
@AdditionalPrinterColumn(name = "Skipped", jsonPath = ".status.lastSkipped.reason.code", type = STRING)
@AdditionalPrinterColumn(name = "Policy", jsonPath = ".status.policy.name", type = STRING, priority = 1)
@AdditionalPrinterColumn(name = "Why", jsonPath = ".status.message", type = STRING, priority = 1)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = DATE)
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
