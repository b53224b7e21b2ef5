package io.plimsoll.testbed.simulation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Map;

/// The body of a filter or prioritize call as kube-scheduler writes it with `nodeCacheCapable: true`: Go's field names
/// outside (`Pod`, `Nodes`, `NodeNames`), the API's inside the pod, and no `kind`.
final class ExtenderArguments {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ExtenderArguments() {}

    static String json(PodSpec pod, Map<String, String> labels, List<String> names) {
        ObjectNode arguments = JSON.objectNode();
        arguments.set("Pod", pod(pod, labels));
        arguments.putNull("Nodes");
        ArrayNode nodeNames = arguments.putArray("NodeNames");
        names.forEach(nodeNames::add);
        return arguments.toString();
    }

    private static ObjectNode pod(PodSpec pod, Map<String, String> labels) {
        ObjectNode json = JSON.objectNode();
        ObjectNode metadata = json.putObject("metadata");
        metadata.put("name", pod.key().name());
        metadata.put("namespace", pod.key().namespace());
        metadata.put("uid", pod.uid());
        ObjectNode labelsJson = metadata.putObject("labels");
        labels.forEach(labelsJson::put);
        pod.owner().ifPresent(owner -> metadata.putArray("ownerReferences").add(owner(owner)));
        ObjectNode spec = json.putObject("spec");
        ArrayNode containers = spec.putArray("containers");
        pod.containers().forEach(container -> containers.add(container(container)));
        spec.put("schedulerName", "default-scheduler");
        spec.put("priority", pod.priority());
        json.putObject("status").put("phase", "Pending");
        return json;
    }

    private static ObjectNode owner(Owner owner) {
        ObjectNode json = JSON.objectNode();
        json.put("apiVersion", "apps/v1");
        json.put("kind", owner.kind());
        json.put("name", owner.name());
        json.put("uid", "uid-of-" + owner.name());
        json.put("controller", true);
        return json;
    }

    private static ObjectNode container(ContainerSpec container) {
        ObjectNode json = JSON.objectNode();
        json.put("name", container.name());
        ObjectNode resources = json.putObject("resources");
        amounts(resources, "limits", container.limits());
        amounts(resources, "requests", container.requests());
        return json;
    }

    private static void amounts(ObjectNode resources, String field, Resources amount) {
        if (amount.isZero()) {
            return;
        }
        ObjectNode json = resources.putObject(field);
        if (amount.cpuMillis() > 0) {
            json.put("cpu", amount.cpuMillis() + "m");
        }
        if (amount.memoryBytes() > 0) {
            json.put("memory", Long.toString(amount.memoryBytes()));
        }
    }
}
