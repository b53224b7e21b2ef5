package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.action.WorkloadMarks;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Annotations of Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs at the API server. Workloads of
/// other kinds get none: where their objects are served is not known here. Any thread may use it.
///
/// Each is put with the resourceVersion of the object that was looked at, and the object is looked at again when it
/// changed in between, so nothing that somebody else sets meanwhile is overwritten.
public final class ApiMarks implements WorkloadMarks {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    /// Controllers write the status of a workload that rolls out several times a second.
    private static final int TRIES_MAX = 8;

    private static final Map<String, String> PATHS = Map.of(
            "Deployment", "/apis/apps/v1/namespaces/%s/deployments/%s",
            "StatefulSet", "/apis/apps/v1/namespaces/%s/statefulsets/%s",
            "DaemonSet", "/apis/apps/v1/namespaces/%s/daemonsets/%s",
            "ReplicaSet", "/apis/apps/v1/namespaces/%s/replicasets/%s",
            "Job", "/apis/batch/v1/namespaces/%s/jobs/%s",
            "CronJob", "/apis/batch/v1/namespaces/%s/cronjobs/%s");

    private final ApiServer server;

    ApiMarks(ApiServer server) {
        this.server = server;
    }

    @Override
    public Pending pending(Owner workload, List<Mark> wanted) {
        var path = path(workload);
        if (wanted.isEmpty() || path.isEmpty()) {
            return new Pending.Known(List.of());
        }
        try {
            return new Pending.Known(due(read(path.get()), wanted));
        } catch (ApiException e) {
            return e.code() == 404 ? new Pending.Known(List.of()) : new Pending.Unknown(ApiActions.outcome(e));
        } catch (IOException e) {
            return new Pending.Unknown(new Outcome.Failed(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public Outcome put(Owner workload, List<Mark> marks) {
        return send(workload, marks, "");
    }

    @Override
    public Outcome dryRun(Owner workload, List<Mark> marks) {
        return send(workload, marks, "?dryRun=All");
    }

    private Outcome send(Owner workload, List<Mark> marks, String query) {
        var path = path(workload);
        if (marks.isEmpty() || path.isEmpty()) {
            return new Outcome.Done();
        }
        Outcome outcome = new Outcome.Done();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            outcome = tried(path.get(), marks, query);
            if (!(outcome instanceof Outcome.Refused refused && refused.reason() == Refusal.CONFLICT)) {
                return outcome;
            }
        }
        return outcome;
    }

    private Outcome tried(String path, List<Mark> marks, String query) {
        try {
            var object = read(path);
            var due = due(object, marks);
            if (!due.isEmpty()) {
                server.write("PATCH", path + query, "application/merge-patch+json", patch(object, due), PATIENCE);
            }
            return new Outcome.Done();
        } catch (ApiException e) {
            return e.code() == 404 ? new Outcome.Done() : ApiActions.outcome(e);
        } catch (IOException e) {
            return new Outcome.Failed(
                    "No answer from the API server, so it may or may not have taken effect: " + e.getMessage());
        }
    }

    private JsonNode read(String path) throws IOException {
        try (var answer = server.open(path, PATIENCE)) {
            return Json.MAPPER.readTree(answer);
        }
    }

    private static List<Mark> due(JsonNode object, List<Mark> marks) {
        var annotations = object.path("metadata").path("annotations");
        return marks.stream()
                .filter(mark -> value(annotations, mark.key()).equals(mark.before()))
                .toList();
    }

    private static Optional<String> value(JsonNode annotations, String key) {
        return Optional.of(annotations.path(key)).filter(JsonNode::isTextual).map(JsonNode::asText);
    }

    private static String patch(JsonNode object, List<Mark> due) {
        var body = Json.MAPPER.createObjectNode();
        var metadata = body.putObject("metadata");
        metadata.set("uid", object.path("metadata").path("uid"));
        metadata.set("resourceVersion", object.path("metadata").path("resourceVersion"));
        var annotations = metadata.putObject("annotations");
        due.forEach(mark -> annotations.put(mark.key(), mark.after().orElse(null)));
        return body.toString();
    }

    /// Where a workload's own object is served, for kinds that are known here.
    static Optional<String> path(Owner workload) {
        return Optional.ofNullable(PATHS.get(workload.kind()))
                .map(path -> ApiPath.of(path, workload.namespace(), workload.name()));
    }
}
