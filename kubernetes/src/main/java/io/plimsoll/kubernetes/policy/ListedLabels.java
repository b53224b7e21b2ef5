package io.plimsoll.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// The labels of workloads and namespaces as they were listed once; does not change.
///
/// Only metadata is asked for, and from the API server's cache: some hundred bytes an object. Workloads of
/// further kinds (owners with a scale subresource) have no labels here, so a selector of labels leaves them
/// out.
final class ListedLabels implements ObjectLabels {

    private static final Map<String, String> COLLECTIONS = Map.of(
            "Deployment", "/apis/apps/v1/deployments",
            "ReplicaSet", "/apis/apps/v1/replicasets",
            "StatefulSet", "/apis/apps/v1/statefulsets",
            "DaemonSet", "/apis/apps/v1/daemonsets",
            "Job", "/apis/batch/v1/jobs",
            "CronJob", "/apis/batch/v1/cronjobs");

    private final Map<Owner, Map<String, String>> workloads = new HashMap<>();
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();

    private ListedLabels() {}

    /// Without any label: for policies that ask for none.
    static ListedLabels none() {
        return new ListedLabels();
    }

    static ListedLabels of(ApiServer server, Patience patience) throws IOException {
        var labels = new ListedLabels();
        for (var collection : COLLECTIONS.entrySet()) {
            read(
                    server,
                    collection.getValue(),
                    patience,
                    (namespace, name, found) ->
                            labels.workloads.put(new Owner(namespace, collection.getKey(), name), found));
        }
        read(server, "/api/v1/namespaces", patience, (namespace, name, found) -> labels.namespaces.put(name, found));
        return labels;
    }

    @FunctionalInterface
    private interface Sink {
        void take(String namespace, String name, Map<String, String> labels);
    }

    private static void read(ApiServer server, String path, Patience patience, Sink sink) throws IOException {
        try (var answer = server.openMetadata(path + "?resourceVersion=0", patience);
                var parser = Json.parser(answer)) {
            for (var item : Json.MAPPER.<JsonNode>readTree(parser).path("items")) {
                var metadata = item.path("metadata");
                var labels = new HashMap<String, String>();
                metadata.path("labels")
                        .properties()
                        .forEach(label ->
                                labels.put(label.getKey(), label.getValue().asText()));
                sink.take(
                        metadata.path("namespace").asText(),
                        metadata.path("name").asText(),
                        labels);
            }
        }
    }

    @Override
    public Map<String, String> ofWorkload(Owner workload) {
        return workloads.getOrDefault(workload, Map.of());
    }

    @Override
    public Map<String, String> ofNamespace(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }
}
