package io.plimsoll.model.placement;

import static io.plimsoll.model.cluster.Clusters.GIB;
import static io.plimsoll.model.cluster.Clusters.NOW_MILLIS;
import static io.plimsoll.model.cluster.Clusters.after;
import static io.plimsoll.model.cluster.Clusters.bound;
import static io.plimsoll.model.cluster.Clusters.image;
import static io.plimsoll.model.cluster.Clusters.node;
import static io.plimsoll.model.cluster.Clusters.pending;
import static io.plimsoll.model.cluster.Clusters.pendingOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpeculativeSharesTest {

    private final ClusterImage image = image(node("a"), node("b"), node("c"), node("d"));
    private final SpeculativeShares shares = new SpeculativeShares();

    @Test
    void expectedPod_isSharedOutEquallyOverItsBand() {
        expect(pending("p", 1000, GIB), 0, 2);

        var now = shares.at(image, NOW_MILLIS + 10);

        assertThat(cpu(now)).containsExactly(500, 0, 500, 0);
        assertThat(now.memoryBytes(2)).isEqualTo(GIB / 2.0);
    }

    @Test
    void podSeenBound_countsNoMore() {
        var pod = pending("p", 1000, GIB);
        expect(pod, 0, 2);

        var next = after(image, List.of(new ClusterEvent.PodApplied(bound(pod, "c", NOW_MILLIS))));

        assertThat(cpu(shares.at(next, NOW_MILLIS + 10))).containsExactly(0, 0, 0, 0);
        assertThat(shares.size()).isZero();
    }

    @Test
    void podSeenPending_stillCounts() {
        var pod = pending("p", 1000, GIB);
        expect(pod, 0);

        var next = after(image, List.of(new ClusterEvent.PodApplied(pod)));

        assertThat(cpu(shares.at(next, NOW_MILLIS + 10))).containsExactly(1000, 0, 0, 0);
    }

    @Test
    void podThatNeverBinds_isForgotten() {
        expect(pending("p", 1000, GIB), 0);

        assertThat(cpu(shares.at(image, NOW_MILLIS + 4_999))).containsExactly(1000, 0, 0, 0);
        assertThat(cpu(shares.at(image, NOW_MILLIS + 5_000))).containsExactly(0, 0, 0, 0);
        assertThat(shares.size()).isZero();
    }

    @Test
    void clockThatWasSetBack_keepsNothingForEver() {
        expect(pending("p", 1000, GIB), 0);

        assertThat(cpu(shares.at(image, NOW_MILLIS - 3_600_000))).containsExactly(0, 0, 0, 0);
    }

    @Test
    void podRankedAgain_replacesItsShare() {
        expect(pending("p", 1000, GIB), 0);
        expect(pending("p", 1000, GIB), 1, 2);

        assertThat(cpu(shares.at(image, NOW_MILLIS))).containsExactly(0, 500, 500, 0);
        assertThat(shares.size()).isEqualTo(1);
    }

    @Test
    void nodesThatComeAndGo_moveTheSharesByName() {
        expect(pending("p", 1000, GIB), 0, 2);

        var next = after(
                image,
                List.of(
                        new ClusterEvent.NodeDeleted("a"),
                        node("aa").events().getFirst(),
                        node("bb").events().getFirst()));

        // aa, b, bb, c, d: what a had is gone with it
        assertThat(cpu(shares.at(next, NOW_MILLIS), 5)).containsExactly(0, 0, 0, 500, 0);
    }

    @Test
    void podsOfAWorkload_areCountedApart() {
        var known = after(
                image,
                List.of(
                        new ClusterEvent.PodApplied(pendingOf("web", "w1", 100, 1)),
                        new ClusterEvent.PodApplied(pendingOf("db", "d1", 100, 1))));
        var web = PodToPlace.of(known, pendingOf("web", "w1", 100, 1));
        var db = PodToPlace.of(known, pendingOf("db", "d1", 100, 1));
        shares.expect(web, new int[] {0, 1}, known.nodeTable(), NOW_MILLIS);
        shares.expect(db, new int[] {1}, known.nodeTable(), NOW_MILLIS);

        var now = shares.at(known, NOW_MILLIS);

        assertThat(now.pods(1, web.workloadId())).isEqualTo(0.5);
        assertThat(now.pods(1, db.workloadId())).isEqualTo(1);
        assertThat(now.pods(0, db.workloadId())).isZero();
        assertThat(now.pods(0, web.workloadId())).isEqualTo(0.5);
        assertThat(now.pods(0, PodToPlace.UNKNOWN_WORKLOAD)).isZero();
    }

    @Test
    void workloadThatBecomesKnown_countsItsEarlierPods() {
        var first = pendingOf("web", "w1", 100, 1);
        expect(first, 3);

        var next = after(image, List.of(new ClusterEvent.PodApplied(first)));
        var now = shares.at(next, NOW_MILLIS);

        assertThat(now.pods(3, PodToPlace.of(next, first).workloadId())).isEqualTo(1);
    }

    @Test
    void moreThanTheMostPods_forgetsTheOldest() {
        for (int i = 0; i < SpeculativeShares.PODS_MAX + 5; i++) {
            expect(pending("p" + i, 1, 1), 0);
        }

        assertThat(shares.size()).isEqualTo(SpeculativeShares.PODS_MAX);
        assertThat(shares.at(image, NOW_MILLIS).cpuMillis(0)).isEqualTo(SpeculativeShares.PODS_MAX);
    }

    @Test
    void wideBand_isThinnedEvenly() {
        var nodes = new Clusters.NodeBuilder[640];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = node("n%03d".formatted(i));
        }
        var wide = image(nodes);

        shares.expect(PodToPlace.of(wide, pending("p", 6400, 1)), Clusters.slots(wide), wide.nodeTable(), NOW_MILLIS);
        var now = shares.at(wide, NOW_MILLIS);

        assertThat(now.cpuMillis(0)).isEqualTo(100);
        assertThat(now.cpuMillis(1)).isZero();
        assertThat(now.cpuMillis(10)).isEqualTo(100);
    }

    @Property(tries = 200, seed = "2")
    void afterAnyBurst_nothingIsLeftBehind(@ForAll Random random) {
        var pods = new ArrayList<PodSpec>();
        for (int i = 0; i < 50; i++) {
            var pod =
                    pending("p" + random.nextInt(20), random.nextLong(Long.MAX_VALUE), random.nextLong(Long.MAX_VALUE));
            pods.add(pod);
            expect(pod, random.ints(1 + random.nextInt(4), 0, 4).toArray());
        }

        var events = new ArrayList<ClusterEvent>();
        pods.forEach(pod -> events.add(new ClusterEvent.PodApplied(bound(pod, "a", NOW_MILLIS))));
        var now = shares.at(after(image, events), NOW_MILLIS);

        assertThat(cpu(now)).containsExactly(0, 0, 0, 0);
        assertThat(now.memoryBytes(1)).isZero();
        assertThat(shares.size()).isZero();
    }

    private void expect(PodSpec pod, int... slots) {
        shares.expect(PodToPlace.of(image, pod), slots, image.nodeTable(), NOW_MILLIS);
    }

    private static double[] cpu(Shares now) {
        return cpu(now, 4);
    }

    private static double[] cpu(Shares now, int nodes) {
        return IntStream.range(0, nodes).mapToDouble(now::cpuMillis).toArray();
    }
}
