package io.plimsoll.kubernetes.action;

import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.cluster.PodKey;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// One label of pods at the API server. Any thread may use it.
///
/// Listing them takes the right to list pods; a label takes that to patch them, by which one may do much more: see
/// `manifests/overlays/rightsizer-oom-labels`.
public final class ApiPodLabels {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final int CONFLICT = 409;

    private final ApiServer server;
    private final String label;

    /// @param server its owner closes it
    /// @param label its key
    public ApiPodLabels(ApiServer server, String label) {
        this.server = server;
        this.label = label;
    }

    /// The uids of all pods that have it.
    ///
    /// @throws IOException when they cannot all be listed
    public Map<PodKey, String> labelled() throws IOException {
        var found = new HashMap<PodKey, String>();
        ApiPages.read(server, "/api/v1/pods?labelSelector=" + label, PATIENCE, pod -> {
            var metadata = pod.path("metadata");
            found.put(
                    new PodKey(
                            metadata.path("namespace").asText(),
                            metadata.path("name").asText()),
                    metadata.path("uid").asText());
        });
        return found;
    }

    /// Labels a pod with `true`, or takes that away. A pod that is gone, or another one by now, is left.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void put(PodKey pod, String uid, boolean isLabelled) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        var metadata = body.putObject("metadata").put("uid", uid);
        metadata.putObject("labels").put(label, isLabelled ? "true" : null);
        try {
            server.write("PATCH", ApiPods.path(pod), "application/merge-patch+json", body.toString(), PATIENCE);
        } catch (ApiException e) {
            if (e.code() != 404 && e.code() != CONFLICT) {
                throw e;
            }
        }
    }
}
