package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.SelectableField;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The CustomResourceDefinitions as the Java types yield them, and the folder where they are kept.
///
/// What annotations cannot say is added here: the category, a spec that must be there, lists that are keyed by one of
/// their fields, and the printed columns.
final class DefinitionFiles {

    static final Path FOLDER = Path.of("..", "manifests", "crds");

    static final List<Class<? extends CustomResource<?, ?>>> TYPES = List.of(
            OptimizationPolicy.class,
            ClusterOptimizationPolicy.class,
            WorkloadRecommendation.class,
            ChangeRecord.class,
            RebalancePlan.class,
            RebalanceRequest.class,
            UsageCheckpoint.class);

    private static final String HEADER = "# Generated from the Java types of io.plimsoll.kubernetes.resource:\n"
            + "# ./mvnw -pl kubernetes -am test -Dtest=DefinitionFilesTest -Dplimsoll.write-crds=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false\n";

    /// Lists of objects, and the field that tells their items apart.
    private static final Map<String, String> KEYS =
            Map.of("conditions", "type", "overrides", "container", "containers", "container", "pods", "uid");

    /// The columns of `kubectl get`; those that are wide show with `-o wide` only. Here rather than on the types, since
    /// their annotation has an enum, which whoever compiles against the types would miss.
    private static final Map<Class<?>, List<Column>> COLUMNS = Map.of(
            OptimizationPolicy.class,
            policyColumns(),
            ClusterOptimizationPolicy.class,
            policyColumns(),
            WorkloadRecommendation.class,
            List.of(
                    column("Kind", "string", ".spec.workload.kind"),
                    column("Workload", "string", ".spec.workload.name"),
                    column("CPU", "string", ".status.pod.current.cpu"),
                    column("CPU-Target", "string", ".status.pod.target.cpu"),
                    column("Memory", "string", ".status.pod.current.memory"),
                    column("Memory-Target", "string", ".status.pod.target.memory"),
                    column("Applied", "date", ".status.lastApplied.time"),
                    column("Skipped", "string", ".status.lastSkipped.reason.code"),
                    column("Policy", "string", ".status.policy.name").wide(),
                    column("Why", "string", ".status.message").wide(),
                    column("Age", "date", ".metadata.creationTimestamp")),
            ChangeRecord.class,
            List.of(
                    column("Kind", "string", ".spec.workload.kind"),
                    column("Workload", "string", ".spec.workload.name"),
                    column("Reason", "string", ".spec.reason.code"),
                    column("Phase", "string", ".status.phase"),
                    column("Undo-Of", "string", ".spec.undoOf").wide(),
                    column("Policy", "string", ".spec.policy.name").wide(),
                    column("Why", "string", ".spec.reason.message").wide(),
                    column("Age", "date", ".metadata.creationTimestamp")),
            RebalancePlan.class,
            List.of(
                    column("Phase", "string", ".status.phase"),
                    column("Moves", "integer", ".spec.totals.moves"),
                    column("Moved", "string", ".status.moved"),
                    column("Nodes", "integer", ".spec.totals.nodes"),
                    column("Cost", "string", ".spec.totals.cost"),
                    column("Expires", "string", ".spec.expiresAt"),
                    column("Why", "string", ".status.message").wide(),
                    column("Age", "date", ".metadata.creationTimestamp")),
            RebalanceRequest.class,
            List.of(
                    column("Phase", "string", ".status.phase"),
                    column("Plan", "string", ".status.plan"),
                    column("Why", "string", ".status.message"),
                    column("Asked", "string", ".spec.reason").wide(),
                    column("Age", "date", ".metadata.creationTimestamp")),
            UsageCheckpoint.class,
            List.of(
                    column("Kind", "string", ".spec.workload.kind"),
                    column("Workload", "string", ".spec.workload.name"),
                    column("Last-Sample", "date", ".spec.lastSampleTime"),
                    column("Age", "date", ".metadata.creationTimestamp")));

