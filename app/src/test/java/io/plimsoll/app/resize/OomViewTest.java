package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OomViewTest {

    private static final String RAISE = """
            {"container": "%s", "state": "%s", "kills": 2, "killedAt": "2026-11-21T0%d:12:10Z",
             "before": {"request": "32Mi", "limit": "64Mi"}, "after": {"request": "164Mi", "limit": "164Mi"},
             "record": "shop/web-1", "message": "Container %s was killed."}
            """;

    @Test
    void table_ofKilledContainers_showsTheLatestFirst() throws Exception {
        var told = recommendation("web", RAISE.formatted("app", "Raised", 3, "app"));
        var later = recommendation("api", RAISE.formatted("main", "TakenBack", 4, "main"));

        assertThat(OomView.table(List.of(told, later))).isEqualTo("""
                KILLED                WORKLOAD        CONTAINER  KILLS  LIMIT         STATE      CHANGE      WHAT TO DO
                2026-11-21T04:12:10Z  Deployment/api  main       2      64Mi → 164Mi  TakenBack  shop/web-1  Container main was killed.
                2026-11-21T03:12:10Z  Deployment/web  app        2      64Mi → 164Mi  Raised     shop/web-1  Container app was killed.
                """);
    }

    @Test
    void workload_thatNothingOfWasKilled_isLeftOut() throws Exception {
        assertThat(OomView.isKilled(recommendation("web", RAISE.formatted("app", "Raised", 3, "app"))))
                .isTrue();
        assertThat(OomView.isKilled(recommendation("web", ""))).isFalse();
        assertThat(OomView.isKilled(new ObjectMapper().readTree("{}"))).isFalse();
    }

    /// Its right-sizer may run no more, or its policy may be gone: nobody takes away what it says.
    @Test
    void kill_ofMoreThanAWeekAgo_isNotShownAlthoughTheObjectTellsOfIt() throws Exception {
        var both = recommendation(
                "web", RAISE.formatted("app", "Raised", 3, "app") + "," + RAISE.formatted("side", "Raised", 4, "side"));
        var day = Instant.parse("2026-11-28T00:00:00Z");

        var within = OomView.recent(both, day.plusSeconds(3 * 3600));
        var between = OomView.recent(both, day.plusSeconds(4 * 3600));
        var after = OomView.recent(both, day.plusSeconds(5 * 3600));

        assertThat(within).isEqualTo(both);
        assertThat(OomView.table(List.of(between))).contains("side").doesNotContain("app");
        assertThat(OomView.isKilled(after)).isFalse();
        assertThat(OomView.isKilled(both)).as("the original").isTrue();
    }

    private static JsonNode recommendation(String name, String raises) throws Exception {
        return new ObjectMapper().readTree("""
                {"metadata": {"namespace": "shop", "name": "x"},
                 "spec": {"workload": {"kind": "Deployment", "name": "%s"}}, "status": {"oomRaises": [%s]}}
                """.formatted(name, raises));
    }
}
