package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import java.io.IOException;
import java.util.Map;

/// Reads owners of pods: ReplicaSets, Deployments, StatefulSets, DaemonSets, Jobs, CronJobs.
///
/// The number of pods wanted stands in `spec.replicas`, for a DaemonSet in `status.desiredNumberScheduled`,
/// for a Job in `spec.parallelism`; a CronJob wants none itself. A Deployment bears a revision too, the
/// newest of its ReplicaSets'. Labels are kept of owners that nobody owns: they are the workloads that
/// policies select.
final class OwnerDecoder implements ObjectDecoder<Owner> {

    /// Of a ReplicaSet that a Deployment owns: which of the Deployment's templates it has.
    private static final String REVISION = "deployment.kubernetes.io/revision";

    private final String kind;
    private final Pool pool;

    OwnerDecoder(String kind, Pool pool) {
        this.kind = kind;
        this.pool = pool;
    }

    @Override
    public Seen<Owner> decode(JsonParser parser) throws IOException {
        var metadata = new Metadata();
        var replicas = new int[1];
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "metadata" -> metadata.readWithLabels(p, REVISION::equals);
                case "spec", "status" ->
                    Json.object(p, (part, q) -> {
                        switch (part) {
                            case "replicas" ->
                                replicas[0] = field.equals("spec") ? Json.count(q) : skipped(q, replicas[0]);
                            case "parallelism", "desiredNumberScheduled" -> replicas[0] = Json.count(q);
                            default -> q.skipChildren();
                        }
                    });
                default -> p.skipChildren();
            }
        });
        var namespace = pool.string(metadata.namespace);
        var owner = new Owner(namespace, kind, metadata.name);
        var parent = pool.owner(metadata.owner(namespace));
        var labels = parent.isEmpty() ? pool.labels(metadata.labels) : Map.<String, String>of();
        var spec = new OwnerSpec(owner, parent, replicas[0], revision(metadata), pool.optOuts(metadata.labels), labels);
        return new Seen<>(
                owner,
                metadata.resourceVersion,
                new ClusterEvent.OwnerApplied(spec),
                new ClusterEvent.OwnerDeleted(owner));
    }

    private static long revision(Metadata metadata) {
        var text = metadata.annotations.getOrDefault(REVISION, "");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private static int skipped(JsonParser parser, int before) throws IOException {
        parser.skipChildren();
        return before;
    }
}
