package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodePlatform.CpuManager;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Taint;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;

/// Reads nodes.
final class NodeDecoder implements ObjectDecoder<String> {

    private static final String OPERATING_SYSTEM = "kubernetes.io/os";

    private final InstantSource clock;
    private final Pool pool;

    NodeDecoder(InstantSource clock, Pool pool) {
        this.clock = clock;
        this.pool = pool;
    }

    @Override
    public Seen<String> decode(JsonParser parser) throws IOException {
        var draft = new Draft(pool);
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "metadata" -> draft.metadata.readWithLabels(p, NodeDecoder::tells);
                case "spec" -> Json.object(p, draft::readSpec);
                case "status" -> Json.object(p, draft::readStatus);
                default -> p.skipChildren();
            }
        });
        var node = draft.build();
        return new Seen<>(
                node.name(),
                draft.metadata.resourceVersion,
                new ClusterEvent.NodeApplied(node, clock.millis()),
                new ClusterEvent.NodeDeleted(node.name()));
    }

    private static boolean tells(String name) {
        return name.equals(OPERATING_SYSTEM) || name.equals(CpuManager.LABEL) || VirtualNodes.tells(name);
    }

    /// A node while it is read.
    private static final class Draft {

        private final Pool pool;
        final Metadata metadata = new Metadata();
        private String providerId = "";
        private boolean unschedulable;
        private final List<String> allTaints = new ArrayList<>();
        private final TreeSet<Taint> hardTaints = new TreeSet<>();
        private Resources allocatable = Resources.NONE;
        private Resources capacity = Resources.NONE;
        private int pods;
        private Readiness readiness = Readiness.UNKNOWN;
        private String bootId = "";
        private String kubeletVersion = "";
        private String operatingSystem = "";

        Draft(Pool pool) {
            this.pool = pool;
        }

        NodeSpec build() {
            boolean virtual = VirtualNodes.isVirtual(
                    metadata.labels, metadata.annotations, allTaints, providerId, !kubeletVersion.isEmpty());
            return new NodeSpec(
                    metadata.name,
                    metadata.uid,
                    bootId,
                    allocatable,
                    capacity,
                    pods,
                    readiness,
                    unschedulable,
                    virtual,
                    metadata.terminating || LeavingNodes.isLeaving(allTaints),
                    List.copyOf(hardTaints),
                    platform(),
                    pool.labels(metadata.labels));
        }

        /// The label goes before what the kubelet says: it is what pods are placed by.
        private NodePlatform platform() {
            var system = metadata.labels.getOrDefault(OPERATING_SYSTEM, operatingSystem);
            var cpuManager = CpuManager.of(metadata.labels.getOrDefault(CpuManager.LABEL, ""));
            return new NodePlatform(system, kubeletVersion, cpuManager);
        }

        void readSpec(String field, JsonParser p) throws IOException {
            switch (field) {
                case "providerID" -> providerId = Json.text(p);
                case "unschedulable" -> unschedulable = Json.flag(p);
                case "taints" -> Json.array(p, this::readTaint);
                default -> p.skipChildren();
            }
        }

        private void readTaint(JsonParser parser) throws IOException {
            var texts = new HashMap<String, String>();
            SelectorReader.texts(parser, texts);
            var key = texts.getOrDefault("key", "");
            allTaints.add(key);
            Arrays.stream(Taint.Effect.values())
                    .filter(effect -> effect.label().equals(texts.get("effect")))
                    .forEach(effect -> hardTaints.add(new Taint(key, texts.getOrDefault("value", ""), effect)));
        }

        void readStatus(String field, JsonParser p) throws IOException {
            switch (field) {
                case "allocatable" -> allocatable = readAllocatable(p);
                case "capacity" -> capacity = Amounts.read(p);
                case "conditions" -> Json.array(p, this::readCondition);
                case "nodeInfo" -> Json.object(p, this::readNodeInfo);
                default -> p.skipChildren();
            }
        }

        private Resources readAllocatable(JsonParser parser) throws IOException {
            var amounts = new long[2];
            Json.object(parser, (field, p) -> {
                switch (field) {
                    case "cpu" -> amounts[0] = Quantities.milli(Json.text(p));
                    case "memory" -> amounts[1] = Quantities.value(Json.text(p));
                    case "pods" -> pods = (int) Math.min(Integer.MAX_VALUE, Quantities.value(Json.text(p)));
                    default -> p.skipChildren();
                }
            });
            return new Resources(amounts[0], amounts[1]);
        }

        private void readCondition(JsonParser parser) throws IOException {
            var condition = Condition.read(parser);
            if (condition.type().equals("Ready")) {
                readiness = switch (condition.status()) {
                    case "True" -> Readiness.READY;
                    case "False" -> Readiness.NOT_READY;
                    default -> Readiness.UNKNOWN;
                };
            }
        }

        private void readNodeInfo(String field, JsonParser p) throws IOException {
            switch (field) {
                case "bootID" -> bootId = Json.text(p);
                case "kubeletVersion" -> kubeletVersion = Json.text(p);
                case "operatingSystem" -> operatingSystem = Json.text(p);
                default -> p.skipChildren();
            }
        }
    }
}
