package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.action.WorkloadMarks.Pending;
import io.plimsoll.model.cluster.Owner;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiMarksTest {

    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final String PATH = "/apis/apps/v1/namespaces/shop/deployments/web";
    private static final Mark PAUSE = Mark.put("example.com/sync", "angehalten 🚢 \"\n");
    private static final Mark OWNER = Mark.put("example.com/owner", "plimsoll");

    private final AtomicInteger conflicts = new AtomicInteger();
    private String annotations = "{}";
    private int refusal;
    private List<String> asked = List.of();

    @Test
    void mark_thatIsNotThere_isOnePatchOfTheObjectThatWasLookedAt() {
        assertThat(outcome(marks -> marks.put(WEB, List.of(PAUSE)))).isEqualTo(new Outcome.Done());

        assertThat(asked)
                .containsExactly(
                        "GET " + PATH,
                        "PATCH " + PATH + "?timeout=20s {\"metadata\":{\"uid\":\"u-1\",\"resourceVersion\":\"7\","
                                + "\"annotations\":{\"example.com/sync\":\"angehalten 🚢 \\\"\\n\"}}}");
    }

    @Test
    void mark_thatTakesOneAway_isANullWhereItsValueIsStillThere() {
        annotations = "{\"example.com/owner\":\"plimsoll\",\"example.com/sync\":\"by hand\"}";

        assertThat(outcome(marks -> marks.put(WEB, List.of(PAUSE.inverse(), OWNER.inverse()))))
                .isEqualTo(new Outcome.Done());

        assertThat(asked.getLast()).endsWith("\"annotations\":{\"example.com/owner\":null}}}");
    }

    @Test
    void mark_ofSomebodyElse_isNotPending() {
        annotations = "{\"example.com/sync\":\"by hand\"}";

        assertThat(pending(marks -> marks.pending(WEB, List.of(PAUSE, OWNER))))
                .isEqualTo(new Pending.Known(List.of(OWNER)));
    }

    /// Its controller has written the status in between.
    @Test
    void object_changedInBetween_isLookedAtAgain() {
        conflicts.set(2);

        assertThat(outcome(marks -> marks.put(WEB, List.of(PAUSE)))).isEqualTo(new Outcome.Done());

        assertThat(asked).filteredOn(line -> line.startsWith("PATCH")).hasSize(3);
    }

    @Test
    void right_thatIsMissing_isToldApartFromAWorkloadThatIsGone() {
        refusal = 403;
        assertThat(outcome(marks -> marks.dryRun(WEB, List.of(PAUSE))))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.FORBIDDEN));
        assertThat(pending(marks -> marks.pending(WEB, List.of(PAUSE)))).isInstanceOf(Pending.Unknown.class);

        refusal = 404;
        assertThat(outcome(marks -> marks.put(WEB, List.of(PAUSE)))).isEqualTo(new Outcome.Done());
        assertThat(pending(marks -> marks.pending(WEB, List.of(PAUSE)))).isEqualTo(new Pending.Known(List.of()));
    }

    @Test
    void workload_ofAKindThatIsNotKnown_isNotAskedFor() {
        var app = new Owner("shop", "App", "web");

        assertThat(pending(marks -> marks.pending(app, List.of(PAUSE)))).isEqualTo(new Pending.Known(List.of()));
        assertThat(outcome(marks -> marks.put(app, List.of(PAUSE)))).isEqualTo(new Outcome.Done());
        assertThat(asked).isEmpty();
    }

    private Outcome outcome(Function<ApiMarks, Outcome> question) {
        return ask(question);
    }

    private Pending pending(Function<ApiMarks, Pending> question) {
        return ask(question);
    }

    private <T> T ask(Function<ApiMarks, T> question) {
        try (var api = new LoopbackApi(exchange -> {
                    boolean isPatch = exchange.getRequestMethod().equals("PATCH");
                    if (refusal != 0) {
                        LoopbackApi.json(exchange, refusal, message(refusal));
                    } else if (isPatch && conflicts.getAndDecrement() > 0) {
                        LoopbackApi.json(exchange, 409, message(409));
                    } else {
                        LoopbackApi.json(exchange, 200, """
                                {"metadata":{"uid":"u-1","resourceVersion":"7","annotations":%s}}""".formatted(annotations));
                    }
                });
                var server = new ApiServer(api.client())) {
            var answer = question.apply(new ApiMarks(server));
            asked = List.copyOf(api.asked());
            return answer;
        }
    }

    private static String message(int code) {
        return "{\"kind\":\"Status\",\"code\":%d,\"message\":\"%s\"}"
                .formatted(code, code == 403 ? "is forbidden: User x" : "no");
    }
}
