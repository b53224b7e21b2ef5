package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/// What the templates of workloads say, asked for one by one: the image keeps none of it. Any thread may use it.
public final class ApiTemplates {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(10));

    private final ApiServer server;

    /// @param server its owner closes it
    public ApiTemplates(ApiServer server) {
        this.server = server;
    }

    /// The memory limit of a container, init containers too; nothing where there is none, and for workloads
    /// that are gone or of a kind that is not known here.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public OptionalLong memoryLimitBytes(Owner workload, String container) throws IOException {
        var path = ApiMarks.path(workload);
        if (path.isEmpty()) {
            return OptionalLong.empty();
        }
        try (var answer = server.open(path.get(), PATIENCE)) {
            return limit(Json.MAPPER.readTree(answer), container);
        } catch (ApiException e) {
            if (e.code() == 404) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    private static OptionalLong limit(JsonNode workload, String container) {
        var spec = workload.path("spec");
        var pod = (spec.has("jobTemplate") ? spec.at("/jobTemplate/spec") : spec).at("/template/spec");
        for (var field : new String[] {"containers", "initContainers"}) {
            for (var found : pod.path(field)) {
                var limit = found.at("/resources/limits/memory");
                if (found.path("name").asText().equals(container) && !limit.isMissingNode()) {
                    return OptionalLong.of(Quantities.value(limit.asText()));
                }
            }
        }
        return OptionalLong.empty();
    }
}
