package io.plimsoll.model.neighbour;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.Owner;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Hidden antagonists are found from a day of measurements, and nobody else is accused.
class NeighbourLedgerTest {

    private static final long SEED = 2026;
    private static final long NOW_MILLIS = Clusters.NOW_MILLIS + NoisyCluster.DAY_MINUTES * 60_000L;

    private final NeighbourLedger ledger = new NeighbourLedger();

    @ParameterizedTest
    @EnumSource(names = {"ANTAGONISTS", "UNSEEN_CAUSES", "RUN_QUEUES"})
    void antagonists_afterADay_standAboveAllOthersAndAloneAreAccused(NoisyCluster.Kind kind) {
        var cluster = new NoisyCluster(SEED, kind);

        watchADay(cluster);

        var most = ledger.neighbours(NOW_MILLIS)
                .suspicions()
                .subList(0, cluster.antagonists().size());
        assertThat(most.stream().map(Suspicion::workload).collect(toSet())).isEqualTo(cluster.antagonists());
        assertThat(accused()).containsExactlyInAnyOrderElementsOf(cluster.antagonists());
        assertThat(most).allSatisfy(suspicion -> {
            assertThat(suspicion.nodes()).isPositive();
            assertThat(suspicion.worst()).isGreaterThanOrEqualTo(suspicion.usual());
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"HOSTS_ALONE", "QUIET"})
    void workloads_inADayWithoutAntagonists_areNotAccused(NoisyCluster.Kind kind) {
        var cluster = new NoisyCluster(SEED, kind);

        watchADay(cluster);

        assertThat(ledger.neighbours(NOW_MILLIS).suspicions()).hasSize(NoisyCluster.WORKLOADS);
        assertThat(accused()).isEmpty();
    }

    private void watchADay(NoisyCluster cluster) {
        for (int minute = 0; minute < NoisyCluster.DAY_MINUTES; minute++) {
            ledger.observe(cluster.next(), cluster.nowMillis());
        }
    }

    private List<Owner> accused() {
        return ledger.neighbours(NOW_MILLIS).suspicions().stream()
                .filter(Suspicion::isAccused)
                .map(Suspicion::workload)
                .toList();
    }
}
