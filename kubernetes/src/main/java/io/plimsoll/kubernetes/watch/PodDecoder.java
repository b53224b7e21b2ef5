package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.HeapSetting;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// Reads pods.
///
/// Init containers that restart (sidecars) count as containers, and stand among the init containers too.
///
/// What containers are being lowered from counts on as long as the kubelet has it in their statuses.
public final class PodDecoder implements ObjectDecoder<PodKey> {

    /// What took longer is no start, but a probe that failed later on or a kubelet that was started
    /// anew.
    private static final long START_SECONDS_MAX = 3_600;

    private final Pool pool;

    PodDecoder(Pool pool) {
        this.pool = pool;
    }

    /// One that was asked for by itself.
    ///
    /// @throws IOException where it is no pod
    public static PodSpec read(JsonNode pod) throws IOException {
        try (var parser = pod.traverse()) {
            parser.nextToken();
            return new PodDecoder(new Pool()).read(parser).pod();
        }
    }

    @Override
    public Seen<PodKey> decode(JsonParser parser) throws IOException {
        var read = read(parser);
        return new Seen<>(
                read.pod().key(),
                read.resourceVersion(),
                new ClusterEvent.PodApplied(read.pod()),
                new ClusterEvent.PodDeleted(read.pod().key()));
    }

    record Read(PodSpec pod, String resourceVersion) {}

    Read read(JsonParser parser) throws IOException {
        var draft = new Draft();
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "metadata" -> draft.metadata.readWithLabels(p, TraitsDraft::tells);
                case "spec" -> Json.object(p, draft::readSpec);
                case "status" -> Json.object(p, draft::readStatus);
                default -> p.skipChildren();
            }
        });
        return new Read(draft.build(), draft.metadata.resourceVersion);
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
        private long readyAtMillis;
        private long deferredAtMillis;
        private final List<ContainerSpec> containers = new ArrayList<>();
        private Resources podRequests = Resources.NONE;
        private Resources overhead = Resources.NONE;
        private final List<ContainerSpec> initContainers = new ArrayList<>(0);
        private final List<HeapSetting> heaps = new ArrayList<>(0);
        private final ContainerStatuses statuses = new ContainerStatuses(pool);
        private final TraitsDraft traits = new TraitsDraft();
        private boolean isEvicted;

        PodSpec build() {
            initContainers.stream().filter(ContainerSpec::isSidecar).forEach(containers::add);
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
                    pool.init(initContainers),
                    pool.level(new PodLevel(podRequests, overhead, statuses.held(containers), deferredAtMillis)),
                    pool.optOuts(metadata.labels),
                    memory(),
                    pool.traits(traits.build(metadata, statuses.restarts())),
                    startSeconds());
        }

        /// From when its kubelet took it over, whose clock says as well when it was ready, or from
        /// when it was bound. Nothing of one whose containers were restarted, as it was not ready
        /// then.
        private int startSeconds() {
            long fromMillis = startedAtMillis > 0 ? startedAtMillis : scheduledAtMillis;
            if (fromMillis <= 0 || readyAtMillis < fromMillis || statuses.restarts() > 0) {
                return 0;
            }
            long seconds = Math.ceilDiv(readyAtMillis - fromMillis, 1_000);
            return seconds > START_SECONDS_MAX ? 0 : (int) Math.max(1, seconds);
        }

        private MemoryFacts memory() {
            if (statuses.isEmpty()) {
                return heaps.isEmpty() ? MemoryFacts.NONE : pool.memory(new MemoryFacts(heaps, List.of()));
            }
            var specs = new HashMap<String, ContainerSpec>();
            containers.forEach(container -> specs.put(container.name(), container));
            initContainers.forEach(container -> specs.put(container.name(), container));
            return new MemoryFacts(heaps, statuses.kills(specs, isEvicted));
        }

        void readSpec(String field, JsonParser p) throws IOException {
            switch (field) {
                case "nodeName" -> nodeName = Json.text(p);
                case "priority" -> priority = (int) Math.clamp(orZero(Json.number(p)), -2e9, 2e9);
                case "containers" -> Json.array(p, this::readMainContainer);
                case "initContainers" -> Json.array(p, this::readInitContainer);
                case "resources" ->
                    podRequests = Requirements.read(p, traits::readRequest).requests();
                case "overhead" -> overhead = Amounts.read(p, traits::readRequest);
                case "nodeSelector" -> traits.readNodeSelector(p);
                case "volumes" -> Json.array(p, traits::readVolume);
                case "resourceClaims" -> Json.array(p, traits::readResourceClaim);
                case "affinity" -> traits.readAffinity(p);
                case "topologySpreadConstraints" -> Json.array(p, traits::readSpread);
                case "tolerations" -> Json.array(p, traits::readToleration);
                default -> p.skipChildren();
            }
        }

        private void readMainContainer(JsonParser parser) throws IOException {
            var container = readContainer(parser, traits);
            containers.add(container.spec());
            container.heap().ifPresent(heaps::add);
        }

        private void readInitContainer(JsonParser parser) throws IOException {
            var container = readContainer(parser, traits);
            initContainers.add(
                    container.restarts()
                            ? container.spec().asSidecar()
                            : container.spec().asInit());
            container.heap().ifPresent(heaps::add);
        }

        void readStatus(String field, JsonParser p) throws IOException {
            switch (field) {
                case "phase" -> phase = phase(Json.text(p));
                case "startTime" -> startedAtMillis = Json.millis(p);
                case "conditions" -> Json.array(p, this::readCondition);
                case "reason" -> isEvicted = Json.text(p).equals("Evicted");
                case "containerStatuses", "initContainerStatuses" -> Json.array(p, statuses::read);
                default -> p.skipChildren();
            }
        }

        private void readCondition(JsonParser parser) throws IOException {
            var condition = Condition.read(parser);
            if (condition.isTrue("Ready")) {
                ready = true;
                readyAtMillis = condition.changedAtMillis();
            } else if (condition.isTrue("PodScheduled")) {
                scheduledAtMillis = condition.changedAtMillis();
            } else if (condition.isTrue("PodResizePending")
                    && condition.reason().equals("Deferred")) {
                deferredAtMillis = condition.changedAtMillis();
            }
        }
    }

    private record Container(ContainerSpec spec, boolean restarts, Optional<HeapSetting> heap) {}

    private Container readContainer(JsonParser parser, TraitsDraft traits) throws IOException {
        var draft = new ContainerDraft(traits);
        Json.object(parser, draft::read);
        return draft.build();
    }

    /// A container while it is read.
    private final class ContainerDraft {

        private String name = "";
        private Requirements resources = Requirements.NONE;
        private boolean restarts;
        private final JvmFlags flags = new JvmFlags();
        private final TraitsDraft traits;

        ContainerDraft(TraitsDraft traits) {
            this.traits = traits;
        }

        void read(String field, JsonParser p) throws IOException {
            switch (field) {
                case "name" -> name = pool.string(Json.text(p));
                case "restartPolicy" -> restarts = Json.text(p).equals("Always");
                case "resources" -> resources = Requirements.read(p, traits::readRequest);
                case "command", "args" -> Json.array(p, flags::readArgument);
                case "ports" -> Json.array(p, traits::readPort);
                case "env" -> Json.array(p, flags::readVariable);
                default -> p.skipChildren();
            }
        }

        Container build() {
            return new Container(
                    new ContainerSpec(name, resources.requests(), resources.limits()),
                    restarts,
                    flags.heap(name, resources.limits().memoryBytes()));
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
