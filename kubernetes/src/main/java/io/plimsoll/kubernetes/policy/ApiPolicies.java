package io.plimsoll.kubernetes.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import io.plimsoll.model.move.MovePolicy;
import io.plimsoll.model.move.MoveRules;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.HighWaterRecommender;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.SourceChoices;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The policies of the cluster, listed anew each time that they are asked for. Any thread may use it.
///
/// A policy that makes no sense is refused, with a sentence, and keeps none of the others from being read.
/// [#listed] has all of them, as of the last time.
public final class ApiPolicies implements Supplier<List<ResizePolicy>> {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    /// Which of the two kinds.
    private enum Source {
        OF_NAMESPACES("OptimizationPolicy", "optimizationpolicies"),
        OF_THE_CLUSTER("ClusterOptimizationPolicy", "clusteroptimizationpolicies");

        private final String kind;
        private final String plural;

        Source(String kind, String plural) {
            this.kind = kind;
            this.plural = plural;
        }
    }

    private final ApiServer server;
    private final PolicyReader reader;
    private volatile List<ListedPolicy> listed = List.of();
    private volatile Map<String, Optional<String>> formerSources = Map.of();

    /// @param server its owner closes it
    /// @param labels that selectors look at
    public ApiPolicies(ApiServer server, ObjectLabels labels) {
        this(server, new PolicyReader(labels));
    }

    /// @param server its owner closes it
    public ApiPolicies(ApiServer server, PolicyReader reader) {
        this.server = server;
        this.reader = reader;
    }

    /// All of them. One that cannot be read holds for whatever it might speak of, and does nothing.
    ///
    /// @throws PoliciesUnreadable when they cannot all be listed
    @Override
    public List<ResizePolicy> get() {
        read();
        return listed.stream().map(ApiPolicies::decided).toList();
    }

    /// What all of them say of moves, those apart that are disabled.
    ///
    /// @throws PoliciesUnreadable when they cannot all be listed
    public MoveRules moves() {
        read();
        return MoveRules.of(
                listed.stream().flatMap(policy -> ofMoves(policy).stream()).toList());
    }

    /// Which usage source each of them chooses, those apart that are disabled. One that cannot be read chooses what it
    /// did when it could be read last.
    ///
    /// @throws PoliciesUnreadable when they cannot all be listed
    public SourceChoices sources() {
        read();
        var chosen = new LinkedHashMap<PolicyCandidate, Optional<String>>();
        var sources = new HashMap<String, Optional<String>>();
        for (var policy : listed) {
            switch (policy.reading()) {
                case PolicyReading.Read(var read, var _, var source) -> {
                    sources.put(policy.label(), source);
                    if (read.mode() != ResizePolicy.Mode.DISABLED) {
                        chosen.put(read.candidate(), source);
                    }
                }
                case PolicyReading.Refused _ -> {
                    var former = formerSources.getOrDefault(policy.label(), Optional.empty());
                    sources.put(policy.label(), former);
                    chosen.put(standstill(policy).candidate(), former);
                }
            }
        }
        formerSources = sources;
        return SourceChoices.of(chosen);
    }

    private static Optional<MovePolicy> ofMoves(ListedPolicy policy) {
        return switch (policy.reading()) {
            case PolicyReading.Read(var read, var moves, var _) ->
                read.mode() == ResizePolicy.Mode.DISABLED
                        ? Optional.empty()
                        : Optional.of(new MovePolicy(read.candidate(), moves, read.isResizing(), Optional.empty()));
            case PolicyReading.Refused refused ->
                Optional.of(new MovePolicy(
                        standstill(policy).candidate(), Optional.empty(), Optional.of(refused.sentence())));
        };
    }

    private void read() {
        var objects = new ArrayList<ObjectNode>();
        for (var source : Source.values()) {
            list(source, objects);
        }
        listed = objects.stream().map(this::policy).toList();
    }

    /// All of them as they were listed last, refused ones too; none before the first time.
    public List<ListedPolicy> listed() {
        return listed;
    }

    private static ResizePolicy decided(ListedPolicy policy) {
        return switch (policy.reading()) {
            case PolicyReading.Read(var read, var _, var _) -> read;
            case PolicyReading.Refused refused -> standstill(policy);
        };
    }

    /// Were it left out, a policy of lesser rank might do what it forbids.
    private static ResizePolicy standstill(ListedPolicy policy) {
        return new ResizePolicy(
                new PolicyCandidate(policy.namespace(), policy.name(), Integer.MAX_VALUE, 0, true, workload -> true),
                ResizePolicy.Mode.RECOMMEND,
                HighWaterRecommender.NAME,
                container -> Optional.of(ContainerSizing.DEFAULT),
                time -> false,
                0,
                0);
    }

    private void list(Source source, List<ObjectNode> into) {
        var path = "/apis/" + PlimsollApi.API_VERSION + "/" + source.plural;
        try {
            ApiPages.read(server, path, PATIENCE, item -> into.add(typed(item, source)));
        } catch (ApiException e) {
            throw new PoliciesUnreadable(
                    "policies cannot be listed: " + e.getMessage() + remedy(source.plural, e.code()), e);
        } catch (IOException e) {
            throw new PoliciesUnreadable("policies cannot be listed: " + e.getMessage(), e);
        }
    }

    /// Items of a list do not name their kind.
    private static ObjectNode typed(JsonNode item, Source source) {
        var object = item instanceof ObjectNode found ? found : Json.MAPPER.createObjectNode();
        return object.put("kind", source.kind);
    }

    private static String remedy(String plural, int code) {
        var full = plural + "." + PlimsollApi.GROUP;
        return switch (code) {
            case 401, 403 -> "; grant the service account list on " + full;
            case 404 -> "; the API server does not know them: kubectl apply -f manifests/crds/" + full + ".yaml";
            default -> "";
        };
    }

    private ListedPolicy policy(ObjectNode object) {
        var metadata = object.path("metadata");
        return new ListedPolicy(
                Optional.of(metadata.path("namespace").asText()).filter(namespace -> !namespace.isEmpty()),
                metadata.path("name").asText(),
                metadata.path("generation").asLong(),
                status(object.path("status")),
                reading(object));
    }

    /// What this version does not know in a spec refuses the policy, since it may be what forbids something; what it
    /// does not know in a status refuses nothing.
    private PolicyReading reading(ObjectNode object) {
        if (!object.path("spec").isObject()) {
            return refused("write what the policy is to do, or delete it");
        }
        try {
            return reader.read(object);
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
                    ? Optional.of(Json.MAPPER.treeToValue(status, OptimizationPolicyStatus.class))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
