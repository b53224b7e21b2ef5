package io.plimsoll.app.resize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.recommendation.ResourceKind;
import java.util.List;

/// `WorkloadRecommendation` objects as people and programs read them.
final class RecommendationView {

    private static final YAMLMapper YAML = new YAMLMapper();

    private RecommendationView() {}

    static String table(List<JsonNode> recommendations) {
        var table = new TextTable("NAMESPACE", "WORKLOAD", "CONTAINER", "CPU", "MEMORY", "TRUST", "WHY");
        for (var recommendation : recommendations) {
            for (var container : recommendation.path("status").path("containers")) {
                table.row(
                        recommendation.path("metadata").path("namespace").asText(),
                        workload(recommendation),
                        container.path("container").asText(),
                        difference(container, ResourceKind.CPU, "cpu"),
                        difference(container, ResourceKind.MEMORY, "memory"),
                        container.path("confidencePercent").asText("?") + " %",
                        container.path("message").asText());
            }
        }
        return table.toString();
    }

    static String workload(JsonNode recommendation) {
        var workload = recommendation.path("spec").path("workload");
        return workload.path("kind").asText() + "/" + workload.path("name").asText();
    }

    private static String difference(JsonNode container, ResourceKind kind, String name) {
        var now = amount(container.path("current").path(name), kind);
        var then = amount(container.path("target").path(name), kind);
        return now.equals(then) ? now : now + " → " + then;
    }

    private static String amount(JsonNode amount, ResourceKind kind) {
        var text = amount.asText();
        if (!Quantities.isQuantity(text)) {
            return "none";
        }
        return switch (kind) {
            case CPU -> kind.text(Quantities.milli(text));
            case MEMORY -> kind.text(Quantities.value(text));
        };
    }

    /// The objects as they are, without what only the API server needs.
    static String json(List<JsonNode> recommendations) {
        var list = Json.MAPPER.createArrayNode();
        for (var recommendation : recommendations) {
            var metadata = recommendation.path("metadata");
            var node = list.addObject();
            node.set("namespace", metadata.path("namespace"));
            node.put("workload", workload(recommendation));
            node.set("status", recommendation.path("status"));
        }
        return list.toPrettyString() + "\n";
    }

    /// One strategic merge patch a workload, as YAML documents; a comment for one that cannot be patched.
    static String patches(List<JsonNode> recommendations) {
        var text = new StringBuilder();
        recommendations.stream()
                .filter(RecommendationView::isRecommended)
                .forEach(recommendation -> text.append(patch(recommendation)));
        return text.toString();
    }

    /// Nothing is, of a workload that no policy selects any more: its patch would say nothing.
    private static boolean isRecommended(JsonNode recommendation) {
        return isWrittenOut(recommendation)
                || recommendation.path("status").path("containers").size() > 0;
    }

    /// Whether the policy has a patch of it written out, and there is something to write.
    static boolean isWrittenOut(JsonNode recommendation) {
        return recommendation.path("status").path("template").size() > 0;
    }

    /// The policy that holds for it, as people name it: `namespace/name`, or `name` for one of the whole cluster.
    static String policy(JsonNode recommendation) {
        var policy = recommendation.path("status").path("policy");
        var name = policy.path("name").asText();
        return policy.path("kind").asText().startsWith("Cluster")
                ? name
                : recommendation.path("metadata").path("namespace").asText() + "/" + name;
    }

    /// One strategic merge patch as a YAML document; a comment where it cannot be patched.
    static String patch(JsonNode recommendation) {
        var workload = recommendation.path("spec").path("workload");
        return switch (workload.path("kind").asText()) {
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet" ->
                document(recommendation, "apps/v1", "spec", "template", "spec");
            case "CronJob" -> document(recommendation, "batch/v1", "spec", "jobTemplate", "spec", "template", "spec");
            default ->
                "# " + workload(recommendation).replaceAll("\\p{Cntrl}", " ")
                        + ": left out, since its template cannot be changed, or is not known here\n";
        };
    }

    /// What the policy has written out, and where it has not, all targets.
    private static void containers(JsonNode status, ObjectNode podSpec) {
        boolean isWrittenOut = status.has("template");
        for (var container : status.path(isWrittenOut ? "template" : "containers")) {
            var resources = Json.MAPPER.createObjectNode();
            set(resources, "requests", container.path(isWrittenOut ? "requests" : "target"));
            set(resources, "limits", container.path("limits"));
            podSpec.withArray(container.path("init").asBoolean() ? "/initContainers" : "/containers")
                    .addObject()
                    .put("name", container.path("container").asText())
                    .set("resources", resources);
        }
    }

    private static void set(ObjectNode resources, String name, JsonNode amounts) {
        if (amounts.isObject() && !amounts.isEmpty()) {
            resources.set(name, amounts);
        }
    }

    private static String document(JsonNode recommendation, String version, String... path) {
        var document = Json.MAPPER.createObjectNode();
        var workload = recommendation.path("spec").path("workload");
        document.put("apiVersion", version).set("kind", workload.path("kind"));
        var metadata = document.putObject("metadata");
        metadata.set("name", workload.path("name"));
        metadata.set("namespace", recommendation.path("metadata").path("namespace"));
        var node = document;
        for (var step : path) {
            node = node.putObject(step);
        }
        containers(recommendation.path("status"), node);
        try {
            return YAML.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the patch of " + workload(recommendation) + " cannot be written", e);
        }
    }
}
