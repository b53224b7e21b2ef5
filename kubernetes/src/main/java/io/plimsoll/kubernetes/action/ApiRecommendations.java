package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import io.plimsoll.kubernetes.resource.WorkloadRecommendation;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationSpec;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.OomRaise;
import io.plimsoll.kubernetes.resource.WorkloadReference;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// Writes and lists `WorkloadRecommendation` objects, one a workload, in its namespace. Any thread may use it.
public final class ApiRecommendations {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final String ALL = "/apis/" + PlimsollApi.API_VERSION + "/workloadrecommendations";
    private static final String OF_NAMESPACE =
            "/apis/" + PlimsollApi.API_VERSION + "/namespaces/%s/workloadrecommendations";
    /// The fields of a status that are nobody's without a policy.
    private static final List<String> SAID_OF_A_POLICY =
            List.of("policy", "containers", "template", "pod", "saving", "lastSkipped", "oomRaises", "conditions");
    private static final int NAME_CHARS_MAX = 253;
    private static final int HASH_CHARS = 9;

    private final ApiServer server;

    /// @param server its owner closes it
    public ApiRecommendations(ApiServer server) {
        this.server = server;
    }

    /// Puts a status in place of the former one, and makes the object where there is none. Status fields that are
    /// absent are left as they are, but for the template, which is taken away where containers are told of, and
    /// for what followed kills, which is taken away where it is known that there is nothing to tell.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void write(Owner workload, WorkloadRecommendationStatus status) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        ObjectNode written = Json.MAPPER.valueToTree(status);
        if (status.template().isEmpty() && !status.containers().isEmpty()) {
            written.putNull("template");
        }
        var oomRaises = status.oomRaises();
        if (oomRaises != null && oomRaises.isEmpty()) {
            written.putNull("oomRaises");
        }
        body.set("status", written);
        try {
            patch(workload, body.toString());
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
            create(workload);
            patch(workload, body.toString());
        }
    }

    /// What an object says that may not be so any more once no pass decides on its workload.
    ///
    /// @param isOfPolicy whether it names a policy
    /// @param hasOomRaises whether it tells of kills for memory
    public record Standing(Owner workload, boolean isOfPolicy, boolean hasOomRaises) {}

    /// Of each object of the cluster that names a workload.
    ///
    /// @throws IOException when they cannot all be listed
    public List<Standing> standing() throws IOException {
        var found = new ArrayList<Standing>();
        ApiPages.read(
                server,
                ALL,
                PATIENCE,
                object -> RecommendationReader.workload(object)
                        .map(workload -> new Standing(
                                workload,
                                object.at("/status/policy").isObject(),
                                !object.at("/status/oomRaises").isEmpty()))
                        .ifPresent(found::add));
        return found;
    }

    /// Takes away all that is only said while a policy selects the workload; what was applied last stays. One that
    /// is not there is not made.
    ///
    /// @param message what is said instead
    /// @throws IOException when the API server refuses or does not answer
    public void withoutPolicy(Owner workload, String message, Instant now) throws IOException {
        var status = Json.MAPPER.createObjectNode();
        SAID_OF_A_POLICY.forEach(status::putNull);
        status.put("message", message).put("time", now.toString());
        amend(workload, status);
    }

    /// Brings in line what is told of kills, and says something else, if there is something to say; of what no
    /// pods free nothing is told. One that is not there is not made.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void withoutPods(Owner workload, List<OomRaise> oomRaises, Optional<String> message) throws IOException {
        var status = Json.MAPPER.createObjectNode();
        if (oomRaises.isEmpty()) {
            status.putNull("oomRaises");
        } else {
            status.set("oomRaises", Json.MAPPER.valueToTree(oomRaises));
        }
        message.ifPresent(words -> status.put("message", words).putNull("saving"));
        amend(workload, status);
    }

    private void amend(Owner workload, ObjectNode status) throws IOException {
        try {
            patch(workload, Json.MAPPER.createObjectNode().set("status", status).toString());
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    /// All of the cluster; those that name no workload are left out.
    ///
    /// @throws IOException when they cannot all be listed
    public List<StoredRecommendation> listed() throws IOException {
        var found = new ArrayList<StoredRecommendation>();
        ApiPages.read(
                server,
                ALL,
                PATIENCE,
                object -> RecommendationReader.read(object).ifPresent(found::add));
        return found;
    }

    /// The labels of each object of the cluster that names a workload.
    ///
    /// @throws IOException when they cannot all be listed
    public Map<Owner, Map<String, String>> labels() throws IOException {
        var found = new HashMap<Owner, Map<String, String>>();
        ApiPages.read(
                server,
                ALL,
                PATIENCE,
                object -> RecommendationReader.workload(object)
                        .ifPresent(workload -> found.put(workload, labels(object.at("/metadata/labels")))));
        return found;
    }

    private static Map<String, String> labels(JsonNode object) {
        var labels = new HashMap<String, String>();
        object.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /// Puts labels on an object, beside those that it has. One that is not there is not made.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void label(Owner workload, Map<String, String> labels) throws IOException {
        patchLabels(workload, Json.MAPPER.valueToTree(labels));
    }

    /// Takes labels off an object; one that is not there has none.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void unlabel(Owner workload, List<String> keys) throws IOException {
        var labels = Json.MAPPER.createObjectNode();
        keys.forEach(labels::putNull);
        try {
            patchLabels(workload, labels);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    private void patchLabels(Owner workload, JsonNode labels) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("metadata").set("labels", labels);
        server.write("PATCH", path(workload), "application/merge-patch+json", body.toString(), PATIENCE);
    }

    /// Hands on the workload of each recommendation that names one.
    ///
    /// @throws IOException when the list did not end; some of it may have been handed on by then
    public void read(Consumer<Owner> each) throws IOException {
        ApiPages.read(
                server,
                ALL,
                PATIENCE,
                object -> RecommendationReader.workload(object).ifPresent(each));
    }

    /// Deletes what is recommended for a workload; what is not there is deleted already.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void delete(Owner workload) throws IOException {
        server.delete(path(workload), PATIENCE);
    }

    private void patch(Owner workload, String body) throws IOException {
        server.write("PATCH", path(workload) + "/status", "application/merge-patch+json", body, PATIENCE);
    }

    private void create(Owner workload) throws IOException {
        var recommendation = new WorkloadRecommendation();
        recommendation.setMetadata(new ObjectMetaBuilder()
                .withName(name(workload))
                .withNamespace(workload.namespace())
                .build());
        recommendation.setSpec(new WorkloadRecommendationSpec(new WorkloadReference(workload.kind(), workload.name())));
        server.write(
                "POST",
                ApiPath.of(OF_NAMESPACE, workload.namespace()),
                "application/json",
                Json.MAPPER.writeValueAsString(recommendation),
                PATIENCE);
    }

    /// The workload's kind and name; a name that gets too long ends in a checksum of itself.
    public static String name(Owner workload) {
        var name = workload.kind().toLowerCase(Locale.ROOT) + "-" + workload.name();
        if (name.length() <= NAME_CHARS_MAX) {
            return name;
        }
        var checksum = new CRC32C();
        checksum.update(name.getBytes(StandardCharsets.UTF_8));
        // A part of a name may not begin with a dash.
        return name.substring(0, NAME_CHARS_MAX - HASH_CHARS).replaceFirst("\\.$", "")
                + String.format(Locale.ROOT, "-%08x", checksum.getValue());
    }

    private static String path(Owner workload) {
        return ApiPath.of(OF_NAMESPACE + "/%s", workload.namespace(), name(workload));
    }
}
