package io.plimsoll.kubernetes.action;

import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.policy.ListedPolicy;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import java.io.IOException;
import java.time.Duration;

/// Writes what became of a policy into its status, and nothing else of it. Any thread may use it.
public final class ApiPolicyStatuses {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    private final ApiServer server;

    /// @param server its owner closes it
    public ApiPolicyStatuses(ApiServer server) {
        this.server = server;
    }

    /// Puts a status in place of the former one. Fields that are absent are left as they are; conditions are
    /// replaced as a whole.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void write(ListedPolicy policy, OptimizationPolicyStatus status) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        body.set("status", Json.MAPPER.valueToTree(status));
        server.write("PATCH", path(policy), "application/merge-patch+json", body.toString(), PATIENCE);
    }

    private static String path(ListedPolicy policy) {
        var base = "/apis/" + PlimsollApi.API_VERSION;
        return policy.namespace()
                .map(namespace ->
                        ApiPath.of(base + "/namespaces/%s/optimizationpolicies/%s/status", namespace, policy.name()))
                .orElseGet(() -> ApiPath.of(base + "/clusteroptimizationpolicies/%s/status", policy.name()));
    }
}
