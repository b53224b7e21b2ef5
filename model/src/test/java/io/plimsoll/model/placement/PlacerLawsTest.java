package io.plimsoll.model.placement;

import static io.plimsoll.model.cluster.Clusters.GIB;
import static io.plimsoll.model.cluster.Clusters.NOW_MILLIS;
import static io.plimsoll.model.cluster.Clusters.image;
import static io.plimsoll.model.cluster.Clusters.node;
import static io.plimsoll.model.cluster.Clusters.pending;
import static io.plimsoll.model.cluster.Clusters.slots;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Workload;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.usage.SignalKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// What holds of the placer on any image.
class PlacerLawsTest {

    private static final double ROUNDING = 1e-6;

    private final Placer placer = new Placer(PlacementConfig.DEFAULT);

    @Property(tries = 1000, seed = "11")
    void anyImage_givesScoresWithinBoundsAndNoException(@ForAll Random random) {
        var images = new RandomImages(random);
        var image = images.image();
        var pod = PodToPlace.of(image, images.pod("new", Optional.empty()));
        var shares = shares(random, image, images);
        long now = images.time();
        var placer = this.placer.beside(company(random, image));

        var scores = placer.rank(image, shares, pod, slots(image), now).scores();
        var filtered = placer.filter(image, shares, pod, slots(image), now);

        for (int slot : slots(image)) {
            assertThat(scores[slot]).isBetween(0f, 100f);
            var card = placer.card(image, shares, pod, slot, now);
            assertThat(card.values().values())
                    .allSatisfy(part -> assertThat(part).isBetween(0.0, 100.0));
            assertThat(card.floor()).isBetween(0.0, 1.0);
            assertThat(card.trust()).isBetween(0.0, 1.0);
            assertThat(card.predictedCpu()).isFinite();
            assertThat(card.predictedMemory()).isFinite();
        }
        assertThat(filtered.kept()).isNotEmpty();
        assertThat(filtered.kept().length + filtered.refused().length).isEqualTo(image.nodeCount());
    }

    /// Of some of the workloads in the image something is known, of some of them the worst.
    private static Company company(Random random, ClusterImage image) {
        var suspicions = new ArrayList<Suspicion>();
        image.workloads().stream()
                .map(Workload::owner)
                .sorted(Comparator.comparing(Owner::toString))
                .forEach(owner -> {
                    if (random.nextBoolean()) {
                        var contention = Contention.values()[random.nextInt(2)];
                        double coefficient = random.nextInt(4) == 0 ? 1e9 : random.nextDouble();
                        suspicions.add(new Suspicion(
                                owner,
                                contention,
                                coefficient,
                                20 * random.nextDouble(),
                                1,
                                1,
                                0,
                                0,
                                true,
                                random.nextBoolean()));
                    }
                });
        return Company.of(new Neighbours(List.of(), suspicions), image, NOW_MILLIS);
    }

    @Property(tries = 500, seed = "12")
    void anyCard_addsUpToItsRank(@ForAll Random random) {
        var images = new RandomImages(random);
        var image = images.image();
        var pod = PodToPlace.of(image, images.pod("new", Optional.empty()));
        var shares = shares(random, image, images);
        var placer = this.placer.beside(company(random, image));

        var scores = placer.rank(image, shares, pod, slots(image), NOW_MILLIS).scores();

        for (int slot : slots(image)) {
            var card = placer.card(image, shares, pod, slot, NOW_MILLIS);
            assertThat((float) card.score()).isEqualTo(scores[slot]);
            assertThat(card.weighted() * card.floor()).isCloseTo(card.score(), within(ROUNDING));
            if (!card.parts().isEmpty()) {
                double sum = card.parts().stream()
                        .mapToDouble(part -> part.value() * part.weight())
                        .sum();
                assertThat(sum).isCloseTo(card.weighted(), within(ROUNDING));
            }
        }
    }

    @Property(tries = 300, seed = "13")
    void candidatesInAnyOrder_scoreTheSame(@ForAll Random random) {
        var images = new RandomImages(random);
        var image = images.image();
        var pod = PodToPlace.of(image, images.pod("new", Optional.empty()));
        var order = slots(image);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        var placer = this.placer.beside(company(random, image));

        var straight = placer.rank(image, Shares.NONE, pod, slots(image), NOW_MILLIS);
        var shuffled = placer.rank(image, Shares.NONE, pod, order, NOW_MILLIS);
        var kept =
                placer.filter(image, Shares.NONE, pod, slots(image), NOW_MILLIS).kept();
        var keptShuffled =
                placer.filter(image, Shares.NONE, pod, order, NOW_MILLIS).kept();

        for (int i = 0; i < order.length; i++) {
            assertThat(shuffled.scores()[i]).isEqualTo(straight.scores()[order[i]]);
        }
        assertThat(keptShuffled).containsExactlyInAnyOrder(kept);
    }

