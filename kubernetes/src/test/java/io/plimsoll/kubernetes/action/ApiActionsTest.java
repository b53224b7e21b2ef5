package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ApiActionsTest {

    private static final PodKey WEB = new PodKey("shop", "web");
    private static final Action EVICT = new Action.Evict(WEB, "u-1");

    @Test
    void eviction_accepted_isOneRequestWithTheUid() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 201, "{\"status\":\"Success\"}"))) {
            assertThat(carryOut(api, EVICT)).isEqualTo(new Outcome.Done());
            assertThat(api.asked())
                    .containsExactly("POST /api/v1/namespaces/shop/pods/web/eviction?timeout=20s "
                            + "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\","
                            + "\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\"},"
                            + "\"deleteOptions\":{\"preconditions\":{\"uid\":\"u-1\"}}}");
        }
    }

    @Test
    void eviction_ofOneVersionOfAPod_saysWhich() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 201, "{\"status\":\"Success\"}"))) {
            carryOut(api, new Action.Evict(WEB, "u-1", Optional.of("41")));

            assertThat(api.asked().getFirst())
                    .endsWith("\"deleteOptions\":{\"preconditions\":{\"uid\":\"u-1\",\"resourceVersion\":\"41\"}}}");
        }
    }

    @Test
    void resize_ofRequestsAlone_leavesLimitsAsTheyAre() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"))) {
            var resize =
                    resize(Optional.empty(), new ContainerSpec("main", new Resources(250, 1 << 20), Resources.NONE));

            assertThat(carryOut(api, resize)).isEqualTo(new Outcome.Done());
            assertThat(api.asked())
                    .containsExactly(
                            "PATCH /api/v1/namespaces/shop/pods/web/resize?timeout=20s {\"metadata\":{\"uid\":\"u-1\"},"
                                    + "\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":{\"requests\":"
                                    + "{\"cpu\":\"250m\",\"memory\":\"1Mi\"}}}]}}");
        }
    }

    @Test
    void resize_dryRun_isTheSameRequestThatChangesNothing() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
                var server = new ApiServer(api.client())) {
            var resize = resize(
                    Optional.of("41"),
                    new ContainerSpec("main", new Resources(250, 0), new Resources(0, 2 << 20)),
                    new ContainerSpec("side", new Resources(10, 0), Resources.NONE));

            assertThat(new ApiActions(server).dryRun(resize)).isEqualTo(new Outcome.Done());
            assertThat(api.asked())
                    .containsExactly("PATCH /api/v1/namespaces/shop/pods/web/resize?dryRun=All&timeout=20s"
                            + " {\"metadata\":{\"uid\":\"u-1\",\"resourceVersion\":\"41\"},\"spec\":{\"containers\":["
                            + "{\"name\":\"main\",\"resources\":{\"requests\":{\"cpu\":\"250m\"},"
                            + "\"limits\":{\"memory\":\"2Mi\"}}},"
                            + "{\"name\":\"side\",\"resources\":{\"requests\":{\"cpu\":\"10m\"}}}]}}");
        }
    }

    @Test
    void resize_ofASidecar_namesItAmongTheInitContainers() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"))) {
            var sidecar = new ContainerSpec("proxy", new Resources(50, 0), Resources.NONE).asSidecar();

            assertThat(carryOut(api, resize(Optional.empty(), sidecar))).isEqualTo(new Outcome.Done());
            assertThat(api.asked())
                    .containsExactly(
                            "PATCH /api/v1/namespaces/shop/pods/web/resize?timeout=20s {\"metadata\":{\"uid\":\"u-1\"},"
                                    + "\"spec\":{\"initContainers\":[{\"name\":\"proxy\",\"resources\":{\"requests\":"
                                    + "{\"cpu\":\"50m\"}}}]}}");
        }
    }

    private static Action.Resize resize(Optional<String> version, ContainerSpec... containers) {
        return new Action.Resize(WEB, "u-1", version, List.of(containers));
    }

    @ParameterizedTest
    @CsvSource({
        "429, DisruptionBudget, needs 2 healthy pods, BUDGET",
        "429, FlowControl, too many requests, OVERLOAD",
        "404, '', pods not found, GONE",
        "409, '', uid precondition failed, CONFLICT",
        "403, '', forbidden, FORBIDDEN",
        "403, '', pods web is forbidden: User robot cannot patch resource pods/resize, FORBIDDEN",
        "403, '', pods web is forbidden: exceeded quota: team, ADMISSION",
        "403, '', pods web is forbidden: maximum memory usage per Container is 1Gi, ADMISSION",
        "403, '', admission webhook x denied the request: no, ADMISSION",
        "401, '', unauthorized, FORBIDDEN",
        "422, '', must be positive, INVALID",
        "500, '', This pod has more than one PodDisruptionBudget, SEVERAL_BUDGETS",
    })
    void refusal_ofEachKind_isToldApartAndNotRepeated(int code, String cause, String message, Refusal reason) {
        var status =
                "{\"kind\":\"Status\",\"message\":\"%s\",\"code\":%d,\"details\":{\"retryAfterSeconds\":10,\"causes\":[{\"reason\":\"%s\"}]}}"
                        .formatted(message, code, cause);
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, code, status))) {

            var outcome = carryOut(api, EVICT);

            assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(reason);
                assertThat(refused.message()).contains(message);
                assertThat(refused.retryAfter()).isEqualTo(Optional.of(Duration.ofSeconds(10)));
            });
            assertThat(api.asked()).hasSize(1);
        }
    }

    /// What a server before 1.33 answers, which has no pods/resize; the pod itself is there.
    @Test
    void resize_thatTheServerDoesNotKnow_saysWhichServerDoes() {
        var status = "{\"kind\":\"Status\",\"code\":404,\"reason\":\"NotFound\","
                + "\"message\":\"the server could not find the requested resource\"}";
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 404, status))) {
            var resize = resize(Optional.empty(), new ContainerSpec("main", new Resources(100, 0), Resources.NONE));

            assertThat(carryOut(api, resize)).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(Refusal.UNSUPPORTED);
                assertThat(refused.message()).contains("pods/resize", "1.33");
            });
        }
    }

    @Test
    void answer_ofAServerInTrouble_isAFailure() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 504, "{\"message\":\"Timeout\"}"))) {
            assertThat(carryOut(api, EVICT))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.message()).contains("504", "Timeout"));
        }
    }

    @Test
    void server_gone_isAFailureThatSaysNobodyKnows() {
        var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
        try (var server = new ApiServer(api.client())) {
            api.close();

            assertThat(new ApiActions(server).carryOut(EVICT))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.message()).contains("may or may not have taken effect"));
        }
    }

    private static Outcome carryOut(LoopbackApi api, Action action) {
        try (var server = new ApiServer(api.client())) {
            return new ApiActions(server).carryOut(action);
        }
    }
}
