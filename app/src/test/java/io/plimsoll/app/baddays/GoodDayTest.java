package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.testbed.controlplane.Component;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The thinnest whole path: usage that metrics-server measured steers where a stock kube-scheduler puts pods.
@BadDays
class GoodDayTest {
    private static final int PODS = 50;

    @Test
    void pods_oneNodeReallyHot_goElsewhere(Roadstead roadstead) {
        String burdens = roadstead.newNamespace();
        String day = roadstead.newNamespace();
        roadstead.burden(burdens, "berth-7", "15500m", "8Gi");
        roadstead.controlPlane().startMetricsServer();
        try (var plimsoll =
                ServedPlimsoll.start(roadstead, ServeOptions.DEFAULT.with("--set", "usage.interval-seconds=1"))) {
            // Two scrapes of metrics-server, 10 s apart, make a rate.
            eventually().atMost(Duration.ofSeconds(60)).until(() -> plimsoll.cpuMillis("berth-7") > 15_000);
            roadstead.scheduleWith(plimsoll.schedulerPort());

            roadstead.deploy(day, "web", PODS);

            var byNode = roadstead.awaitBound(day, "web", PODS);
            assertThat(byNode).doesNotContainKey("berth-7");
            // Equal pods that come in a burst are packed, but not onto one node: none gets a third of them.
            assertThat(byNode.values()).allMatch(pods -> pods <= PODS / 3);
            var metrics = plimsoll.metrics();
            assertThat(metrics.sum("plimsoll_extender_request_seconds_count", "verb=\"filter\""))
                    .isGreaterThanOrEqualTo(PODS);
            assertThat(plimsoll.decided()).isGreaterThanOrEqualTo(PODS);
            assertThat(metrics.sum("plimsoll_extender_rejected_nodes_total", "CPU use is above"))
                    .isGreaterThanOrEqualTo(PODS);
            assertThat(plimsoll.get("/inspect/decisions").body()).contains("\"" + day, "web-");

            // All that is measured here is usage, from which nobody is called a bad neighbour.
            eventually()
                    .until(() -> plimsoll.get("/inspect/neighbours?limit=1000")
                            .body()
                            .contains("\"" + day + "/Deployment/web\""));
            assertThat(plimsoll.metrics().sum("plimsoll_neighbour_accused", "")).isZero();

            roadstead.controlPlane().stop(Component.METRICS_SERVER);

            eventually().until(() -> plimsoll.metrics().sum("plimsoll_usage_source_failures_total", "metrics-api") > 0);
            roadstead.deploy(day, "unmeasured", PODS);
            // What was measured is still believed for a while.
            assertThat(roadstead.awaitBound(day, "unmeasured", PODS)).doesNotContainKey("berth-7");
            assertThat(plimsoll.decided()).isGreaterThanOrEqualTo(2 * PODS);
            assertThat(plimsoll.log()).contains("see whether metrics-server runs and is ready");
        } finally {
            roadstead.controlPlane().stop(Component.METRICS_SERVER);
            roadstead.forget(day);
            roadstead.forget(burdens);
        }
    }
}
