package io.plimsoll.testbed.controlplane;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What the cluster must hold for metrics-server to serve `metrics.k8s.io`: its rights and its registration.
///
/// metrics-server runs as a process on loopback. An ExternalName Service leads the API server there, since loopback may
/// not stand in an EndpointSlice.
record MetricsApi(int port, String caPem) {
    private static final String OBJECTS = "metrics-api.yaml";

    void register(KubernetesClient client) {
        for (String object : objects().split("\n---\n")) {
            if (object.contains("kind:")) {
                client.resource(object)
                        .fieldManager("plimsoll-testbed")
                        .forceConflicts()
                        .serverSideApply();
            }
        }
    }

    private String objects() {
        return Resources.text(OBJECTS)
                .replace("${user}", Credentials.METRICS_SERVER_USER)
                .replace("${ca}", Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.UTF_8)))
                .replace("${port}", Integer.toString(port));
    }
}
