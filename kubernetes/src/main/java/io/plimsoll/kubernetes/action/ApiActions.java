package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.time.Duration;

/// Carries actions out at the API server, each with one request and the uid of the pod that was meant.
///
/// | answer | outcome |
/// |---|---|
/// | 2xx | done |
/// | 429 with cause DisruptionBudget | refused: budget |
/// | 429 otherwise | refused: overload |
/// | 404, 409 | refused: gone, conflict (also another uid) |
/// | 401, 403 | refused: forbidden |
/// | 400, 422 | refused: invalid; conflict where the complaint is of `metadata.uid` |
/// | 500 "more than one PodDisruptionBudget" | refused: several budgets |
/// | anything else, or no answer | failed |
public final class ApiActions implements ActionPort {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    private final ApiServer server;

    /// @param server tries each request once; its owner closes it
    public ApiActions(ApiServer server) {
        this.server = server;
    }

    @Override
    public Outcome carryOut(Action action) {
        try {
            switch (action) {
                case Action.Evict evict -> evict(evict);
                case Action.Resize resize -> resize(resize);
            }
            return new Outcome.Done();
        } catch (ApiException e) {
            return outcome(e);
        } catch (IOException e) {
            return new Outcome.Failed(
                    "No answer from the API server, so it may or may not have taken effect: " + e.getMessage());
        }
    }

    private void evict(Action.Evict evict) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        body.put("apiVersion", "policy/v1").put("kind", "Eviction");
        body.putObject("metadata")
                .put("name", evict.pod().name())
                .put("namespace", evict.pod().namespace());
        body.putObject("deleteOptions").putObject("preconditions").put("uid", evict.uid());
        server.write("POST", path(evict.pod(), "eviction"), "application/json", body.toString(), PATIENCE);
    }

    /// A uid in the patch must be the pod's, or the API server refuses it (422 for `metadata.uid`).
    private void resize(Action.Resize resize) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("metadata").put("uid", resize.uid());
        var container = body.putObject("spec").putArray("containers").addObject();
        container.put("name", resize.container());
        var resources = container.putObject("resources");
        amounts(resources.putObject("requests"), resize.requests());
        amounts(resources.putObject("limits"), resize.limits());
        server.write(
                "PATCH",
                path(resize.pod(), "resize"),
                "application/strategic-merge-patch+json",
                body.toString(),
                PATIENCE);
    }

    private static void amounts(ObjectNode node, Resources resources) {
        if (resources.cpuMillis() > 0) {
            node.put("cpu", resources.cpuMillis() + "m");
        }
        if (resources.memoryBytes() > 0) {
            node.put("memory", Long.toString(resources.memoryBytes()));
        }
    }

    private static String path(PodKey pod, String subresource) {
        return "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name() + "/" + subresource;
    }

    private static Outcome outcome(ApiException e) {
        return switch (e.code()) {
            case 429 -> refused(e.isBudget() ? Refusal.BUDGET : Refusal.OVERLOAD, e);
            case 404 -> refused(Refusal.GONE, e);
            case 409 -> refused(Refusal.CONFLICT, e);
            case 401, 403 -> refused(Refusal.FORBIDDEN, e);
            case 400, 422 -> refused(anotherPod(e) ? Refusal.CONFLICT : Refusal.INVALID, e);
            case 500 -> severalBudgets(e) ? refused(Refusal.SEVERAL_BUDGETS, e) : new Outcome.Failed(message(e));
            default -> new Outcome.Failed(message(e));
        };
    }

    /// A resize whose uid is not the pod's is answered as an attempt to change the uid.
    private static boolean anotherPod(ApiException e) {
        return message(e).contains("metadata.uid");
    }

    private static boolean severalBudgets(ApiException e) {
        return message(e).contains("more than one PodDisruptionBudget");
    }

    private static Outcome refused(Refusal reason, ApiException e) {
        return new Outcome.Refused(reason, message(e), e.retryAfter());
    }

    private static String message(ApiException e) {
        return String.valueOf(e.getMessage());
    }
}
