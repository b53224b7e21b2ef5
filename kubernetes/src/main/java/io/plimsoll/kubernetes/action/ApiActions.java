package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.action.RecreatablePods;
import io.plimsoll.model.action.WorkloadMarks;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Carries actions out at the API server, each with one request and the uid of the pod that was meant.
///
/// | answer | outcome |
/// |---|---|
/// | 2xx | done |
/// | 429 with cause DisruptionBudget | refused: budget |
/// | 429 otherwise | refused: overload |
/// | 404 "could not find the requested resource" to a resize | refused: unsupported |
/// | 404, 409 otherwise | refused: gone, conflict (also another uid) |
/// | 401, 403 | refused: forbidden, or admission where a quota, a LimitRange or a webhook says no |
/// | 400, 422 | refused: invalid; conflict where the complaint is of `metadata.uid` |
/// | 500 "more than one PodDisruptionBudget" | refused: several budgets |
/// | anything else, or no answer | failed |
public final class ApiActions implements ActionPort {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    private static final Outcome UNSUPPORTED = new Outcome.Refused(
            Refusal.UNSUPPORTED,
            "this API server cannot resize pods in place, it has no pods/resize: upgrade it to Kubernetes 1.33 or later;"
                    + " until then it is only recommended",
            Optional.empty());

    private final ApiServer server;

    /// @param server tries each request once; its owner closes it
    public ApiActions(ApiServer server) {
        this.server = server;
    }

    @Override
    public Outcome carryOut(Action action) {
        return send(action, "");
    }

    @Override
    public Outcome dryRun(Action action) {
        return send(action, "?dryRun=All");
    }

    @Override
    public WorkloadMarks marks() {
        return new ApiMarks(server);
    }

    @Override
    public RecreatablePods recreatable() {
        return new ApiRecreatablePods(server);
    }

    private Outcome send(Action action, String query) {
        try {
            switch (action) {
                case Action.Evict evict -> evict(evict, query);
                case Action.Resize resize -> resize(resize, query);
            }
            return new Outcome.Done();
        } catch (ApiException e) {
            return action instanceof Action.Resize && isUnknown(e) ? UNSUPPORTED : outcome(e);
        } catch (IOException e) {
            return new Outcome.Failed(
                    "No answer from the API server, so it may or may not have taken effect: " + e.getMessage());
        }
    }

    private void evict(Action.Evict evict, String query) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        body.put("apiVersion", "policy/v1").put("kind", "Eviction");
        body.putObject("metadata")
                .put("name", evict.pod().name())
                .put("namespace", evict.pod().namespace());
        var preconditions =
                body.putObject("deleteOptions").putObject("preconditions").put("uid", evict.uid());
        evict.resourceVersion().ifPresent(version -> preconditions.put("resourceVersion", version));
        server.write(
                "POST", ApiPods.path(evict.pod()) + "/eviction" + query, "application/json", body.toString(), PATIENCE);
    }

    /// A uid in the patch must be the pod's, or the API server refuses it (422 for `metadata.uid`); so must a
    /// resourceVersion (409). Containers are merged by their names, sidecars among the init containers.
    private void resize(Action.Resize resize, String query) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        var metadata = body.putObject("metadata").put("uid", resize.uid());
        resize.resourceVersion().ifPresent(version -> metadata.put("resourceVersion", version));
        var spec = body.putObject("spec");
        for (var wanted : resize.containers()) {
            var containers = spec.withArray(wanted.isSidecar() ? "/initContainers" : "/containers");
            var resources = containers.addObject().put("name", wanted.name()).putObject("resources");
            amounts(resources, "requests", wanted.requests());
            amounts(resources, "limits", wanted.limits());
        }
        server.write(
                "PATCH",
                ApiPods.path(resize.pod()) + "/resize" + query,
                "application/strategic-merge-patch+json",
                body.toString(),
                PATIENCE);
    }

    private static void amounts(ObjectNode parent, String name, Resources resources) {
        if (resources.isZero()) {
            return;
        }
        var node = parent.putObject(name);
        if (resources.cpuMillis() > 0) {
            node.put("cpu", resources.cpuMillis() + "m");
        }
        if (resources.memoryBytes() > 0) {
            node.put("memory", Quantities.ofBytes(resources.memoryBytes()));
        }
    }

    static Outcome outcome(ApiException e) {
        return switch (e.code()) {
            case 429 -> refused(e.isBudget() ? Refusal.BUDGET : Refusal.OVERLOAD, e);
            case 404 -> refused(Refusal.GONE, e);
            case 409 -> refused(Refusal.CONFLICT, e);
            case 401, 403 -> refused(isOfAdmission(e) ? Refusal.ADMISSION : Refusal.FORBIDDEN, e);
            case 400, 422 -> refused(anotherPod(e) ? Refusal.CONFLICT : Refusal.INVALID, e);
            case 500 -> severalBudgets(e) ? refused(Refusal.SEVERAL_BUDGETS, e) : new Outcome.Failed(message(e));
            default -> new Outcome.Failed(message(e));
        };
    }

    /// A pod that is gone is named; an action that there is not is not.
    private static boolean isUnknown(ApiException e) {
        return e.code() == 404 && message(e).contains("could not find the requested resource");
    }

    /// One code for two answers: a missing right names the user that misses it.
    private static boolean isOfAdmission(ApiException e) {
        var message = message(e);
        return message.contains("denied the request")
                || (message.contains("is forbidden: ") && !message.contains("is forbidden: User "));
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
