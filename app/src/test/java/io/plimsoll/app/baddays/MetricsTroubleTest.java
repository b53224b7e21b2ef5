package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static io.plimsoll.testbed.controlplane.LyingMetricsServer.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.testbed.controlplane.LyingMetricsServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Measurements that are gone, old, incomplete or nonsense, from a server behind the real API server's aggregation.
///
/// Each test has a Plimsoll of its own, since it remembers what it was told; all listen on the same ports, so that one
/// scheduler serves them all.
@BadDays
class MetricsTroubleTest {
    private static final int PODS = 30;
    private static final Set<String> HOT = Set.of("berth-0", "berth-1", "berth-2");
    private static final String[] HOT_NAMES = HOT.toArray(String[]::new);
    private static final int EXPIRY_SECONDS = 5;
    private static final ServePorts PORTS = ServePorts.free();

    private Roadstead roadstead;
    private LyingMetricsServer metrics;

    @SuppressWarnings("NullAway.Init") // by serve(), once the server says what the test wants
    private ServedPlimsoll plimsoll;

    @SuppressWarnings("NullAway.Init")
    private ServedPlimsoll.Holdings atFirst;

    private String day;

    @BeforeAll
    static void schedule(Roadstead roadstead) {
        roadstead.scheduleWith(PORTS.scheduler());
    }

    @BeforeEach
    void begin(Roadstead roadstead) throws Exception {
        this.roadstead = roadstead;
        metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
        metrics.sayOf(roadstead.nodes(), this::truth);
        day = roadstead.newNamespace();
    }

    @AfterEach
    void end() {
        metrics.close();
        roadstead.forget(day);
        plimsoll.close();
    }

    private String truth(String name) {
        return node(name, HOT.contains(name) ? "15800m" : "1", "4Gi", Instant.now());
    }

    /// Starts a Plimsoll that hears within a second what the server says, and waits until it has heard it once.
    private void serve() {
        plimsoll = ServedPlimsoll.start(
                roadstead,
                PORTS,
                ServeOptions.DEFAULT.with(
                        "--set", "usage.interval-seconds=1",
                        "--set", "placement.usage-fresh-seconds=3",
                        "--set", "placement.usage-expiry-seconds=" + EXPIRY_SECONDS));
        eventually().until(() -> samples() + samplesRejected() + failures() > 0);
        atFirst = plimsoll.holdings();
    }

    /// Has pods placed, checks that all were, by decisions that were not neutral, and returns how many each node got.
    private Map<String, Long> place() {
        double before = plimsoll.decided();
        roadstead.deploy(day, "web-" + (int) before, PODS);
        var byNode = roadstead.awaitBound(day, "web-" + (int) before, PODS);
        assertThat(plimsoll.decided() - before).isGreaterThanOrEqualTo(PODS);
        assertThat(plimsoll.metrics().sum("plimsoll_extender_neutral_total")).isZero();
        assertThat(plimsoll.isAlive()).isTrue();
        assertThat(plimsoll.log()).doesNotContain(" ERROR ", "Exception");
        plimsoll.awaitHoldsNoMoreThan(atFirst);
        return byNode;
    }

    @Test
    void placement_soundMetrics_avoidsHotNodes() {
        serve();

        var byNode = place();

        assertThat(byNode).doesNotContainKeys(HOT_NAMES);
        assertThat(plimsoll.cpuMillis("berth-0")).isEqualTo(15_800);
        assertThat(rejectedNodes()).isGreaterThanOrEqualTo(PODS * HOT.size());
    }

    @Test
    void placement_measuredNodesHotAndOthersMissing_takesThoseThatAreMissing() {
        var measured = roadstead.nodes().subList(0, 15);
        metrics.sayOf(measured, name -> node(name, "15800m", "4Gi", Instant.now()));
        serve();

        var byNode = place();

        // Missing is neither zero nor hot: the requests stand in, which are nothing here.
        assertThat(byNode).doesNotContainKeys(measured.toArray(String[]::new));
        assertThat(plimsoll.cpuMillis("berth-14")).isEqualTo(15_800);
        assertThat(plimsoll.cpuMillis("berth-15")).isNaN();
    }

