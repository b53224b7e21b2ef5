package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import io.plimsoll.kubernetes.resource.RebalancePlan;
import io.plimsoll.kubernetes.resource.Sentences;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.RecordedPlan;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The plans in the cluster: one `RebalancePlan` each, named after the time when it was made. Any thread may use it.
///
/// Whoever writes how far a plan is names the version that was read: of two writers one is refused. A write that was
/// not answered is looked for; what is not found there counts as not written, and cannot come to be written later
/// over what is.
public final class ApiPlanJournal implements PlanJournal {

    private static final Logger LOG = LoggerFactory.getLogger(ApiPlanJournal.class);
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    /// What later versions have added is passed over, so that one can go back from them. Without a type, whose
    /// deserializer would be made at once, before the service listens.
    private static final ObjectReader READER =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final String ALL = "/apis/" + PlimsollApi.API_VERSION + "/rebalanceplans";

    private final ApiServer server;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param server its owner closes it
    public ApiPlanJournal(ApiServer server, InstantSource clock, RandomGenerator random) {
        this.server = server;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public List<RecordedPlan> plans() {
        var senseless = new ArrayList<Senseless>();
        var plans = plans(ALL, senseless::add);
        if (!senseless.isEmpty()) {
            // No cause of input and output: reading them again does not help.
            var why = senseless.getFirst().why();
            throw new JournalUnavailable(words(senseless), new IllegalStateException(why.getMessage(), why));
        }
        return plans;
    }

    private static String words(List<Senseless> plans) {
        var names = plans.stream().map(Senseless::name).collect(Collectors.joining(" "));
        return (plans.size() == 1 ? "the plan " + names + " makes" : plans.size() + " plans make")
                + " no sense, so that nobody knows how much was moved of late: 'kubectl delete rebalanceplan "
                + Sentences.clipped(names) + "' has it forgotten ("
                + plans.getFirst().why().getMessage() + ")";
    }

    /// The same without those that make no sense: for those who only look.
    ///
    /// @throws JournalUnavailable when they cannot all be read
    public List<RecordedPlan> readable() {
        return plans(ALL, ApiPlanJournal::leftOut);
    }

    private static void leftOut(Senseless plan) {
        LOG.warn(
                "The plan {} makes no sense, and is left out: {}",
                plan.name(),
                plan.why().getMessage());
    }

    /// One plan; nothing where there is none of that name.
    ///
    /// @throws JournalUnavailable when it cannot be read
    public Optional<RecordedPlan> plan(String name) {
        try {
            return Optional.of(read(name));
        } catch (IOException e) {
            if (e instanceof ApiException refused && refused.code() == 404) {
                return Optional.empty();
            }
            throw new JournalUnavailable("the plan " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// Those that are being carried out, which are mostly none: cheap to ask for, however many are remembered.
    ///
    /// @throws JournalUnavailable when they cannot be read; by 400 before Kubernetes 1.31
    public List<RecordedPlan> running() {
        return plans(ALL + "?fieldSelector=status.phase%3DRunning", ApiPlanJournal::leftOut);
    }

    private List<RecordedPlan> plans(String path, Consumer<Senseless> otherwise) {
        var plans = new ArrayList<RecordedPlan>();
        try {
            ApiPages.read(server, path, PATIENCE, object -> {
                try {
                    plans.add(read(object));
                } catch (IOException e) {
                    otherwise.accept(new Senseless(object.at("/metadata/name").asText(), e));
                }
            });
        } catch (IOException e) {
            throw new JournalUnavailable("plans cannot be read: " + e.getMessage(), e);
        }
        plans.sort(
                Comparator.comparingLong(RecordedPlan::madeAtMillis).reversed().thenComparing(RecordedPlan::name));
        return plans;
    }

    @Override
    public RecordedPlan propose(MovePlan plan, long expiresAtMillis) {
        var name = ObjectNames.timed("moves", clock, random);
        try {
            var written = RebalancePlans.plan(name, plan, expiresAtMillis);
            server.write("POST", ALL, "application/json", Json.MAPPER.writeValueAsString(written), PATIENCE);
        } catch (IOException e) {
            throw new JournalUnavailable("the plan could not be written: " + e.getMessage(), e);
        }
        return write(found(name));
    }

    private RecordedPlan found(String name) {
        try {
            return read(name);
        } catch (IOException e) {
            throw new JournalUnavailable("the plan " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public RecordedPlan write(RecordedPlan plan) {
        try {
            return sent(plan);
        } catch (IOException e) {
            throw new JournalUnavailable("how far " + plan.name() + " is could not be written: " + e.getMessage(), e);
        }
    }

    private RecordedPlan sent(RecordedPlan plan) throws IOException {
        try {
            send(plan);
        } catch (IOException e) {
            if (ApiException.isUnclear(e)) {
                return found(plan, e);
            }
            throw e;
        }
        return read(plan.name());
    }

    private void send(RecordedPlan plan) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("metadata").put("resourceVersion", plan.version());
        body.set("status", Json.MAPPER.valueToTree(RebalancePlans.status(plan)));
        server.write("PATCH", path(plan.name()) + "/status", "application/merge-patch+json", body.toString(), PATIENCE);
    }

    /// As it is there, if that is what was to be written.
    private RecordedPlan found(RecordedPlan wanted, IOException failure) throws IOException {
        var there = read(wanted.name());
        if (there.phase() == wanted.phase() && there.steps().equals(wanted.steps())) {
            return there;
        }
        throw failure;
    }

    @Override
    public void forget(RecordedPlan plan) {
        try {
            server.delete(path(plan.name()), PATIENCE);
        } catch (IOException e) {
            throw new JournalUnavailable(plan.name() + " could not be deleted: " + e.getMessage(), e);
        }
    }

    /// Says yes or no to a plan, as people do.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public void approve(String name, boolean isApproved) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("metadata").putObject("annotations").put(RebalancePlan.APPROVED, String.valueOf(isApproved));
        server.write("PATCH", path(name), "application/merge-patch+json", body.toString(), PATIENCE);
    }

    private RecordedPlan read(String name) throws IOException {
        try (var answer = server.open(path(name), PATIENCE)) {
            return read(Json.MAPPER.readTree(answer));
        }
    }

    private static String path(String plan) {
        return ApiPath.of(ALL + "/%s", plan);
    }

    private record Senseless(String name, IOException why) {}

    /// @throws IOException when it makes no sense
    private static RecordedPlan read(JsonNode object) throws IOException {
        try {
            return RebalancePlans.recorded(READER.treeToValue(object, RebalancePlan.class));
        } catch (RuntimeException e) {
            throw new IOException("it makes no sense: " + e.getMessage(), e);
        }
    }
}
