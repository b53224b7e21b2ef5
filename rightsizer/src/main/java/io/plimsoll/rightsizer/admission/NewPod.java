package io.plimsoll.rightsizer.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodContainers;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A pod that is about to be created, as far as its size is concerned.
///
/// @param key its name is often empty: the API server gives it one later
/// @param owner the controlling owner that it names, where there can be such a one
/// @param overhead what its runtime needs: set by the API server before webhooks are asked
/// @param isPodLevel whether it asks for something as a whole
record NewPod(
        PodKey key,
        Optional<Owner> owner,
        Map<String, String> labels,
        Map<String, String> annotations,
        PodContainers containers,
        Resources overhead,
        boolean isPodLevel) {

    static NewPod read(String namespace, JsonNode pod) {
        var metadata = pod.path("metadata");
        var spec = pod.path("spec");
        return new NewPod(
                new PodKey(namespace, metadata.path("name").asText()),
                owner(namespace, metadata.path("ownerReferences")),
                texts(metadata.path("labels")),
                texts(metadata.path("annotations")),
                new PodContainers(
                        containers(spec.path("containers"), NewPod::container),
                        containers(spec.path("initContainers"), NewPod::initContainer)),
                Quantities.resources(spec.path("overhead")),
                !spec.path("resources").path("requests").isEmpty()
                        || !spec.path("resources").path("limits").isEmpty());
    }

    private static Optional<Owner> owner(String namespace, JsonNode references) {
        for (var reference : references) {
            if (reference.path("controller").asBoolean()) {
                return Owner.referred(
                        namespace,
                        reference.path("kind").asText(),
                        reference.path("name").asText());
            }
        }
        return Optional.empty();
    }

    private static Map<String, String> texts(JsonNode node) {
        var texts = new HashMap<String, String>();
        node.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private static List<ContainerSpec> containers(JsonNode nodes, Function<JsonNode, ContainerSpec> reading) {
        var containers = new ArrayList<ContainerSpec>();
        nodes.forEach(node -> containers.add(reading.apply(node)));
        return containers;
    }

    private static ContainerSpec container(JsonNode node) {
        var resources = node.path("resources");
        return new ContainerSpec(
                node.path("name").asText(),
                Quantities.resources(resources.path("requests")),
                Quantities.resources(resources.path("limits")));
    }

    private static ContainerSpec initContainer(JsonNode node) {
        var container = container(node);
        return node.path("restartPolicy").asText().equals("Always") ? container.asSidecar() : container.asInit();
    }
}
