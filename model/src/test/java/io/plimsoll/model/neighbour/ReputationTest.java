package io.plimsoll.model.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.Owner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReputationTest {

    private static final Owner HOG = new Owner("shop", "Deployment", "hog");
    private static final Owner WEB = new Owner("shop", "Deployment", "web");

    private static final int REST = 30;

    private static final int HOUR = 60;

    @Test
    void harm_isTheWorseOfWhatIsShort_andOfTheNodesThatItRunsOn() {
        var neighbours = new Neighbours(
                List.of(episode("n1", 0.2), episode("n2", 0.4)),
                List.of(
                        suspicion(HOG, Contention.CPU, 0.1, 0.5, true),
                        suspicion(HOG, Contention.MEMORY, 0.2, 0.3, true),
                        suspicion(WEB, Contention.CPU, 0.1, 0.1, false)));

        assertThat(Harm.of(neighbours)).isEqualTo(Map.of(HOG, new Harm(0.4, 0.2, 0.5)));
    }

    @Test
    void whatIsWorse_isTold_andWhatIsBetterOnceItMay() {
        var known = Reputation.of(new Harm(0, 0.1, 0.2));
        var harm = new Harm(0.5, 0, 0.2);

        assertThat(known).isEqualTo(new Reputation(Grade.A, Grade.C, Grade.D));
        assertThat(known.next(harm, false)).contains(new Reputation(Grade.E, Grade.C, Grade.D));
        assertThat(known.next(harm, true)).contains(new Reputation(Grade.E, Grade.A, Grade.D));
        assertThat(known.next(new Harm(0, 0.1, 0.2), true)).isEmpty();
    }

    /// Of thirty workloads, at a look a minute, with what [NoisyCluster] hides: 18 times a workload and
    /// day where contention is made to grow all day long, and once where there is none.
    @ParameterizedTest
    @CsvSource({"ANTAGONISTS, 600", "QUIET, 30"})
    void aDay_changesTheLettersOfAWorkloadFewTimes(NoisyCluster.Kind kind, int changesMax) {
        var cluster = new NoisyCluster(4711, kind);
        var ledger = new NeighbourLedger();
        var told = new HashMap<Owner, Reputation>();
        var toldAt = new HashMap<Owner, Integer>();
        int changes = 0;

        for (int minute = 0; minute < NoisyCluster.DAY_MINUTES; minute++) {
            ledger.observe(cluster.next(), cluster.nowMillis());
            var harms = Harm.of(ledger.neighbours(cluster.nowMillis()));
            if (minute >= HOUR) {
                changes += changed(harms, told, toldAt, minute);
            }
        }

        assertThat(told).hasSize(NoisyCluster.WORKLOADS);
        assertThat(changes).isLessThanOrEqualTo(changesMax);
        var worst =
                told.values().stream().filter(known -> known.worst() == Grade.E).count();
        assertThat(cluster.antagonists())
                .allSatisfy(bad ->
                        assertThat(told.get(bad)).extracting(Reputation::worst).isEqualTo(Grade.E));
        assertThat(worst).isLessThanOrEqualTo(2L * cluster.antagonists().size());
    }

    private static int changed(
            Map<Owner, Harm> harms, Map<Owner, Reputation> told, Map<Owner, Integer> toldAt, int minute) {
        int changes = 0;
        for (var harm : harms.entrySet()) {
            var workload = harm.getKey();
            boolean mayImprove = minute - toldAt.getOrDefault(workload, 0) >= REST;
            var next = Optional.ofNullable(told.get(workload))
                    .map(before -> before.next(harm.getValue(), mayImprove))
                    .orElseGet(() -> Optional.of(Reputation.of(harm.getValue())));
            if (next.isPresent()) {
                told.put(workload, next.get());
                toldAt.put(workload, minute);
                changes++;
            }
        }
        return changes;
    }

    private static Episode episode(String node, double harm) {
        var pressure = new Pressure(0.5, Pressure.Tier.STALLS, 0);
        return new Episode(node, Contention.CPU, pressure, 0.4, 0, List.of(new Blame(HOG, 1, harm)));
    }

    private static Suspicion suspicion(
            Owner workload, Contention contention, double usual, double worst, boolean isMeasured) {
        return new Suspicion(workload, contention, 0.3, 9, 4, 2, usual, worst, isMeasured, true);
    }
}
