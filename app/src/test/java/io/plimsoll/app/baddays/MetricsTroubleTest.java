package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.LyingMetricsServer.node;
import static io.plimsoll.app.baddays.Roadstead.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Measurements that are gone, old, incomplete or nonsense, from a server behind the real API server's aggregation.
@BadDays
class MetricsTroubleTest {
    private static final int PODS = 30;
    private static final Set<String> HOT = Set.of("berth-0", "berth-1", "berth-2");
    private static final String[] HOT_NAMES = HOT.toArray(String[]::new);

    private Roadstead roadstead;
    private LyingMetricsServer metrics;
    private ServedPlimsoll plimsoll;
    private String day;

    @BeforeEach
    void begin(Roadstead roadstead) throws Exception {
        this.roadstead = roadstead;
        metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
        metrics.sayOf(roadstead.nodes(), this::truth);
        plimsoll = ServedPlimsoll.start(
                roadstead,
                ServeOptions.DEFAULT.with(
                        "--set", "usage.interval-seconds=5",
                        "--set", "placement.usage-fresh-seconds=8",
                        "--set", "placement.usage-expiry-seconds=12"));
        roadstead.scheduleWith(plimsoll.schedulerPort());
        day = roadstead.newNamespace();
        eventually().until(() -> plimsoll.cpuMillis("berth-0") > 15_000);
    }

    @AfterEach
    void end() {
        plimsoll.close();
        metrics.close();
        roadstead.forget(day);
    }

    private String truth(String name) {
        return node(name, HOT.contains(name) ? "15800m" : "1", "4Gi", Instant.now());
    }

    /// Waits until what the server says now has been heard.
    private void awaitAsked() {
        int before = metrics.asked();
        eventually().until(() -> metrics.asked() >= before + 2);
    }

    /// Has pods placed, checks that all of them were and that Plimsoll was asked, and returns how many each node got.
    private Map<String, Long> place() {
        roadstead.deploy(day, "web", PODS);
        var byNode = roadstead.awaitBound(day, "web", PODS);
        assertThat(plimsoll.isAlive()).isTrue();
        assertThat(plimsoll.metrics().sum("plimsoll_extender_request_seconds_count", "verb=\"prioritize\""))
                .isGreaterThanOrEqualTo(PODS);
        assertThat(plimsoll.metrics().sum("plimsoll_extender_neutral_total", "cause=\"error\""))
                .isZero();
        return byNode;
    }

    @Test
    void placement_soundMetrics_avoidsHotNodes() {
        var byNode = place();

        assertThat(byNode).doesNotContainKeys(HOT_NAMES);
    }

    @Test
    void placement_measurementsThatCannotBeTrue_areRejectedAndCounted() {
        var nonsense = List.of(
                node("berth-0", "-3", "-1Ki", Instant.now()),
                node("berth-1", "900000", "4Gi", Instant.now()),
                node("berth-2", "a lot", "", Instant.now()),
                node("berth-3", "1", "4Gi", Instant.now().plus(Duration.ofDays(300))),
                node("berth-4", "1", "999999Ti", Instant.now()),
                node("nowhere", "1", "4Gi", Instant.now()));
        double before = samplesRejected();
        metrics.say(nonsense);
        awaitAsked();
        // Two of berth-0, one of berth-1, two of berth-2, two of berth-3 and one of berth-4.
        eventually().until(() -> samplesRejected() >= before + 8);

        place();

        assertThat(plimsoll.cpuMillis("berth-1")).isBetween(0.0, 16_000.0);
        assertThat(plimsoll.cpuMillis("berth-3")).isBetween(0.0, 16_000.0);
    }

    private double samplesRejected() {
        return plimsoll.metrics().sum("plimsoll_usage_source_samples_rejected_total", "metrics-api");
    }

    @Test
    void placement_allNodesHot_takesTheLeastBad() {
        // From 14.6 cores on berth-0 to 15.76 on berth-29; all above nine tenths of 16.
        var nodes = roadstead.nodes();
        metrics.sayOf(nodes, name -> node(name, 14_600 + 40 * nodes.indexOf(name) + "m", "4Gi", Instant.now()));
        awaitAsked();

        var byNode = place();

        assertThat(plimsoll.metrics().sum("plimsoll_extender_least_bad_kept_total"))
                .isPositive();
        assertThat(byNode.keySet()).isSubsetOf(nodes.subList(0, 15));
    }
}