    private static List<Column> policyColumns() {
        return List.of(
                column("Mode", "string", ".spec.mode"),
                column("Suspended", "boolean", ".spec.suspend"),
                column("Weight", "integer", ".spec.weight"),
                column("Workloads", "integer", ".status.governedWorkloads"),
                column("Optimized", "integer", ".status.optimizedWorkloads"),
                column("CPU-Freed", "string", ".status.saving.freed.cpu"),
                column("Memory-Freed", "string", ".status.saving.freed.memory"),
                column("Monthly-Cost", "string", ".status.saving.monthlyCost").wide(),
                column("Ready", "string", ".status.conditions[?(@.type=='Ready')].status"),
                column("Conflicting", "string", ".status.conditions[?(@.type=='Conflicting')].status")
                        .wide(),
                column("Age", "date", ".metadata.creationTimestamp"));
    }

    private record Column(String name, String type, String jsonPath, int priority) {

        private Column wide() {
            return new Column(name, type, jsonPath, 1);
        }

        private CustomResourceColumnDefinition definition() {
            return new CustomResourceColumnDefinitionBuilder()
                    .withName(name)
                    .withType(type)
                    .withJsonPath(jsonPath)
                    .withPriority(priority)
                    .build();
        }
    }

    private static Column column(String name, String type, String jsonPath) {
        return new Column(name, type, jsonPath, 0);
    }

    private DefinitionFiles() {}

    /// The generator's own output, which is not what is kept.
    private static final class Nowhere implements CRDGenerator.CRDOutput<OutputStream> {

        @Override
        public OutputStream outputFor(String name) {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void close() {}
    }

    /// The text of each file by its name.
    static Map<String, String> generated() {
        var files = new TreeMap<String, String>();
        new CRDGenerator()
                .customResourceClasses(List.copyOf(TYPES))
                .withParallelGenerationEnabled(false)
                .withPostProcessor(new CRDPostProcessor() {
                    @Override
                    public HasMetadata process(HasMetadata definition, String version) {
                        var finished = finished((CustomResourceDefinition) definition);
                        files.put(name(finished), HEADER + Serialization.asYaml(finished));
                        return finished;
                    }
                })
                .withOutput(new Nowhere())
                .detailedGenerate();
        return files;
    }

    static void write() {
        generated().forEach((name, text) -> {
            try {
                Files.writeString(FOLDER.resolve(name), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String name(CustomResourceDefinition definition) {
        return definition.getMetadata().getName() + ".yaml";
    }

    private static CustomResourceDefinition finished(CustomResourceDefinition definition) {
        definition.getMetadata().setLabels(new TreeMap<>(Map.of("app.kubernetes.io/part-of", "plimsoll")));
        definition.getSpec().getNames().setCategories(List.of("plimsoll"));
        definition.getSpec().getVersions().forEach(version -> finish(version, type(definition)));
        return definition;
    }

    private static Class<?> type(CustomResourceDefinition definition) {
        var kind = definition.getSpec().getNames().getKind();
        return TYPES.stream()
                .filter(type -> type.getSimpleName().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static void finish(CustomResourceDefinitionVersion version, Class<?> type) {
        version.setAdditionalPrinterColumns(Optional.ofNullable(COLUMNS.get(type)).orElseThrow().stream()
                .map(Column::definition)
                .toList());
        if (type.equals(RebalancePlan.class)) {
            version.setSelectableFields(List.of(new SelectableField(".status.phase")));
        }
        var schema = version.getSchema().getOpenAPIV3Schema();
        schema.setDescription(type.getAnnotation(JsonClassDescription.class).value());
        schema.setRequired(new ArrayList<>(List.of("spec")));
        finish(schema);
    }

    private static void finish(JSONSchemaProps schema) {
        // The generator sees an annotation of a record's component on the field and on the accessor.
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
        }
        if (schema.getItems() != null) {
            finish(schema.getItems().getSchema());
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach(DefinitionFiles::finish);
        }
    }

    private static void finish(String name, JSONSchemaProps property) {
        if (KEYS.containsKey(name) && "array".equals(property.getType())) {
            property.setXKubernetesListType("map");
            property.setXKubernetesListMapKeys(List.of(KEYS.get(name)));
        }
        finish(property);
    }
}
