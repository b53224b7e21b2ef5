package io.plimsoll.model.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageLedgerTest {

    private static final long T0 = 1_700_000_000_000L;
    private static final long MINUTE = 60_000;
    private static final long DAY = 1440 * MINUTE;
    private static final long MIB = 1 << 20;
    private static final Owner WEB = new Owner("shop", "StatefulSet", "web");

    private static final Owner DB = new Owner("shop", "StatefulSet", "db");

    private final UsageLedger ledger = new UsageLedger();

    @Test
    void record_twoPodsOfTwoContainers_sumsContainersAndAveragesPods() {
        var image = image(pod("web-0", WEB), pod("web-1", WEB));

        var estimate = ledger.record(
                        batch(
                                T0,
                                sample("web-0", "app", 100, 50, T0),
                                sample("web-1", "app", 300, 150, T0),
                                sample("web-0", "proxy", 10, 20, T0),
                                sample("web-1", "proxy", 30, 40, T0)),
                        image)
                .getOrDefault(WEB, UsageEstimate.UNKNOWN);

        // current: app (100 + 300) / 2 + proxy (10 + 30) / 2; peak: 300 and 30, each to the end of its bucket
        assertThat(estimate.current()).isEqualTo(new Resources(220, 130 * MIB));
        assertThat(estimate.peak().cpuMillis()).isBetween(330L, 370L);
        assertThat(estimate.usual().cpuMillis()).isBetween(110L, 140L);
        assertThat(estimate.sampledAtMillis()).isEqualTo(T0);
    }

    @Test
    void record_sameSampleAgainOrAnOlderOne_changesNothing() {
        var image = image(pod("web-0", WEB));
        ledger.record(batch(T0, sample("web-0", "app", 100, 50, T0)), image);

        var again = ledger.record(batch(T0 + 1000, sample("web-0", "app", 100, 50, T0)), image);
        var older = ledger.record(batch(T0 + 2000, sample("web-0", "app", 900, 50, T0 - MINUTE)), image);

        assertThat(again).isEmpty();
        assertThat(older).isEmpty();
        assertThat(ledger.rejected()).isZero();
    }

    /// `migrate` has ended where the pod runs: it takes nothing more of the node.
    @Test
    void record_initContainer_countsWhileItsPodStartsOnly() {
        var sample = batch(T0, sample("web-0", "migrate", 500, 50, T0), sample("web-0", "app", 100, 50, T0));

        var starting = ledger.record(sample, image(pod("web-0", WEB).starting()));
        var running = new UsageLedger().record(sample, image(pod("web-0", WEB)));

        assertThat(starting.getOrDefault(WEB, UsageEstimate.UNKNOWN).current().cpuMillis())
                .isEqualTo(600);
        assertThat(running.getOrDefault(WEB, UsageEstimate.UNKNOWN).current().cpuMillis())
                .isEqualTo(100);
    }

    /// `former` went with a roll-out; `migrate` runs when a pod starts.
    @Test
    void record_twoDaysAfterAPodHasStarted_forgetsWhatARollOutTookAwayButNotItsInitContainer() {
        var image = image(pod("web-0", WEB));
        ledger.record(
                batch(T0, sample("web-0", "migrate", 500, 50, T0), sample("web-0", "former", 500, 50, T0)), image);

        long later = T0 + 2 * DAY;
        ledger.record(batch(later, sample("web-0", "app", 100, 50, later)), image);

        assertThat(ledger.containers(WEB)).containsOnlyKeys("app", "migrate");
    }

    @Test
    void restore_historyFromBefore_standsInTheNextEstimate() {
        var former = new UsageLedger();
        var image = image(pod("web-0", WEB));
        for (int i = 0; i < 100; i++) {
            former.record(batch(T0 + i * MINUTE, sample("web-0", "app", 900, 50, T0 + i * MINUTE)), image);
        }

        ledger.restore(WEB, former.encoded(WEB));
        long now = T0 + 2 * DAY;
        var estimate = ledger.record(batch(now, sample("web-0", "app", 100, 50, now)), image)
                .getOrDefault(WEB, UsageEstimate.UNKNOWN);

        assertThat(estimate.peak().cpuMillis()).isBetween(900L, 960L);
        assertThat(estimate.current().cpuMillis()).isEqualTo(100);
    }

    @Test
    void restore_lessThanWhatWasMeasuredSince_changesNothing() {
        var image = image(pod("web-0", WEB));
        for (int i = 0; i < 3; i++) {
            ledger.record(batch(T0 + i * MINUTE, sample("web-0", "app", 100, 50, T0 + i * MINUTE)), image);
        }
        var before = ledger.encoded(WEB);
        var shorter = new ContainerHistory();
        shorter.add(sample("web-0", "app", 900, 50, T0), T0);

        ledger.restore(WEB, encoded(shorter));

        assertThat(ledger.encoded(WEB).containers().get("app"))
                .isEqualTo(before.containers().get("app"));
    }

    @Test
    void restore_moreThanWhatWasMeasuredSince_keepsItsPods() {
        var image = image(pod("web-0", WEB));
        var longer = new ContainerHistory();
        for (int i = 0; i < 9; i++) {
            longer.add(sample("web-9", "app", 900, 50, T0 - DAY + i * MINUTE), T0);
        }
        ledger.record(batch(T0, sample("web-0", "app", 100, 50, T0)), image);

        ledger.restore(WEB, encoded(longer));

        assertThat(ledger.containers(WEB).get("app"))
                .satisfies(view -> assertThat(view.samples()).isEqualTo(9))
                .satisfies(view -> assertThat(view.cpuMillis().latest()).isEqualTo(100));
    }

    @Test
    void record_podUnknown_isLeftOut() {
        assertThat(ledger.record(batch(T0, sample("ghost", "app", 100, 50, T0)), image()))
                .isEmpty();
        assertThat(ledger.workloads()).isEmpty();
    }

    @Test
    void record_moreThanTwiceTheNode_isRejected() {
        var image = image(pod("web-0", WEB));

        var estimates = ledger.record(batch(T0, sample("web-0", "app", 8001, 50, T0)), image);

        assertThat(estimates).isEmpty();
        assertThat(ledger.rejected()).isEqualTo(1);
    }

    @Test
    void record_timeFarFromTheFetch_isRejected() {
        var image = image(pod("web-0", WEB));

        ledger.record(batch(T0, sample("web-0", "app", 100, 50, T0 + 6 * MINUTE)), image);
        ledger.record(batch(T0, sample("web-0", "app", 100, 50, T0 - 61 * MINUTE)), image);
        ledger.record(batch(T0, sample("web-0", "app", 100, 50, 0)), image);

        assertThat(ledger.rejected()).isEqualTo(3);
        assertThat(ledger.workloads()).isEmpty();
    }

    @Test
    void record_clockSetBack_goesOnCounting() {
        var image = image(pod("web-0", WEB));
        ledger.record(batch(T0 + DAY, sample("web-0", "app", 100, 50, T0 + DAY)), image);

        var estimate = ledger.record(batch(T0, sample("web-0", "app", 200, 50, T0)), image)
                .getOrDefault(WEB, UsageEstimate.UNKNOWN);

        assertThat(estimate.current().cpuMillis()).isEqualTo(200);
        assertThat(estimate.sampledAtMillis()).isEqualTo(T0);
    }

    @Test
    void record_podGone_noLongerCountsToCurrentButToHistory() {
        ledger.record(
                batch(T0, sample("web-0", "app", 100, 50, T0), sample("web-1", "app", 1000, 50, T0)),
                image(pod("web-0", WEB), pod("web-1", WEB)));

        var estimate = ledger.record(
                        batch(T0 + MINUTE, sample("web-0", "app", 120, 50, T0 + MINUTE)), image(pod("web-0", WEB)))
                .getOrDefault(WEB, UsageEstimate.UNKNOWN);

        assertThat(estimate.current().cpuMillis()).isEqualTo(120);
        assertThat(estimate.peak().cpuMillis()).isBetween(1000L, 1060L);
    }

    @Test
    void record_containerTakenAwayByARollOut_noLongerCounts() {
        ledger.record(
                batch(T0, sample("web-0", "app", 100, 50, T0), sample("web-0", "agent", 700, 50, T0)),
                image(pod("web-0", WEB)));

        var estimate = ledger.record(
                        batch(T0 + MINUTE, sample("web-1", "app", 100, 50, T0 + MINUTE)), image(pod("web-1", WEB)))
                .getOrDefault(WEB, UsageEstimate.UNKNOWN);

        assertThat(estimate.peak().cpuMillis()).isBetween(100L, 115L);
    }

    @Test
    void confidence_growsWithSamplesAndSpan() {
        var image = image(pod("web-0", WEB));
        var seen = new ArrayList<Double>();
        for (int minute = 0; minute <= 1440; minute++) {
            long at = T0 + minute * MINUTE;
            seen.add(ledger.record(batch(at, sample("web-0", "app", 100, 50, at)), image)
                    .getOrDefault(WEB, UsageEstimate.UNKNOWN)
                    .confidence());
        }

        assertThat(seen).isSorted();
        // 5 samples: (1 − e^(−1/4)) / 2; an hour: (1 − e^−3) · (1 + 1/24) / 2
        assertThat(seen.get(4)).isEqualTo(0.11, within(0.01));
        assertThat(seen.get(59)).isEqualTo(0.49, within(0.01));
        assertThat(seen.get(1440)).isEqualTo(1, within(0.001));
    }

    @Test
    void record_workloadGoneForADay_isForgottenAndOneGoneForAnHourIsNot() {
        var job = new Owner("shop", "Job", "once");
        ledger.record(
                batch(T0, sample("web-0", "app", 100, 50, T0), sample("once-x", "app", 100, 50, T0)),
                image(pod("web-0", WEB), pod("once-x", job)));

        ledger.record(batch(T0 + 60 * MINUTE), image());
        int afterAnHour = ledger.workloads().size();
        ledger.record(batch(T0 + DAY + MINUTE), image(pod("web-0", WEB)));

        assertThat(afterAnHour).isEqualTo(2);
        assertThat(ledger.workloads()).hasSize(1);
    }

    @Test
    void record_sourceThatWasNotChosenForTheWorkload_isNotCountedAndWhatItToldBeforeStays() {
        var image = image(pod("web-0", WEB), pod("db-0", DB));
        ledger.record(batch(T0, sample("web-0", "app", 900, 50, T0)), image);
        ledger.choose(workload -> Optional.of("other").filter(source -> workload.equals(WEB)));

        long later = T0 + MINUTE;
        var changed = ledger.record(
                batch(later, sample("web-0", "app", 100, 50, later), sample("db-0", "app", 100, 50, later)), image);
        ledger.record(
                new UsageBatch(
                        "other", later, List.of(), List.of(sample("web-0", "app", 300, 50, later)), 0, List.of()),
                image);

        assertThat(changed).containsOnlyKeys(DB);
        assertThat(ledger.containers(WEB).get("app")).satisfies(app -> {
            assertThat(app.samples()).isEqualTo(2);
            assertThat(app.cpuMillis().peak()).isGreaterThan(900);
        });
        assertThat(ledger.counts(WEB, "test")).isFalse();
        assertThat(ledger.rejected()).isZero();
    }

    @Test
    void record_nothingNew_saysNothing() {
        assertThat(ledger.record(batch(T0), image(pod("web-0", WEB)))).isEqualTo(Map.of());
    }

    private static EncodedHistories encoded(ContainerHistory history) {
        return new EncodedHistories(history.lastMillis(), Map.of("app", history.encoded()));
    }

    private static UsageBatch batch(long fetchedAtMillis, ContainerUsage... containers) {
        return batch(fetchedAtMillis, List.of(containers));
    }

    private static UsageBatch batch(long fetchedAtMillis, List<ContainerUsage> containers) {
        return new UsageBatch("test", fetchedAtMillis, List.of(), containers, 0, List.of());
    }

    private static ContainerUsage sample(String pod, String container, long cpuMillis, long memoryMib, long atMillis) {
        return new ContainerUsage(
                new PodKey("shop", pod),
                container,
                new Sample(cpuMillis, atMillis, "test"),
                new Sample(memoryMib * MIB, atMillis, "test"));
    }

    private static ClusterImage image(PodDraft... pods) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(node("n1"));
        for (var pod : pods) {
            delta.replay(new ClusterEvent.PodApplied(pod.on("n1")));
        }
        return delta.apply();
    }

    private static ClusterEvent node(String name) {
        var size = new Resources(4000, 16_000 * MIB);
        return new ClusterEvent.NodeApplied(
                new NodeSpec(name, "u1", "b1", size, size, 110, Readiness.READY, false, false, List.of()), T0);
    }

    private static PodDraft pod(String name, Owner owner) {
        return new PodDraft(name, owner, PodPhase.RUNNING);
    }

    private record PodDraft(String name, Owner owner, PodPhase phase) {

        PodDraft starting() {
            return new PodDraft(name, owner, PodPhase.PENDING);
        }

        PodSpec on(String node) {
            return new PodSpec(
                    new PodKey("shop", name),
                    "uid-" + name,
                    Optional.of(owner),
                    Optional.of(node),
                    phase,
                    true,
                    0,
                    T0,
                    false,
                    List.of(new ContainerSpec("app", new Resources(100, 100 * MIB), Resources.NONE)),
                    InitContainers.of(List.of(
                            new ContainerSpec("migrate", new Resources(10, 10 * MIB), Resources.NONE).asInit())),
                    PodLevel.NONE,
                    Set.of(),
                    MemoryFacts.NONE,
                    PodTraits.NONE);
        }
    }
}