    @Test
    void placement_metricsGone_countsItAndStopsBelievingWhatWasSaidLast() {
        serve();
        assertThat(plimsoll.cpuMillis("berth-0")).isEqualTo(15_800);

        metrics.close();

        eventually().until(() -> failures() >= 3);
        assertThat(plimsoll.log()).contains("the metrics API has no server behind it (503)");
        eventually().until(() -> plimsoll.cpuAgeMillis("berth-0") > EXPIRY_SECONDS * 1_000);
        place();
        // What is too old rejects no node any more.
        assertThat(rejectedNodes()).isZero();
        assertThat(plimsoll.metrics().sum("plimsoll_usage_source_age_seconds", "metrics-api"))
                .isGreaterThan(EXPIRY_SECONDS);
        assertThat(plimsoll.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void placement_metricsThatStandStill_areNotBelieved() {
        Instant then = Instant.now().minusSeconds(60);
        metrics.sayOf(roadstead.nodes(), name -> node(name, HOT.contains(name) ? "15800m" : "1", "4Gi", then));
        serve();
        eventually().until(() -> plimsoll.cpuAgeMillis("berth-0") >= 60_000);

        place();

        assertThat(rejectedNodes()).isZero();
        assertThat(failures()).isZero();
    }

    @Test
    void placement_measurementsThatCannotBeTrue_areRejectedAndCounted() {
        metrics.say(List.of(
                node("berth-0", "-3", "-1Ki", Instant.now()),
                node("berth-1", "900000", "4Gi", Instant.now()),
                node("berth-2", "a lot", "", Instant.now()),
                node("berth-3", "1", "4Gi", Instant.now().plus(Duration.ofDays(300))),
                node("berth-4", "1", "999999Ti", Instant.now()),
                node("nowhere", "1", "4Gi", Instant.now())));
        serve();
        // Two of berth-0, one of berth-1, two of berth-2, two of berth-3 and one of berth-4, each time.
        eventually().until(() -> samplesRejected() >= 2 * 8);

        place();

        assertThat(samplesRejected() % 8).isZero();
        assertThat(plimsoll.cpuMillis("berth-0")).isNaN();
        assertThat(plimsoll.cpuMillis("berth-1")).isNaN();
        assertThat(plimsoll.cpuMillis("berth-2")).isNaN();
        assertThat(plimsoll.cpuMillis("berth-3")).isNaN();
        // Its memory is absurd, its CPU is not.
        assertThat(plimsoll.cpuMillis("berth-4")).isEqualTo(1_000);
    }

    @Test
    void placement_answersThatAreNoMetrics_areCountedAsFailures() {
        serve();
        for (var answer : List.of("{\"items\": 7}", "[[[")) {
            metrics.sayRaw(answer);
            double before = failures();
            eventually().untilAsserted(() -> assertThat(failures()).as(answer).isGreaterThan(before));
        }
        metrics.answerWith(500);
        double before = failures();
        eventually().until(() -> failures() > before);

        place();

        assertThat(plimsoll.log()).contains("Usage source metrics-api");
    }

    @Test
    void placement_allNodesHot_takesTheLeastBad() {
        // From 14.6 cores on berth-0 to 15.76 on berth-29; all above nine tenths of 16.
        var nodes = roadstead.nodes();
        metrics.sayOf(nodes, name -> node(name, 14_600 + 40 * nodes.indexOf(name) + "m", "4Gi", Instant.now()));
        serve();

        var byNode = place();

        assertThat(plimsoll.metrics().sum("plimsoll_extender_least_bad_kept_total"))
                .isGreaterThanOrEqualTo(PODS);
        assertThat(byNode.keySet()).isSubsetOf(nodes.subList(0, 15));
    }

    private double failures() {
        return plimsoll.metrics().sum("plimsoll_usage_source_failures_total", "metrics-api");
    }

    private double rejectedNodes() {
        return plimsoll.metrics().sum("plimsoll_extender_rejected_nodes_total");
    }

    private double samples() {
        return plimsoll.metrics().sum("plimsoll_usage_source_samples_total", "metrics-api");
    }

    private double samplesRejected() {
        return plimsoll.metrics().sum("plimsoll_usage_source_samples_rejected_total", "metrics-api");
    }
}
