package io.plimsoll.extender;

import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Names of metrics are an interface: alerts and dashboards are built on them.
class MetricNamesTest {

    private static final List<String> OURS = List.of(
            "plimsoll_extender_request_seconds",
            "plimsoll_extender_neutral_total",
            "plimsoll_extender_rejected_nodes_total",
            "plimsoll_extender_unknown_nodes_total",
            "plimsoll_extender_least_bad_kept_total");

    @Test
    void metrics_ofAFreshExtender_areAllThereWithTypeHelpAndUnit() throws Exception {
        try (var extender = RunningExtender.on(cluster().node("n1", 0.2, 0.2).image())) {

            var text = extender.get("/metrics").body();

            for (var name : OURS) {
                assertThat(text).contains("# HELP " + name + " ", "# TYPE " + name + " ");
            }
            assertThat(text)
                    .contains("plimsoll_extender_request_seconds_bucket{verb=\"filter\",le=\"0.001\"} 0")
                    .contains("plimsoll_extender_neutral_total{cause=\"deadline\",verb=\"prioritize\"} 0.0");
            assertThat(text.lines().filter(line -> line.startsWith("plimsoll_")))
                    .isNotEmpty()
                    .allMatch(Pattern.compile("[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? \\S+")
                            .asMatchPredicate());
        }
    }

    @Test
    void metrics_afterCalls_countThemByVerb() throws Exception {
        try (var extender = RunningExtender.on(cluster().node("n1", 0.2, 0.2).image())) {

            extender.filter(Requests.names("n1", "ghost"));
            extender.prioritize(Requests.names("n1"));
            extender.prioritize(Requests.names("n1"));

            assertThat(extender.metric("plimsoll_extender_request_seconds_count{verb=\"filter\"}"))
                    .isEqualTo(1);
            assertThat(extender.metric("plimsoll_extender_request_seconds_count{verb=\"prioritize\"}"))
                    .isEqualTo(2);
            assertThat(extender.metric("plimsoll_extender_unknown_nodes_total")).isEqualTo(1);
        }
    }

    @Test
    void metrics_ofTheHealthServer_tellMethodAndStatus() throws Exception {
        try (var extender = RunningExtender.on(cluster().node("n1", 0.2, 0.2).image())) {

            extender.get("/livez");
            extender.get("/nowhere");

            awaitCounted(extender, "200");
            awaitCounted(extender, "404");
        }
    }

    @Test
    void metrics_ofASecondHealthServer_areNotThoseOfTheFirst() throws Exception {
        var image = cluster().node("n1", 0.2, 0.2).image();
        try (var first = RunningExtender.on(image);
                var second = RunningExtender.on(image)) {

            second.get("/nowhere");

            awaitCounted(second, "404");
            assertThat(first.get("/metrics").body()).doesNotContain("code=\"404\"");
        }
    }

    @Test
    void metrics_ofTheSchedulersPort_tellConnectionsAndBodies() throws Exception {
        try (var extender = RunningExtender.on(cluster().node("n1", 0.2, 0.2).image())) {

            extender.filter(Requests.names("n1"));

            assertThat(extender.metric("plimsoll_extender_connections")).isEqualTo(1);
            // Given back when the answer is sent, which the client may see first.
            RunningExtender.await(() -> extender.metric("plimsoll_extender_bodies") == 0);
        }
    }

    /// It is counted when the answer is sent, which the client may see first.
    private static void awaitCounted(RunningExtender extender, String status) {
        RunningExtender.await(() -> extender.get("/metrics")
                .body()
                .contains("vertx_http_server_response_time_seconds_count{code=\"" + status + "\""));
    }
}