    @Property(tries = 300, seed = "14")
    void placerThatSawAnotherImage_answersAsANewOne(@ForAll Random random) {
        var images = new RandomImages(random);
        var first = images.image();
        var second = images.image();
        var pod = PodToPlace.of(second, images.pod("new", Optional.empty()));
        placer.rank(first, Shares.NONE, pod, slots(first), NOW_MILLIS);

        var scores =
                placer.rank(second, Shares.NONE, pod, slots(second), NOW_MILLIS).scores();

        assertThat(scores)
                .isEqualTo(new Placer(PlacementConfig.DEFAULT)
                        .rank(second, Shares.NONE, pod, slots(second), NOW_MILLIS)
                        .scores());
    }

    @Property(tries = 200, seed = "15")
    void nodesAllAlike_scoreTheSame(
            @ForAll @IntRange(min = 1, max = 30) int nodes,
            @ForAll @IntRange(min = 0, max = 4000) int cpuMillis,
            @ForAll boolean measured) {
        var builders = new Clusters.NodeBuilder[nodes];
        for (int i = 0; i < nodes; i++) {
            builders[i] = node("n" + i).pod("p" + i, 500);
            if (measured) {
                builders[i].usesCpu(cpuMillis);
            }
        }
        var image = image(builders);

        var scores = scores(image);

        assertThat(WireScores.of(scores)).containsOnly(WireScores.NEUTRAL);
    }

    /// Signals in which more is worse, whatever the rest.
    @Property(tries = 1000, seed = "16")
    void nodeUnderMorePressure_neverRises(@ForAll Random random) {
        var before = signals(random);
        var kind = PRESSURE[random.nextInt(PRESSURE.length)];
        var after = new EnumMap<>(before);
        after.merge(kind, random.nextDouble() * (kind == SignalKind.MEMORY_REFAULTS_PER_SECOND ? 1e4 : 1), Double::sum);

        assertThat(after.get(kind)).isGreaterThanOrEqualTo(before.get(kind));
        assertThat(score(after, 0)).isLessThanOrEqualTo(score(before, 0));
    }

    @Property(tries = 1000, seed = "17")
    void nodeWithLessMemoryLeft_neverRises(@ForAll Random random, @ForAll @DoubleRange(min = 0, max = 1) double left) {
        var before = signals(random);
        var after = new EnumMap<>(before);
        after.computeIfPresent(SignalKind.MEMORY_AVAILABLE_BYTES, (kind, value) -> value * left);

        assertThat(score(after, 0)).isLessThanOrEqualTo(score(before, 0));
    }

    /// Whatever else is measured, by the default settings. (A target prefers fuller nodes up to it, complementarity
    /// balanced ones: whoever sets them gives this up.)
    @Property(tries = 1000, seed = "18")
    void nodeMeasuredBusier_neverRises(
            @ForAll Random random,
            @ForAll boolean ofCpu,
            @ForAll @DoubleRange(min = 0, max = 2) double share,
            @ForAll @DoubleRange(min = 0, max = 2) double more) {
        var kind = ofCpu ? SignalKind.CPU_USAGE_MILLIS : SignalKind.MEMORY_WORKING_SET_BYTES;
        double size = ofCpu ? 4000 : 16.0 * GIB;
        var before = signals(random);
        before.put(kind, share * size);
        var after = new EnumMap<>(before);
        after.put(kind, (share + more) * size);

        assertThat(score(after, 0)).isLessThanOrEqualTo(score(before, 0));
    }

    /// From an idle node to far beyond its size: no load is so high that nodes beyond it tie.
    @Property(tries = 500, seed = "22")
    void nodeMeasuredBusierByATenth_falls(@ForAll @DoubleRange(min = 0, max = 4) double share) {
        var before = Map.of(SignalKind.CPU_USAGE_MILLIS, share * 4000);
        var after = Map.of(SignalKind.CPU_USAGE_MILLIS, (share + 0.1) * 4000);

        assertThat(score(after, 0)).isLessThan(score(before, 0));
    }

    /// One more pod on a node makes it no better for others, be it measured or not.
    @Property(tries = 500, seed = "23")
    void nodeThatBearsOnePodMore_neverRises(
            @ForAll Random random,
            @ForAll @IntRange(min = 1, max = 4000) int cpuMillis,
            @ForAll @IntRange(min = 1, max = 16) int gibibytes) {
        var signals = signals(random);
        var before = node("n").pod("a", 300);
        var after = node("n").pod("a", 300).pod("b", cpuMillis, gibibytes * GIB);
        signals.forEach(before::signal);
        signals.forEach(after::signal);

        assertThat(scores(image(after))[0]).isLessThanOrEqualTo(scores(image(before))[0]);
    }

    @Property(tries = 500, seed = "19")
    void nodeThatFlapsMore_neverRises(
            @ForAll Random random, @ForAll @IntRange(max = 5) int losses, @ForAll @IntRange(max = 5) int more) {
        var signals = signals(random);

        assertThat(score(signals, losses + more)).isLessThanOrEqualTo(score(signals, losses));
    }

