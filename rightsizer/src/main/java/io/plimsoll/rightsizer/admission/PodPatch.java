package io.plimsoll.rightsizer.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodContainers;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.rightsizer.OomReport;
import java.util.List;
import java.util.function.LongFunction;

/// Writes what is to be changed of a new pod as a JSON patch (RFC 6902), with the annotation that says so.
///
/// By index, since the patch is applied to the very object that it was made from. What else stands in `requests` and
/// `limits` is kept as it was written.
final class PodPatch {

    /// Holds what the pod's template asked for: the record of the change, and the way back.
    static final String ANNOTATION = "admission.plimsoll.io/sized";

    private PodPatch() {}

    /// @param pod as the API server sent it
    static ArrayNode of(JsonNode pod, PodContainers before, StartVerdict.Sized sized) {
        var patch = Json.MAPPER.createArrayNode();
        var told = Json.MAPPER.createObjectNode();
        told.put("policy", sized.size().policy())
                .put("recommendation", ApiRecommendations.name(sized.size().workload()));
        var containers = told.putObject("containers");
        change(new Place(pod, "containers"), before.main(), sized.after().main(), patch, containers);
        change(new Place(pod, "initContainers"), before.init(), sized.after().init(), patch, containers);
        annotate(patch, pod, told);
        if (sized.size().isOomRaise(before, sized.after())) {
            label(patch, pod);
        }
        return patch;
    }

    /// A list of containers within a pod.
    private record Place(JsonNode pod, String field) {

        JsonNode resources(int index) {
            return pod.path("spec").path(field).path(index).path("resources");
        }

        String path(int index) {
            return "/spec/" + field + "/" + index + "/resources";
        }
    }

    private static void change(
            Place place,
            List<ContainerSpec> before,
            List<ContainerSpec> after,
            ArrayNode patch,
            ObjectNode containers) {
        for (int i = 0; i < before.size(); i++) {
            if (!after.get(i).equals(before.get(i))) {
                var resources = place.resources(i);
                var next = resources(resources, before.get(i), after.get(i));
                add(patch, place.path(i), next);
                var entry = containers.putObject(before.get(i).name());
                entry.set("before", amounts(resources));
                entry.set("after", amounts(next));
            }
        }
        keepFormer(place, before, containers);
    }

    private static ObjectNode resources(JsonNode present, ContainerSpec before, ContainerSpec after) {
        var next = present instanceof ObjectNode object ? object.deepCopy() : Json.MAPPER.createObjectNode();
        set(next, "requests", before.requests(), after.requests());
        set(next, "limits", before.limits(), after.limits());
        return next;
    }

    private static void set(ObjectNode resources, String field, Resources before, Resources after) {
        if (!after.equals(before)) {
            var amounts = resources.withObjectProperty(field);
            set(amounts, "cpu", before.cpuMillis(), after.cpuMillis(), millis -> millis + "m");
            set(amounts, "memory", before.memoryBytes(), after.memoryBytes(), Quantities::ofBytes);
        }
    }

    private static void set(ObjectNode amounts, String name, long before, long after, LongFunction<String> text) {
        if (after != before) {
            amounts.put(name, text.apply(after));
        }
    }

    /// Only what a change can touch.
    private static ObjectNode amounts(JsonNode resources) {
        var amounts = Json.MAPPER.createObjectNode();
        for (var field : List.of("requests", "limits")) {
            for (var name : List.of("cpu", "memory")) {
                var amount = resources.path(field).path(name);
                if (!amount.isMissingNode()) {
                    amounts.withObjectProperty(field).set(name, amount);
                }
            }
        }
        return amounts;
    }

    /// When other webhooks have had their turn, this one may be asked again: what it changed the first time, and
    /// still stands so, was not the template's.
    private static void keepFormer(Place place, List<ContainerSpec> before, ObjectNode containers) {
        var former = former(place.pod());
        for (int i = 0; i < before.size(); i++) {
            var name = before.get(i).name();
            var entry = former.path("containers").path(name);
            var present = amounts(place.resources(i));
            if (entry.path("before").isObject() && entry.path("after").equals(present)) {
                if (containers.path(name) instanceof ObjectNode anew) {
                    anew.set("before", entry.path("before"));
                } else {
                    containers.set(name, entry);
                }
            }
        }
    }

    private static JsonNode former(JsonNode pod) {
        var text = pod.path("metadata").path("annotations").path(ANNOTATION).asText();
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.missingNode(); // somebody else's words
        }
    }

    private static void label(ArrayNode patch, JsonNode pod) {
        set(patch, pod, "labels", OomReport.LABEL, "true");
    }

    private static void annotate(ArrayNode patch, JsonNode pod, ObjectNode told) {
        set(patch, pod, "annotations", ANNOTATION, told.toString());
    }

    /// @param field of the metadata
    private static void set(ArrayNode patch, JsonNode pod, String field, String key, String value) {
        if (!pod.path("metadata").path(field).isObject()) {
            add(patch, "/metadata/" + field, Json.MAPPER.createObjectNode());
        }
        add(
                patch,
                "/metadata/" + field + "/" + key.replace("/", "~1"),
                Json.MAPPER.getNodeFactory().textNode(value));
    }

    private static void add(ArrayNode patch, String path, JsonNode value) {
        patch.addObject().put("op", "add").put("path", path).set("value", value);
    }
}
