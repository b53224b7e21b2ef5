package io.plimsoll.kubernetes.resource;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.BOOLEAN;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
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
@AdditionalPrinterColumn(name = "Mode", jsonPath = ".spec.mode", type = STRING)
@AdditionalPrinterColumn(name = "Suspended", jsonPath = ".spec.suspend", type = BOOLEAN)
@AdditionalPrinterColumn(name = "Weight", jsonPath = ".spec.weight", type = INTEGER)
@AdditionalPrinterColumn(name = "Workloads", jsonPath = ".status.governedWorkloads", type = INTEGER)
@AdditionalPrinterColumn(name = "Optimized", jsonPath = ".status.optimizedWorkloads", type = INTEGER)
@AdditionalPrinterColumn(name = "CPU-Freed", jsonPath = ".status.freed.cpu", type = STRING)
@AdditionalPrinterColumn(name = "Memory-Freed", jsonPath = ".status.freed.memory", type = STRING)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type=='Ready')].status", type = STRING)
@AdditionalPrinterColumn(
        name = "Conflicting",
        jsonPath = ".status.conditions[?(@.type=='Conflicting')].status",
        type = STRING,
        priority = 1)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = DATE)
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
