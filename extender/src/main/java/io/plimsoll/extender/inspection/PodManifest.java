package io.plimsoll.extender.inspection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.plimsoll.extender.wire.PodReader;
import io.plimsoll.model.cluster.PodSpec;

/// Reads a pod from a manifest in JSON or YAML: a Pod, or the first pod of anything with a pod template (a Deployment,
/// a StatefulSet, a Job).
final class PodManifest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private PodManifest() {}

    /// Throws [IllegalArgumentException] with what is wrong and what to do.
    static PodSpec read(String manifest) {
        try {
            var tree = (manifest.stripLeading().startsWith("{") ? JSON : YAML).readTree(manifest);
            var bytes = JSON.writeValueAsBytes(pod(tree));
            return PodReader.read(bytes, 0, bytes.length);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the manifest is neither JSON nor YAML: " + e.getOriginalMessage(), e);
        }
    }

    private static JsonNode pod(JsonNode manifest) {
        if (!manifest.path("spec").isObject()) {
            throw new IllegalArgumentException(
                    "the manifest has no spec: give a Pod, or a workload with a pod template");
        }
        if (!(manifest.path("spec").path("template") instanceof ObjectNode template)) {
            return manifest;
        }
        var pod = template.deepCopy();
        var metadata = pod.withObjectProperty("metadata");
        var owner = manifest.path("metadata");
        metadata.put("name", owner.path("name").asText("") + "-0");
        metadata.put("namespace", owner.path("namespace").asText("default"));
        metadata.putArray("ownerReferences")
                .addObject()
                .put("kind", manifest.path("kind").asText(""))
                .put("name", owner.path("name").asText(""))
                .put("controller", true);
        return pod;
    }
}
