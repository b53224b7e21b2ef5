package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static io.plimsoll.testbed.controlplane.LyingMetricsServer.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.plimsoll.testbed.controlplane.LyingMetricsServer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Plimsoll with the rights that the manifests give it and no others, and with one of them less.
@BadDays
class RightsTest {
    private static final int PODS = 20;

    private Roadstead roadstead;
    private LyingMetricsServer metrics;
    private ServedPlimsoll plimsoll;
    private String day;

    @BeforeEach
    void begin(Roadstead roadstead) throws Exception {
        this.roadstead = roadstead;
        metrics = LyingMetricsServer.inPlaceOfTheRealOne(roadstead.controlPlane());
        metrics.sayOf(
                roadstead.nodes(), name -> node(name, name.equals("berth-3") ? "15800m" : "1", "4Gi", Instant.now()));
        roadstead.grant();
        plimsoll = ServedPlimsoll.start(
                roadstead,
                ServeOptions.DEFAULT.as(roadstead.kubeconfigOfPlimsoll()).with("--set", "usage.interval-seconds=1"));
        roadstead.scheduleWith(plimsoll.schedulerPort());
        day = roadstead.newNamespace();
    }

    @AfterEach
    void end() {
        plimsoll.close();
        metrics.close();
        roadstead.forget(day);
    }

    @Test
    void account_roleAsShippedAndThenARuleLess_worksAndThenSaysWhatIsMissing() {
        eventually().until(() -> plimsoll.cpuMillis("berth-3") == 15_800);
        assertThat(place("whole")).isGreaterThanOrEqualTo(PODS);
        assertThat(roadstead.awaitBound(day, "whole", PODS)).doesNotContainKey("berth-3");
        assertThat(plimsoll.metrics().sum("plimsoll_watch_failures_total")).isZero();
        assertThat(failures()).isZero();

        for (var resource : List.of("nodes", "pods")) {
            roadstead.client().rbac().clusterRoles().withName(Roadstead.ACCOUNT).edit(role -> without(role, resource));
            double before = failures();

            eventually().until(() -> failures() > before + 1);

            assertThat(plimsoll.log())
                    .contains("cannot list resource \"" + resource + "\" in API group \"metrics.k8s.io\"");
            // What was measured is used until it is too old; then requests stand in.
            assertThat(place("less-" + resource)).isGreaterThanOrEqualTo(PODS);
            assertThat(plimsoll.get("/readyz").statusCode()).isEqualTo(200);
            roadstead.grant();
            eventually().until(() -> plimsoll.cpuAgeMillis("berth-3") < 2_000);
        }
    }

    /// Has pods placed and returns how many decisions that took which were not neutral.
    private double place(String name) {
        double before = plimsoll.decided();
        roadstead.deploy(day, name, PODS);
        roadstead.awaitBound(day, name, PODS);
        return plimsoll.decided() - before;
    }

    private double failures() {
        return plimsoll.metrics().sum("plimsoll_usage_source_failures_total");
    }

    private static ClusterRole without(ClusterRole role, String resource) {
        for (PolicyRule rule : role.getRules()) {
            if (rule.getApiGroups().contains("metrics.k8s.io")) {
                rule.setResources(rule.getResources().stream()
                        .filter(name -> !name.equals(resource))
                        .toList());
            }
        }
        return role;
    }
}
