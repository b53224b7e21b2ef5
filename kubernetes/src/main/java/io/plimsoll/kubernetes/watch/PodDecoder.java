package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads pods.
///
/// Init containers that restart (sidecars) count as containers. An ordinary init container needs its own request beside
/// those of the sidecars that were started before it, and the largest of these sums is the pod's `initRequests`.
final class PodDecoder implements ObjectDecoder<PodKey> {

    private final Pool pool;

    PodDecoder(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Seen<PodKey> decode(JsonParser parser) throws IOException {
        var draft = new Draft();
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "metadata" -> draft.metadata.read(p, Pool::isOptOut);
                case "spec" -> Json.object(p, draft::readSpec);
                case "status" -> Json.object(p, draft::readStatus);
                default -> p.skipChildren();
            }
        });
        var pod = draft.build();
        return new Seen<>(
                pod.key(),
                draft.metadata.resourceVersion,
                new ClusterEvent.PodApplied(pod),
                new ClusterEvent.PodDeleted(pod.key()));
    }

    /// A pod while it is read.
    private final class Draft {

        final Metadata metadata = new Metadata();
        private String nodeName = "";
        private int priority;
        private PodPhase phase = PodPhase.UNKNOWN;
        private boolean ready;
        private long scheduledAtMillis;
        private long startedAtMillis;
        private final List<ContainerSpec> containers = new ArrayList<>();
        private final List<ContainerSpec> sidecars = new ArrayList<>();
        private Resources sidecarRequests = Resources.NONE;
        private Resources initRequests = Resources.NONE;
        private Resources podRequests = Resources.NONE;
        private Resources overhead = Resources.NONE;

        PodSpec build() {
            containers.addAll(sidecars);
            var namespace = pool.string(metadata.namespace);
            boolean bound = !nodeName.isEmpty();
            return new PodSpec(
                    new PodKey(namespace, metadata.name),
                    metadata.uid,
                    pool.owner(metadata.owner(namespace)),
                    pool.nodeName(nodeName),
                    phase,
                    ready,
                    priority,
                    bound ? (scheduledAtMillis > 0 ? scheduledAtMillis : startedAtMillis) : 0,
                    metadata.terminating,
                    pool.containers(containers),
                    initRequests,
                    pool.level(new PodLevel(podRequests, overhead)),
                    pool.optOuts(metadata.labels));
        }

        void readSpec(String field, JsonParser p) throws IOException {
            switch (field) {
                case "nodeName" -> nodeName = Json.text(p);
                case "priority" -> priority = (int) Math.clamp(orZero(Json.number(p)), -2e9, 2e9);
                case "containers" ->
                    Json.array(p, item -> containers.add(readContainer(item).spec()));
                case "initContainers" -> Json.array(p, this::readInitContainer);
                case "resources" -> podRequests = Requirements.read(p).requests();
                case "overhead" -> overhead = Amounts.read(p);
                default -> p.skipChildren();
            }
        }

        private void readInitContainer(JsonParser parser) throws IOException {
            var container = readContainer(parser);
            var requests = container.spec().requests();
            if (container.restarts()) {
                sidecars.add(container.spec().asSidecar());
                sidecarRequests = sidecarRequests.plus(requests);
            } else {
                initRequests = initRequests.max(sidecarRequests.plus(requests));
            }
        }

        void readStatus(String field, JsonParser p) throws IOException {
            switch (field) {
                case "phase" -> phase = phase(Json.text(p));
                case "startTime" -> startedAtMillis = Json.millis(p);
                case "conditions" -> Json.array(p, this::readCondition);
                default -> p.skipChildren();
            }
        }

        private void readCondition(JsonParser parser) throws IOException {
            var condition = Condition.read(parser);
            if (condition.isTrue("Ready")) {
                ready = true;
            } else if (condition.isTrue("PodScheduled")) {
                scheduledAtMillis = condition.changedAtMillis();
            }
        }
    }

    private record Container(ContainerSpec spec, boolean restarts) {}

    private Container readContainer(JsonParser parser) throws IOException {
        var name = new String[] {""};
        var resources = new Requirements[] {Requirements.NONE};
        var restarts = new boolean[1];
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "name" -> name[0] = pool.string(Json.text(p));
                case "restartPolicy" -> restarts[0] = Json.text(p).equals("Always");
                case "resources" -> resources[0] = Requirements.read(p);
                default -> p.skipChildren();
            }
        });
        return new Container(new ContainerSpec(name[0], resources[0].requests(), resources[0].limits()), restarts[0]);
    }

    /// The `resources` of a container or of a pod.
    private record Requirements(Resources requests, Resources limits) {

        static final Requirements NONE = new Requirements(Resources.NONE, Resources.NONE);

        static Requirements read(JsonParser parser) throws IOException {
            var amounts = new Resources[] {Resources.NONE, Resources.NONE};
            Json.object(parser, (field, p) -> {
                switch (field) {
                    case "requests" -> amounts[0] = Amounts.read(p);
                    case "limits" -> amounts[1] = Amounts.read(p);
                    default -> p.skipChildren();
                }
            });
            return new Requirements(amounts[0], amounts[1]);
        }
    }

    private static double orZero(double number) {
        return Double.isNaN(number) ? 0 : number;
    }

    private static PodPhase phase(String name) {
        return switch (name) {
            case "Pending" -> PodPhase.PENDING;
            case "Running" -> PodPhase.RUNNING;
            case "Succeeded" -> PodPhase.SUCCEEDED;
            case "Failed" -> PodPhase.FAILED;
            default -> PodPhase.UNKNOWN;
        };
    }
}
