package io.plimsoll.kubernetes.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.ClusterOptimizationPolicy;
import io.plimsoll.kubernetes.resource.OptimizationPolicy;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import io.plimsoll.model.recommendation.ResizePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The policies of the cluster, listed anew each time that they are asked for. Any thread may use it.
///
/// A policy that makes no sense is refused, with a sentence, and keeps none of the others from being read.
/// [#listed] has all of them, as of the last time.
public final class ApiPolicies implements Supplier<List<ResizePolicy>> {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    /// How one of the two kinds is listed and read.
    private enum Source {
        OF_NAMESPACES("optimizationpolicies") {
            @Override
            PolicyReading read(PolicyReader reader, JsonNode policy) throws JsonProcessingException {
                return reader.read(JSON.treeToValue(policy, OptimizationPolicy.class));
            }
        },
        OF_THE_CLUSTER("clusteroptimizationpolicies") {
            @Override
            PolicyReading read(PolicyReader reader, JsonNode policy) throws JsonProcessingException {
                return reader.read(JSON.treeToValue(policy, ClusterOptimizationPolicy.class));
            }
        };

        private final String plural;

        Source(String plural) {
            this.plural = plural;
        }

        abstract PolicyReading read(PolicyReader reader, JsonNode policy) throws JsonProcessingException;
    }

    private final ApiServer server;
    private final PolicyReader reader;
    private volatile List<ListedPolicy> listed = List.of();

    /// @param server its owner closes it
    public ApiPolicies(ApiServer server, PolicyReader reader) {
        this.server = server;
        this.reader = reader;
    }

    /// Those that can be read.
    ///
    /// @throws PoliciesUnreadable when they cannot all be listed
    @Override
    public List<ResizePolicy> get() {
        var all = new ArrayList<ListedPolicy>();
        for (var source : Source.values()) {
            list(source, all);
        }
        listed = List.copyOf(all);
        return all.stream()
                .map(ListedPolicy::reading)
                .filter(PolicyReading.Read.class::isInstance)
                .map(reading -> ((PolicyReading.Read) reading).policy())
                .toList();
    }

    /// All of them as they were listed last, refused ones too; none before the first time.
    public List<ListedPolicy> listed() {
        return listed;
    }

    private void list(Source source, List<ListedPolicy> into) {
        var path = "/apis/" + PlimsollApi.API_VERSION + "/" + source.plural;
        try {
            ApiPages.read(server, path, PATIENCE, item -> into.add(policy(source, item)));
        } catch (ApiException e) {
            throw new PoliciesUnreadable(
                    "policies cannot be listed: " + e.getMessage() + remedy(source.plural, e.code()), e);
        } catch (IOException e) {
            throw new PoliciesUnreadable("policies cannot be listed: " + e.getMessage(), e);
        }
    }

    private static String remedy(String plural, int code) {
        var full = plural + "." + PlimsollApi.GROUP;
        return switch (code) {
            case 401, 403 -> "; grant the service account list on " + full;
            case 404 -> "; the API server does not know them: kubectl apply -f manifests/crds/" + full + ".yaml";
            default -> "";
        };
    }

    private ListedPolicy policy(Source source, JsonNode item) {
        var metadata = item.path("metadata");
        return new ListedPolicy(
                Optional.of(metadata.path("namespace").asText()).filter(namespace -> !namespace.isEmpty()),
                metadata.path("name").asText(),
                metadata.path("generation").asLong(),
                status(item.path("status")),
                reading(source, item));
    }

    /// What this version does not know in a spec refuses the policy, since it may be what forbids something; what it
    /// does not know in a status refuses nothing.
    private PolicyReading reading(Source source, JsonNode item) {
        if (!(item instanceof ObjectNode policy) || !policy.path("spec").isObject()) {
            return refused("write what the policy is to do, or delete it");
        }
        policy.remove("status");
        try {
            return source.read(reader, policy);
        } catch (JsonProcessingException e) {
            return refused("write only what its definition allows: " + e.getOriginalMessage());
        } catch (RuntimeException e) {
            return refused("cannot be read: " + e);
        }
    }

    private static PolicyReading refused(String sentence) {
        return new PolicyReading.Refused(List.of(new FieldError("spec", sentence)));
    }

    private static Optional<OptimizationPolicyStatus> status(JsonNode status) {
        try {
            return status.isObject()
                    ? Optional.of(JSON.treeToValue(status, OptimizationPolicyStatus.class))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
