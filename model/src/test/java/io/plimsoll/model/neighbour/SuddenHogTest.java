package io.plimsoll.model.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A node of 8 cores and 16 GiB with five quiet pods, measured every 15 seconds as the kubelets are asked;
/// pressure is the kernel's mean of 60 seconds, which comes up slowly. How long it takes until somebody is
/// named who begins to thrash.
class SuddenHogTest {

    private static final long LOOK_MILLIS = 15_000;
    private static final double LOOKS_A_MINUTE = 4;
    private static final int CORES = 8;
    private static final double GIBIBYTES = 16;
    private static final int QUIET_PODS = 5;
    private static final long GIB = 1L << 30;

    private final NeighbourLedger ledger = new NeighbourLedger();
    private final SplittableRandom random = new SplittableRandom(2026);
    private long nowMillis = Clusters.NOW_MILLIS;
    private ClusterImage image = Clusters.image(quietNode());
    private double cpuPressure = 0.02;
    private double memoryPressure;

    private static Clusters.NodeBuilder quietNode() {
        var node = Clusters.node("n1").cpu(CORES).memoryGib(GIBIBYTES);
        for (int i = 0; i < QUIET_PODS; i++) {
            node.podOf(Clusters.deployment("quiet" + i), "quiet" + i, 500, 0);
        }
        return node;
    }

    /// Whether it was there before or comes only now, once the node has been watched for ten minutes.
    @ParameterizedTest
    @CsvSource({"40, false", "40, true", "240, false", "240, true"})
    void cpuHog_besideQuietPods_isNamedWithinTwoMinutes(int looksBefore, boolean isThereBefore) {
        if (isThereBefore) {
            hogComes();
        }
        look(looksBefore, 0.1, 0.1, 0.02, 0);
        if (!isThereBefore) {
            hogComes();
        }

        assertThat(looksUntilNamed(Contention.CPU, 7, 0.1, 0.6, 0))
                .hasValueSatisfying(looks -> assertThat(looks).isLessThanOrEqualTo(8));
    }

    @ParameterizedTest
    @CsvSource({"40, false", "40, true", "240, false", "240, true"})
    void memoryHog_besideQuietPods_isNamedWithinTwoMinutes(int looksBefore, boolean isThereBefore) {
        if (isThereBefore) {
            hogComes();
        }
        look(looksBefore, 0.1, 0.1, 0.02, 0);
        if (!isThereBefore) {
            hogComes();
        }

        assertThat(looksUntilNamed(Contention.MEMORY, 0.2, 9, 0.02, 0.3))
                .hasValueSatisfying(looks -> assertThat(looks).isLessThanOrEqualTo(8));
    }

    /// What it does for half an hour is not usual for that.
    @ParameterizedTest
    @CsvSource({"20, false", "20, true", "240, false", "240, true"})
    void cpuHog_thatGoesOn_isStillNamedAfterHalfAnHour(int looksBefore, boolean isThereBefore) {
        if (isThereBefore) {
            hogComes();
        }
        look(looksBefore, 0.1, 0.1, 0.02, 0);
        if (!isThereBefore) {
            hogComes();
        }

        look(120, 7, 0.1, 0.6, 0);

        assertThat(ledger.neighbours(nowMillis).episodes()).singleElement().satisfies(episode -> {
            assertThat(episode.sinceMillis()).isLessThan(nowMillis - 110 * LOOK_MILLIS);
            assertThat(episode.blames().getFirst().workload()).isEqualTo(Clusters.deployment("hog"));
            assertThat(episode.blames().getFirst().share()).isGreaterThanOrEqualTo(0.5);
        });
    }

    /// Nobody's use goes with it.
    @Test
    void pressureFromOutside_besideQuietPods_namesNobodyWithinTenMinutes() {
        hogComes();
        look(40, 0.1, 0.1, 0.02, 0);

        assertThat(looksUntilNamed(Contention.CPU, 0.1, 0.1, 0.6, 0)).isEmpty();
    }

    /// Quicker than any evidence from other times and other nodes: so it is told whose doing it seems, and nobody is
    /// called a bad neighbour for it.
    @Test
    void cpuHog_namedWithinTwoMinutes_isNotAccusedYet() {
        look(40, 0.1, 0.1, 0.02, 0);
        hogComes();

        look(4, 7, 0.1, 0.6, 0);

        assertThat(ledger.neighbours(nowMillis).suspicions()).noneMatch(Suspicion::isAccused);
    }

    private void hogComes() {
        image = Clusters.after(
                image,
                List.of(new ClusterEvent.PodApplied(
                        Clusters.bound(Clusters.pendingOf("hog", "hog", 500, 1), "n1", nowMillis))));
    }

    /// How many looks until an episode gives half of the rise to the hog and less than that to any other; nothing
    /// where it does not within ten minutes.
    private Optional<Integer> looksUntilNamed(
            Contention contention, double cores, double gibibytes, double cpuWaits, double memoryWaits) {
        for (int looks = 1; looks <= 40; looks++) {
            look(1, cores, gibibytes, cpuWaits, memoryWaits);
            boolean isNamed = ledger.neighbours(nowMillis).episodes().stream()
                    .filter(episode -> episode.contention() == contention
                            && !episode.blames().isEmpty())
                    .map(episode -> episode.blames().getFirst())
                    .anyMatch(blame -> blame.workload().equals(Clusters.deployment("hog")) && blame.share() >= 0.5);
            if (isNamed) {
                return Optional.of(looks);
            }
        }
        return Optional.empty();
    }

    private void look(int times, double cores, double gibibytes, double cpuWaits, double memoryWaits) {
        for (int i = 0; i < times; i++) {
            nowMillis += LOOK_MILLIS;
            double towards = 1 - Math.exp(-1 / LOOKS_A_MINUTE);
            cpuPressure += towards * (cpuWaits * (0.9 + 0.2 * random.nextDouble()) - cpuPressure);
            memoryPressure += towards * (memoryWaits * (0.9 + 0.2 * random.nextDouble()) - memoryPressure);
            var containers = new ArrayList<ContainerUsage>();
            for (int pod = 0; pod < QUIET_PODS; pod++) {
                containers.add(usage("quiet" + pod, noisy(0.4), noisy(1)));
            }
            if (image.pod(new PodKey("default", "hog")).isPresent()) {
                containers.add(usage("hog", noisy(cores), noisy(gibibytes)));
            }
            var nodes = List.of(
                    sample(SignalKind.CPU_PSI_SOME_60, cpuPressure),
                    sample(SignalKind.MEMORY_PSI_SOME_60, memoryPressure));
            image = Clusters.after(
                    image,
                    List.of(new ClusterEvent.UsageObserved(
                            new UsageBatch("test", nowMillis, nodes, containers, 0, List.of()), Map.of())));
            ledger.observe(image, nowMillis);
        }
    }

    private double noisy(double level) {
        return level * (0.8 + 0.4 * random.nextDouble());
    }

    private ContainerUsage usage(String pod, double cores, double gibibytes) {
        return new ContainerUsage(
                new PodKey("default", pod),
                "main",
                new Sample(1000 * cores, nowMillis, "test"),
                new Sample(gibibytes * GIB, nowMillis, "test"));
    }

    private NodeSample sample(SignalKind kind, double value) {
        return new NodeSample("n1", kind, new Sample(value, nowMillis, "test"));
    }
}
