package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import io.plimsoll.kubernetes.resource.RebalanceRequest;
import io.plimsoll.kubernetes.resource.RebalanceRequestSpec;
import io.plimsoll.kubernetes.resource.RebalanceRequestStatus;
import io.plimsoll.kubernetes.resource.RebalanceRequestStatus.Phase;
import io.plimsoll.kubernetes.resource.Sentences;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanRequests;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The `RebalanceRequest` objects of the cluster: of those who ask, and of the one who answers. Any thread may use it.
public final class ApiPlanRequests implements PlanRequests {

    private static final Logger LOG = LoggerFactory.getLogger(ApiPlanRequests.class);
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final String ALL = "/apis/" + PlimsollApi.API_VERSION + "/rebalancerequests";

    private final ApiServer server;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param server its owner closes it
    public ApiPlanRequests(ApiServer server, InstantSource clock, RandomGenerator random) {
        this.server = server;
        this.clock = clock;
        this.random = random;
    }

    /// Where the kind is not installed nobody asks. What makes no sense is left out.
    @Override
    public List<Request> all() {
        var requests = new ArrayList<Request>();
        try {
            ApiPages.read(server, ALL, PATIENCE, object -> understood(object).ifPresent(requests::add));
        } catch (IOException e) {
            if (e instanceof ApiException unknown && unknown.code() == 404) {
                return List.of();
            }
            throw new JournalUnavailable("requests for plans cannot be read: " + e.getMessage(), e);
        }
        return requests;
    }

    @Override
    public void answer(Request request, Answer answer) {
        var body = Json.MAPPER.createObjectNode();
        body.set("status", Json.MAPPER.valueToTree(status(answer)));
        try {
            server.write(
                    "PATCH",
                    path(request.name()) + "/status",
                    "application/merge-patch+json",
                    body.toString(),
                    PATIENCE);
        } catch (IOException e) {
            throw new JournalUnavailable(
                    "the answer to " + request.name() + " could not be written: " + e.getMessage(), e);
        }
    }

    private static RebalanceRequestStatus status(Answer answer) {
        return switch (answer) {
            case Answer.Planned(var plan) -> status(Phase.PLANNED, plan, null);
            case Answer.NothingToDo(var words) -> status(Phase.NOTHING_TO_DO, null, words);
            case Answer.NotNow(var words) -> status(Phase.NOT_NOW, null, words);
        };
    }

    private static RebalanceRequestStatus status(Phase phase, @Nullable String plan, @Nullable String words) {
        long generation = 1; // a request's spec never changes
        return new RebalanceRequestStatus(generation, phase, plan, words == null ? null : Sentences.clipped(words));
    }

    @Override
    public void forget(Request request) {
        try {
            server.delete(path(request.name()), PATIENCE);
        } catch (IOException e) {
            throw new JournalUnavailable(request.name() + " could not be deleted: " + e.getMessage(), e);
        }
    }

    /// Asks for a plan.
    ///
    /// @param reason who asks and why, for people
    /// @return the request's name
    /// @throws IOException when the API server refuses or does not answer
    public String ask(String reason) throws IOException {
        var request = new RebalanceRequest();
        var name = ObjectNames.timed("rebalance", clock, random);
        request.setMetadata(new ObjectMetaBuilder().withName(name).build());
        request.setSpec(new RebalanceRequestSpec(Sentences.clipped(reason)));
        server.write("POST", ALL, "application/json", Json.MAPPER.writeValueAsString(request), PATIENCE);
        return name;
    }

    /// What is said to a request so far.
    ///
    /// @throws IOException when it cannot be read, as when it is gone
    public Optional<Answer> answer(String name) throws IOException {
        try (var answer = server.open(path(name), PATIENCE)) {
            return read(Json.MAPPER.readTree(answer)).answer();
        }
    }

    private static String path(String request) {
        return ApiPath.of(ALL + "/%s", request);
    }

    private static Optional<Request> understood(JsonNode object) {
        try {
            return Optional.of(read(object));
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "The request {} makes no sense, and is left out: {}",
                    object.at("/metadata/name").asText(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static Request read(JsonNode object) throws IOException {
        var request = Json.MAPPER.treeToValue(object, RebalanceRequest.class);
        var metadata = request.getMetadata();
        return new Request(
                metadata.getName(),
                Instant.parse(metadata.getCreationTimestamp()).toEpochMilli(),
                Optional.ofNullable(request.getStatus()).flatMap(ApiPlanRequests::answer));
    }

    private static Optional<Answer> answer(RebalanceRequestStatus status) {
        return Optional.ofNullable(status.phase()).map(phase -> switch (phase) {
            case PLANNED -> new Answer.Planned(said(status.plan()));
            case NOTHING_TO_DO -> new Answer.NothingToDo(said(status.message()));
            case NOT_NOW -> new Answer.NotNow(said(status.message()));
        });
    }

    private static String said(@Nullable String words) {
        return words == null ? "" : words;
    }
}
