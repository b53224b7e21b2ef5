package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePod.LiveContainer;
import io.plimsoll.model.action.LivePod.ResizeCondition;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads single pods from the API server.
public final class ApiPods implements LivePods {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(10));

    private final ApiServer server;

    /// @param server its owner closes it
    public ApiPods(ApiServer server) {
        this.server = server;
    }

    @Override
    public Look look(PodKey key) {
        try (var answer = server.open(path(key), PATIENCE)) {
            return new Look.Found(pod(Json.MAPPER.readTree(answer)));
        } catch (ApiException e) {
            return e.code() == 404 ? new Look.Gone() : new Look.Unanswered(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Look.Unanswered(String.valueOf(e.getMessage()));
        }
    }

    static String path(PodKey pod) {
        return ApiPath.of("/api/v1/namespaces/%s/pods/%s", pod.namespace(), pod.name());
    }

    static LivePod pod(JsonNode pod) {
        var metadata = pod.path("metadata");
        var status = pod.path("status");
        return new LivePod(
                new PodKey(
                        metadata.path("namespace").asText(),
                        metadata.path("name").asText()),
                metadata.path("uid").asText(),
                metadata.path("resourceVersion").asText(),
                metadata.path("generation").asLong(),
                status.path("observedGeneration").asLong(),
                condition(status, "Ready").filter(ApiPods::isTrue).isPresent(),
                metadata.hasNonNull("deletionTimestamp"),
                containers(pod),
                resizing(status, "PodResizePending"),
                resizing(status, "PodResizeInProgress"));
    }

    private static List<LiveContainer> containers(JsonNode pod) {
        var containers = new ArrayList<LiveContainer>();
        for (var container : pod.path("spec").path("containers")) {
            var name = container.path("name").asText();
            var status = named(pod.path("status").path("containerStatuses"), name);
            containers.add(container(container, spec(name, container.path("resources")), status));
        }
        for (var container : pod.path("spec").path("initContainers")) {
            if (container.path("restartPolicy").asText().equals("Always")) {
                var name = container.path("name").asText();
                var status = named(pod.path("status").path("initContainerStatuses"), name);
                containers.add(container(
                        container, spec(name, container.path("resources")).asSidecar(), status));
            }
        }
        return containers;
    }

    private static LiveContainer container(JsonNode container, ContainerSpec spec, JsonNode status) {
        return new LiveContainer(
                spec,
                Optional.of(status.path("resources"))
                        .filter(JsonNode::isObject)
                        .map(resources -> spec(spec.name(), resources)),
                status.path("restartCount").asInt(),
                isOomKilled(status.path("lastState")) || isOomKilled(status.path("state")),
                status.path("state").has("running"),
                isRestartedFor(container, "cpu"),
                isRestartedFor(container, "memory"));
    }

    private static boolean isRestartedFor(JsonNode container, String resource) {
        for (var policy : container.path("resizePolicy")) {
            if (policy.path("resourceName").asText().equals(resource)
                    && policy.path("restartPolicy").asText().equals("RestartContainer")) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode named(JsonNode array, String name) {
        for (var item : array) {
            if (item.path("name").asText().equals(name)) {
                return item;
            }
        }
        return Json.MAPPER.missingNode();
    }

    private static ContainerSpec spec(String name, JsonNode resources) {
        return new ContainerSpec(
                name, Quantities.resources(resources.path("requests")), Quantities.resources(resources.path("limits")));
    }

    private static boolean isOomKilled(JsonNode state) {
        return state.path("terminated").path("reason").asText().equals("OOMKilled");
    }

    private static Optional<ResizeCondition> resizing(JsonNode status, String type) {
        return condition(status, type)
                .filter(ApiPods::isTrue)
                .map(told -> new ResizeCondition(
                        told.path("reason").asText(),
                        told.path("message").asText(),
                        told.path("observedGeneration").asLong()));
    }

    private static Optional<JsonNode> condition(JsonNode status, String type) {
        for (var condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return Optional.of(condition);
            }
        }
        return Optional.empty();
    }

    private static boolean isTrue(JsonNode condition) {
        return condition.path("status").asText().equals("True");
    }
}
