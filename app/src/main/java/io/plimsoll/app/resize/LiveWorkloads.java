package io.plimsoll.app.resize;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.policy.ObjectLabels;
import io.plimsoll.kubernetes.policy.WorkloadLabels;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The workloads of a cluster as their templates have them, and the labels that policies select by. Objects
/// that another one controls are no workloads; kinds that are not Kubernetes' own are not listed.
///
/// @param byOwner sorted
/// @param namespaces labels by name
record LiveWorkloads(Map<Owner, Live> byOwner, Map<String, Map<String, String>> namespaces) implements ObjectLabels {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    /// @param containers of its pods' template, init containers and sidecars last
    record Live(Map<String, String> labels, List<ContainerSpec> containers) {}

    /// Where a kind is listed.
    private record Kind(String name, String group, String plural) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("Deployment", "/apis/apps/v1", "deployments"),
            new Kind("StatefulSet", "/apis/apps/v1", "statefulsets"),
            new Kind("DaemonSet", "/apis/apps/v1", "daemonsets"),
            new Kind("ReplicaSet", "/apis/apps/v1", "replicasets"),
            new Kind("Job", "/apis/batch/v1", "jobs"),
            new Kind("CronJob", "/apis/batch/v1", "cronjobs"));

    /// @param namespace empty for all
    static LiveWorkloads read(ApiServer server, Optional<String> namespace) throws IOException {
        var workloads = new TreeMap<Owner, Live>();
        for (var kind : KINDS) {
            var place =
                    namespace.map(name -> ApiPath.of("/namespaces/%s", name)).orElse("");
            var path = kind.group() + place + "/" + kind.plural();
            ApiPages.read(server, path, PATIENCE, object -> {
                if (!isControlled(object)) {
                    workloads.put(owner(kind.name(), object), live(object));
                }
            });
        }
        var namespaces = new HashMap<String, Map<String, String>>();
        ApiPages.read(
                server,
                "/api/v1/namespaces",
                PATIENCE,
                object -> namespaces.put(object.path("metadata").path("name").asText(), labels(object)));
        return new LiveWorkloads(workloads, namespaces);
    }

    @Override
    public WorkloadLabels ofWorkload(Owner workload) {
        return Optional.ofNullable(byOwner.get(workload))
                .<WorkloadLabels>map(live -> new WorkloadLabels.Known(live.labels()))
                .orElseGet(() -> new WorkloadLabels.Unknown(workload + " is not listed"));
    }

    @Override
    public Map<String, String> ofNamespace(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    boolean isOptedOut(Owner workload) {
        return Optional.ofNullable(byOwner.get(workload))
                        .filter(live -> OptOut.in(live.labels()).contains(OptOut.RESIZE))
                        .isPresent()
                || OptOut.in(ofNamespace(workload.namespace())).contains(OptOut.RESIZE);
    }

    private static boolean isControlled(JsonNode object) {
        for (var reference : object.path("metadata").path("ownerReferences")) {
            if (reference.path("controller").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private static Owner owner(String kind, JsonNode object) {
        var metadata = object.path("metadata");
        return new Owner(
                metadata.path("namespace").asText(), kind, metadata.path("name").asText());
    }

    private static Live live(JsonNode object) {
        var spec = object.path("spec");
        var template = spec.has("jobTemplate") ? spec.path("jobTemplate").path("spec") : spec;
        var podSpec = template.path("template").path("spec");
        var containers = new ArrayList<ContainerSpec>();
        podSpec.path("containers").forEach(container -> containers.add(container(container)));
        podSpec.path("initContainers").forEach(container -> containers.add(initContainer(container)));
        return new Live(labels(object), containers);
    }

    private static ContainerSpec container(JsonNode container) {
        var resources = container.path("resources");
        return new ContainerSpec(
                container.path("name").asText(),
                Quantities.resources(resources.path("requests")),
                Quantities.resources(resources.path("limits")));
    }

    private static ContainerSpec initContainer(JsonNode node) {
        var container = container(node);
        return node.path("restartPolicy").asText().equals("Always") ? container.asSidecar() : container.asInit();
    }

    private static Map<String, String> labels(JsonNode object) {
        var labels = new HashMap<String, String>();
        object.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