    @Property(tries = 500, seed = "20")
    void busierNode_isNeverJudgedFitWhereTheIdlerOneIsNot(
            @ForAll Random random, @ForAll @DoubleRange(min = 1, max = 3) double factor) {
        var before = signals(random);
        var after = new EnumMap<>(before);
        after.replaceAll((kind, value) -> kind == SignalKind.MEMORY_AVAILABLE_BYTES ? value / factor : value * factor);

        var verdict = judge(before);

        if (!verdict.isFit()) {
            assertThat(judge(after).isFit()).isFalse();
        }
    }

    /// What is asked for and measured, and the node itself, all k times as large: the shares are the same.
    @Property(tries = 300, seed = "21")
    void everythingScaled_scoresTheSame(@ForAll Random random, @ForAll @IntRange(min = 1, max = 64) int factor) {
        var signals = signals(random);

        float once = scores(image(scaled(signals, 1)), 400, GIB)[0];
        float scaled = scores(image(scaled(signals, factor)), 400L * factor, GIB * factor)[0];

        assertThat(scaled).isCloseTo(once, within(1e-3f));
    }

    private static final SignalKind[] PRESSURE = {
        SignalKind.CPU_PSI_SOME_60,
        SignalKind.MEMORY_PSI_SOME_10,
        SignalKind.MEMORY_PSI_SOME_60,
        SignalKind.MEMORY_PSI_FULL_60,
        SignalKind.MEMORY_REFAULTS_PER_SECOND
    };

    /// Some of everything that is measured of a node of 4 cores and 16 GiB; pressure always, so that it can grow.
    private static EnumMap<SignalKind, Double> signals(Random random) {
        var signals = new EnumMap<SignalKind, Double>(SignalKind.class);
        for (var kind : PRESSURE) {
            signals.put(kind, random.nextDouble() * 0.2);
        }
        signals.put(SignalKind.MEMORY_REFAULTS_PER_SECOND, random.nextDouble() * 1000);
        if (random.nextBoolean()) {
            signals.put(SignalKind.CPU_USAGE_MILLIS, random.nextDouble() * 4000);
        }
        if (random.nextBoolean()) {
            signals.put(SignalKind.MEMORY_WORKING_SET_BYTES, random.nextDouble() * 16 * GIB);
        }
        if (random.nextBoolean()) {
            signals.put(SignalKind.MEMORY_AVAILABLE_BYTES, random.nextDouble() * 16 * GIB);
        }
        return signals;
    }

    private static Clusters.NodeBuilder scaled(Map<SignalKind, Double> signals, int factor) {
        var node = node("n").cpu(4 * factor).memoryGib(16 * factor).pod("a", 1000L * factor, 2 * GIB * factor);
        signals.forEach((kind, value) -> node.signal(kind, isAmount(kind) ? value * factor : value));
        return node;
    }

    private static boolean isAmount(SignalKind kind) {
        return switch (kind) {
            case CPU_USAGE_MILLIS, MEMORY_WORKING_SET_BYTES, MEMORY_AVAILABLE_BYTES, NETWORK_BYTES_PER_SECOND -> true;
            case CPU_PSI_SOME_60,
                    CPU_RUN_QUEUE_60,
                    MEMORY_PSI_SOME_10,
                    MEMORY_PSI_SOME_60,
                    MEMORY_PSI_FULL_60,
                    MEMORY_REFAULTS_PER_SECOND,
                    MEMORY_MAJOR_FAULTS_PER_SECOND -> false;
        };
    }

    private float score(Map<SignalKind, Double> signals, int losses) {
        var node = node("n").pod("a", 300).lost(losses, NOW_MILLIS);
        signals.forEach(node::signal);
        return scores(image(node))[0];
    }

    private Verdict judge(Map<SignalKind, Double> signals) {
        var node = node("n");
        signals.forEach(node::signal);
        var image = image(node);
        return placer.judge(image, Shares.NONE, PodToPlace.of(image, pending("p", 300, GIB)), 0, NOW_MILLIS);
    }

    private float[] scores(ClusterImage image) {
        return scores(image, 400, GIB);
    }

    private float[] scores(ClusterImage image, long cpuMillis, long memoryBytes) {
        var pod = PodToPlace.of(image, pending("p", cpuMillis, memoryBytes));
        return placer.rank(image, Shares.NONE, pod, slots(image), NOW_MILLIS).scores();
    }

    private static Shares shares(Random random, ClusterImage image, RandomImages images) {
        var shares = new SpeculativeShares();
        for (int i = random.nextInt(4); i > 0; i--) {
            var pod = PodToPlace.of(image, images.pod("other" + i, Optional.empty()));
            shares.expect(pod, new int[] {random.nextInt(image.nodeCount())}, image.nodeTable(), NOW_MILLIS);
        }
        return shares.at(image, NOW_MILLIS);
    }
}
