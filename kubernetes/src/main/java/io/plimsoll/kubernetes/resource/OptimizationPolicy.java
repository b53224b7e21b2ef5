package io.plimsoll.kubernetes.resource;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.BOOLEAN;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
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
