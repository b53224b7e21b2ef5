package io.plimsoll.model.neighbour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.PodStalls;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How many times as long as most a workload waits under the same pressure.
class SensitivityTest {

    private static final long GIB = 1L << 30;

    private final NeighbourLedger ledger = new NeighbourLedger();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void sensitivities_afterADayOfAntagonists_areThoseThatWereHidden(long seed) {
        var cluster = new NoisyCluster(seed, NoisyCluster.Kind.ANTAGONISTS).tellingStalls();

        watchADay(cluster);

        int told = 0;
        for (int workload = 0; workload < NoisyCluster.WORKLOADS; workload++) {
            var found = sensitivity(NoisyCluster.owner(workload).name(), Contention.CPU, cluster.nowMillis());
            double hidden = cluster.sensitivity(workload);
            told += found.isPresent() ? 1 : 0;
            // What is far below 1 is still drawn towards it a little.
            found.ifPresent(value -> assertThat(value).isCloseTo(hidden, within(0.2 * Math.max(0.6, hidden))));
        }
        assertThat(told).isGreaterThanOrEqualTo(NoisyCluster.WORKLOADS - 1);
    }

    @ParameterizedTest
    @EnumSource
    void everythingElse_whereStallsAreTold_isAsWhereTheyAreNot(NoisyCluster.Kind kind) {
        var untold = new NeighbourLedger();
        var twin = new NoisyCluster(2026, kind);
        var cluster = new NoisyCluster(2026, kind).tellingStalls();

        watchADay(cluster);
        for (int minute = 0; minute < NoisyCluster.DAY_MINUTES; minute++) {
            untold.observe(twin.next(), twin.nowMillis());
        }

        assertThat(ledger.neighbours(twin.nowMillis()))
                .usingRecursiveComparison()
                .ignoringFields("suspicions.sensitivity")
                .isEqualTo(untold.neighbours(twin.nowMillis()));
        assertThat(untold.neighbours(twin.nowMillis()).suspicions())
                .allSatisfy(suspicion -> assertThat(suspicion.sensitivity()).isEmpty());
    }

    /// It waits most of the time whenever others wait a little; with a limit, because that holds it.
    @Test
    void podAtItsOwnLimit_isNoVictim_andTheSameWithoutLimitIs() {
        for (var contention : Contention.values()) {
            assertThat(sensitivityOfSufferer(contention, Resources.NONE))
                    .hasValueSatisfying(sensitive -> assertThat(sensitive).isGreaterThan(1.8));
            assertThat(sensitivityOfSufferer(contention, new Resources(1000, GIB)))
                    .isEmpty();
        }
    }

    /// 950 thousandths and 0.96 GiB are within nine tenths, and nineteen twentieths, of the limits.
    private Optional<Double> sensitivityOfSufferer(Contention contention, Resources limits) {
        var node = new OneNode(limits);
        for (int minute = 0; minute < 240; minute++) {
            double pressure = node.random.nextDouble() < 0.3 ? 0.3 : 0.05;
            node.look(pressure, 950, 0.96, 3 * pressure);
        }
        return node.told(contention);
    }

    /// Whenever it works, its own tasks stand in line, and those of others too.
    @Test
    void antagonistThatWaitsForItself_isNotCalledSensitive() {
        var node = new OneNode(Resources.NONE);

        for (int minute = 0; minute < 240; minute++) {
            boolean works = node.random.nextDouble() < 0.3;
            node.look(works ? 0.3 : 0.02, works ? 3000 : 100, works ? 8 : 0.5, works ? 0.9 : 0.02);
        }

        for (var contention : Contention.values()) {
            assertThat(node.told(contention)).isEmpty();
        }
    }

    @Test
    void oneEpisode_howeverHigh_isNotEnoughToCallAnybodySensitive() {
        var node = new OneNode(Resources.NONE);

        node.looks(60, 0.02);
        node.looks(20, 0.5);

        for (var contention : Contention.values()) {
            assertThat(node.told(contention)).isEmpty();
        }
        for (int episode = 0; episode < 6; episode++) {
            node.looks(60, 0.02);
            node.looks(20, 0.5);
        }
        for (var contention : Contention.values()) {
            assertThat(node.told(contention)).isPresent();
        }
    }

