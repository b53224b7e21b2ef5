package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import io.plimsoll.kubernetes.resource.UsageCheckpoint;
import io.plimsoll.kubernetes.resource.UsageCheckpointSpec;
import io.plimsoll.kubernetes.resource.UsageCheckpointSpec.ContainerCheckpoint;
import io.plimsoll.kubernetes.resource.WorkloadReference;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.usage.EncodedHistories;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The histories of usage in the cluster: one `UsageCheckpoint` a workload, in its namespace. Any thread may use it.
public final class ApiCheckpoints {

    private static final Logger LOG = LoggerFactory.getLogger(ApiCheckpoints.class);
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final String CHECKPOINTS = "usagecheckpoints";
    private static final String ALL = "/apis/" + PlimsollApi.API_VERSION + "/" + CHECKPOINTS;

    private final ApiServer server;

    /// @param server its owner closes it
    public ApiCheckpoints(ApiServer server) {
        this.server = server;
    }

    /// Puts histories in place of the former ones, in one request, whether there were any or not.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void write(Owner workload, EncodedHistories histories) throws IOException {
        server.write(
                "PATCH",
                path(workload) + "?fieldManager=plimsoll&force=true",
                "application/apply-patch+yaml",
                Json.MAPPER.writeValueAsString(checkpoint(workload, histories)),
                PATIENCE);
    }

    /// Deletes what is kept of a workload; one that is not there is deleted already.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void delete(Owner workload) throws IOException {
        server.delete(path(workload), PATIENCE);
    }

    /// Hands on all that is kept, workload by workload. One that makes no sense is left out, and said in the log.
    ///
    /// @throws IOException when the list did not end; some of it may have been handed on by then
    public void read(BiConsumer<Owner, EncodedHistories> each) throws IOException {
        ApiPages.read(
                server, ALL, PATIENCE, item -> read(item).ifPresent(one -> each.accept(one.workload, one.histories)));
    }

    private record Kept(Owner workload, EncodedHistories histories) {}

    private static Optional<Kept> read(JsonNode item) {
        var namespace = item.path("metadata").path("namespace").asText();
        try {
            var spec = Json.MAPPER.treeToValue(item.path("spec"), UsageCheckpointSpec.class);
            var containers = new HashMap<String, byte[]>();
            for (var container : spec.containers()) {
                containers.put(container.container(), Base64.getDecoder().decode(container.history()));
            }
            var workload = Owner.referred(
                            namespace, spec.workload().kind(), spec.workload().name())
                    .orElseThrow(() -> new IllegalArgumentException("there can be no " + spec.workload()));
            return Optional.of(new Kept(
                    workload, new EncodedHistories(spec.lastSampleTime().toEpochMilli(), containers)));
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.warn(
                    "What is kept of a workload's usage makes no sense, and is learnt anew: {}/{}: {}",
                    namespace,
                    item.path("metadata").path("name").asText(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static UsageCheckpoint checkpoint(Owner workload, EncodedHistories histories) {
        var checkpoint = new UsageCheckpoint();
        checkpoint.setMetadata(new ObjectMetaBuilder()
                .withName(ApiRecommendations.name(workload))
                .withNamespace(workload.namespace())
                .build());
        checkpoint.setSpec(new UsageCheckpointSpec(
                new WorkloadReference(workload.kind(), workload.name()),
                Instant.ofEpochMilli(histories.lastMillis()),
                histories.containers().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(container -> new ContainerCheckpoint(
                                container.getKey(), Base64.getEncoder().encodeToString(container.getValue())))
                        .toList()));
        return checkpoint;
    }

    private static String path(Owner workload) {
        return ApiPath.of(
                "/apis/" + PlimsollApi.API_VERSION + "/namespaces/%s/" + CHECKPOINTS + "/%s",
                workload.namespace(),
                ApiRecommendations.name(workload));
    }
}
