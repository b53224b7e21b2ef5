package io.plimsoll.extender.inspection;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.plimsoll.extender.wire.PodReader;
import io.plimsoll.model.cluster.PodSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads a pod from a manifest in JSON or YAML: a Pod, or the first pod of anything with a pod template (a Deployment,
/// a StatefulSet, a Job, a CronJob). Other objects may stand beside it, as documents of the same YAML or items of a
/// List.
final class PodManifest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String WANTED = "give a Pod, or a workload with a pod template";

    private PodManifest() {}

    /// Throws [IllegalArgumentException] with what is wrong and what to do.
    static PodSpec read(String manifest) {
        try {
            var bytes = JSON.writeValueAsBytes(pod(onlyOne(objects(manifest))));
            return PodReader.read(bytes, 0, bytes.length);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the manifest is neither JSON nor YAML: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the manifest cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<JsonNode> objects(String manifest) throws IOException {
        var mapper = manifest.stripLeading().startsWith("{") ? JSON : YAML;
        var objects = new ArrayList<JsonNode>();
        try (MappingIterator<JsonNode> documents =
                mapper.readerFor(JsonNode.class).readValues(manifest)) {
            while (documents.hasNextValue()) {
                var document = documents.nextValue();
                if (document.path("items").isArray()) {
                    document.path("items").forEach(objects::add);
                } else if (document.isObject()) {
                    objects.add(document);
                }
            }
        }
        return objects;
    }

    private static JsonNode onlyOne(List<JsonNode> objects) {
        var withPod = objects.stream().filter(PodManifest::hasPod).toList();
        if (withPod.isEmpty()) {
            var found = objects.stream().map(PodManifest::words).collect(joining(", "));
            throw new IllegalArgumentException(
                    "the manifest holds no pod" + (found.isEmpty() ? "" : ", but " + found) + ": " + WANTED);
        }
        if (withPod.size() > 1) {
            throw new IllegalArgumentException("the manifest holds more than one pod: "
                    + withPod.stream().map(PodManifest::words).collect(joining(", ")) + ": give one of them");
        }
        return withPod.getFirst();
    }

    private static String words(JsonNode object) {
        return object.path("kind").asText("an object without kind") + " "
                + object.at("/metadata/name").asText("without name");
    }

    private static boolean hasPod(JsonNode object) {
        var kind = object.path("kind").asText("Pod");
        return (kind.equals("Pod") ? object : template(object))
                .at("/spec/containers")
                .isArray();
    }

    private static JsonNode template(JsonNode workload) {
        var ofJob = workload.at("/spec/jobTemplate/spec/template");
        return ofJob.isObject() ? ofJob : workload.at("/spec/template");
    }

    private static JsonNode pod(JsonNode object) {
        if (!(template(object) instanceof ObjectNode template)) {
            return object;
        }
        var pod = template.deepCopy();
        var metadata = pod.withObjectProperty("metadata");
        var owner = object.path("metadata");
        metadata.put("name", owner.path("name").asText("") + "-0");
        metadata.put("namespace", owner.path("namespace").asText("default"));
        metadata.putArray("ownerReferences")
                .addObject()
                .put("kind", object.path("kind").asText(""))
                .put("name", owner.path("name").asText(""))
                .put("controller", true);
        return pod;
    }
}