    @Test
    void waitsBelowWhatIsPressure_tellNothing() {
        var node = new OneNode(Resources.NONE);

        for (int minute = 0; minute < 240; minute++) {
            node.look(node.random.nextDouble() < 0.3 ? 0.008 : 0, 500, 0.5, 0.05);
        }

        for (var contention : Contention.values()) {
            assertThat(node.told(contention)).isEmpty();
        }
    }

    /// A node of 4 cores and 16 GiB with four ordinary workloads and one more, `other`, looked at each minute. What is
    /// said of CPU is said of memory too.
    private static final class OneNode {

        private final NeighbourLedger own = new NeighbourLedger();
        private final SplittableRandom random = new SplittableRandom(7);
        private long nowMillis = Clusters.NOW_MILLIS;
        private ClusterImage image;

        OneNode(Resources limits) {
            var node = Clusters.node("n1").cpu(4).memoryGib(16);
            for (int i = 0; i < 4; i++) {
                node.podOf(Clusters.deployment("web" + i), "web" + i, 100, 0);
            }
            var other = PodBuilder.like(Clusters.bound(Clusters.pendingOf("other", "other", 100, 1), "n1", nowMillis))
                    .containers(new ContainerSpec("main", Resources.NONE, limits))
                    .build();
            image = Clusters.after(Clusters.image(node), List.of(new ClusterEvent.PodApplied(other)));
        }

        /// As long as the pressure is so, `other` waits twice as long.
        void looks(int times, double pressure) {
            for (int i = 0; i < times; i++) {
                look(pressure, 900 + 20 * random.nextDouble(), 0.9, 2 * pressure);
            }
        }

        void look(double pressure, double otherMillis, double otherGibibytes, double otherWaits) {
            nowMillis += 60_000;
            var usages = new ArrayList<ContainerUsage>();
            var stalls = new ArrayList<PodStalls>();
            for (int i = 0; i < 4; i++) {
                usages.add(usage("web" + i, 200 + 20 * random.nextDouble(), 0.5 + 0.01 * random.nextDouble()));
                stalls.add(stall("web" + i, pressure));
            }
            usages.add(usage("other", otherMillis, otherGibibytes));
            stalls.add(stall("other", otherWaits));
            var nodes = List.of(
                    sample(SignalKind.CPU_PSI_SOME_60, pressure), sample(SignalKind.MEMORY_PSI_SOME_60, pressure));
            image = Clusters.after(
                    image,
                    List.of(new ClusterEvent.UsageObserved(
                            new UsageBatch("test", nowMillis, nodes, usages, stalls, 0, List.of()), Map.of())));
            own.observe(image, nowMillis);
        }

        Optional<Double> told(Contention contention) {
            return own.neighbours(nowMillis).suspicions().stream()
                    .filter(suspicion -> suspicion.contention() == contention
                            && suspicion.workload().name().equals("other"))
                    .flatMap(suspicion -> suspicion.sensitivity().stream().boxed())
                    .findFirst();
        }

        private ContainerUsage usage(String pod, double millis, double gibibytes) {
            return new ContainerUsage(
                    new PodKey("default", pod),
                    "main",
                    new Sample(millis, nowMillis, "test"),
                    new Sample(gibibytes * GIB, nowMillis, "test"));
        }

        private PodStalls stall(String pod, double share) {
            double waited = Math.clamp(share * (0.95 + 0.1 * random.nextDouble()), 0, 1);
            return new PodStalls(new PodKey("default", pod), waited, waited, nowMillis);
        }

        private NodeSample sample(SignalKind kind, double value) {
            return new NodeSample("n1", kind, new Sample(value, nowMillis, "test"));
        }
    }

    private void watchADay(NoisyCluster cluster) {
        for (int minute = 0; minute < NoisyCluster.DAY_MINUTES; minute++) {
            ledger.observe(cluster.next(), cluster.nowMillis());
        }
    }

    private OptionalDouble sensitivity(String workload, Contention contention, long nowMillis) {
        return ledger.neighbours(nowMillis).suspicions().stream()
                .filter(suspicion -> suspicion.contention() == contention
                        && suspicion.workload().name().equals(workload))
                .findFirst()
                .orElseThrow()
                .sensitivity();
    }
}
