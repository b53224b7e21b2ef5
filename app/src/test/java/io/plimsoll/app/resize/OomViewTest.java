package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

    private static JsonNode recommendation(String name, String raises) throws Exception {
        return new ObjectMapper().readTree("""
                {"metadata": {"namespace": "shop", "name": "x"},
                 "spec": {"workload": {"kind": "Deployment", "name": "%s"}}, "status": {"oomRaises": [%s]}}
                """.formatted(name, raises));
    }
}
