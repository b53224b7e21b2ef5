package io.plimsoll.model.placement;

import static io.plimsoll.model.cluster.Clusters.NOW_MILLIS;
import static io.plimsoll.model.cluster.Clusters.after;
import static io.plimsoll.model.cluster.Clusters.bound;
import static io.plimsoll.model.cluster.Clusters.deployment;
import static io.plimsoll.model.cluster.Clusters.image;
import static io.plimsoll.model.cluster.Clusters.node;
import static io.plimsoll.model.cluster.Clusters.pendingOf;
import static io.plimsoll.model.cluster.Clusters.slots;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters.NodeBuilder;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.regime.RegimeKind;
import io.plimsoll.model.usage.SignalKind;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// How the placer takes into account who hurts whom.
class NeighbourFitTest {

    private static final Offset<Double> CLOSE = within(0.01);

    /// So significant that nothing is drawn towards what is usual: 4 / 1000² of it.
    private static final Neighbours HOG_IS_KNOWN = new Neighbours(
            List.of(), List.of(suspicion("hog", 1, true), suspicion("web", 0, false), suspicion("db", 0, false)));

    private final Placer placer = new Placer(PlacementConfig.DEFAULT);

    @Test
    void card_knownAntagonist_isJudgedByWhatItAddsAndByHowManyWait() {
        // 400 ± 400 of 4000: û = 0.2, â = 1, two others: 0.1 + 0.2 · 3 = 0.7; exp(−0.7 / 0.3) = 0.097
        var image = image(crowd("n", 2, 0.1));

        var card = card(image, pendingOf("hog", "hog-1", 400, 1), HOG_IS_KNOWN);

        assertThat(card.values().get(ScorePart.NEIGHBOUR_FIT)).isCloseTo(9.7, within(0.05));
        assertThat(card.waits()).singleElement().satisfies(wait -> {
            assertThat(wait.contention()).isEqualTo(Contention.CPU);
            assertThat(wait.now()).isEqualTo(0.1);
            assertThat(wait.toCome()).isZero();
            assertThat(wait.added()).isCloseTo(0.2, CLOSE);
        });
    }

    @Test
    void card_ordinaryPod_isJudgedByThePressureAlone() {
        var image = image(crowd("n", 8, 0.1));

        var card = card(image, pendingOf("web", "web-1", 400, 1), HOG_IS_KNOWN);

        assertThat(card.values().get(ScorePart.NEIGHBOUR_FIT)).isCloseTo(71.7, within(0.05));
    }

    /// Its own sibling there is none of those that would be hurt.
    @Test
    void card_siblingThere_isNotCountedAmongTheOthers() {
        var alone = image(crowd("n", 2, 0.1));
        var withSibling = image(crowd("n", 2, 0.1).podOf("hog", "hog-0", 0));

        var pod = pendingOf("hog", "hog-1", 400, 1);

        assertThat(card(withSibling, pod, new Neighbours(List.of(), List.of(suspicion("hog", 1, false))))
                        .values()
                        .get(ScorePart.NEIGHBOUR_FIT))
                .isCloseTo(fit(alone, pod), CLOSE);
    }

    @Test
    void card_sensitiveVictims_countAsOftenAsTheyWaitLonger() {
        // û = 0.2, â = 1; n0 waits 2.5 times as long as most, of n1 nothing is known: 0.1 + 0.2 · (1 + 3.5) = 1
        var image = image(crowd("n", 2, 0.1));

        var card = card(image, pendingOf("hog", "hog-1", 400, 1), knowing(sensitive("n0", 2.5)));

        // exp(−1 / 0.3) = 0.0357
        assertThat(card.values().get(ScorePart.NEIGHBOUR_FIT)).isCloseTo(3.57, within(0.05));
    }

    /// Of its sibling, that waits as long as it does.
    @Test
    void card_sensitiveSiblingThere_isNotCountedAmongTheOthers() {
        var known = knowing(sensitive("hog", 2.5));
        var pod = pendingOf("hog", "hog-1", 400, 1);

        var with = card(image(crowd("n", 2, 0.1).podOf("hog", "hog-0", 0)), pod, known);

        assertThat(with.values().get(ScorePart.NEIGHBOUR_FIT))
                .isCloseTo(card(image(crowd("n", 2, 0.1)), pod, known).values().get(ScorePart.NEIGHBOUR_FIT), CLOSE);
    }

    /// It would wait twice as long as others: exp(−2 · 0.1 / 0.3)
    @Test
    void card_sensitivePod_isJudgedByHowLongItWouldWaitItself() {
        var card = card(image(crowd("n", 8, 0.1)), pendingOf("web", "web-1", 400, 1), knowing(sensitive("web", 2)));

        assertThat(card.values().get(ScorePart.NEIGHBOUR_FIT)).isCloseTo(51.3, within(0.05));
    }

    /// By load alone, `c` is the better one, and on both there are two.
    @Test
    void rank_knownAntagonist_goesWhereThoseAreThatBearIt() {
        var image = image(crowd("b", 2, 0.05).usesCpu(2400), crowd("c", 2, 0.05));
        var antagonist = pendingOf("hog", "hog-1", 400, 1);

        assertThat(best(image, antagonist, HOG_IS_KNOWN)).isEqualTo("c");
        assertThat(best(image, antagonist, knowing(sensitive("b0", 0.2), sensitive("b1", 0.2), sensitive("c0", 2))))
                .isEqualTo("b");
    }

    @Test
    void scores_sensitivitiesOfOne_areThoseWhereNoneIsKnown() {
        var image = image(crowd("a", 2, 0.3), crowd("b", 5, 0.05).podOf("hog", "hog-0", 0), silent("c", 3));
        var pod = pendingOf("hog", "hog-1", 400, 1);

        var known = knowing(sensitive("a0", 1), sensitive("b1", 1), sensitive("c2", 1));

        assertThat(scores(image, pod, known)).isEqualTo(scores(image, pod, HOG_IS_KNOWN));
    }

    @Test
    void card_nobodyWatchesNeighbours_hasNoSuchPart() {
        var image = image(crowd("n", 2, 0.1));

        var card = placer.card(image, Shares.NONE, PodToPlace.of(image, pendingOf("hog", "h", 400, 1)), 0, NOW_MILLIS);

        assertThat(card.values()).doesNotContainKey(ScorePart.NEIGHBOUR_FIT);
        assertThat(card.waits()).isEmpty();
    }

    @Test
    void card_pressureNotMeasuredAnywhereOrTooOld_dropsOutAndWeightsRenormalise() {
        var unmeasured = image(node("n").usesCpu(1000));
        var old = image(node("n").signal(SignalKind.CPU_PSI_SOME_60, 0.1, NOW_MILLIS - 180_000));

        for (var image : List.of(unmeasured, old)) {
            var card = card(image, pendingOf("hog", "hog-1", 400, 1), HOG_IS_KNOWN);

            assertThat(card.values()).doesNotContainKey(ScorePart.NEIGHBOUR_FIT);
            assertThat(card.weights().values().stream()
                            .mapToDouble(weight -> weight)
                            .sum())
                    .isCloseTo(1, CLOSE);
        }
    }

    /// 0.05 and 0.15 elsewhere, and what is old, or of a virtual node, does not count: exp(−0.1 / 0.3)
    @Test
    void card_pressureNotMeasuredThere_isTheMeanOfOtherNodes() {
        var image = image(
                silent("a", 2),
                crowd("b", 2, 0.05),
                crowd("c", 2, 0.15),
                silent("d", 2).signal(SignalKind.CPU_PSI_SOME_60, 0.9, NOW_MILLIS - 180_000),
                crowd("v", 2, 0.9).virtual());

        var card = card(image, pendingOf("web", "web-1", 400, 1), HOG_IS_KNOWN);

        assertThat(card.values().get(ScorePart.NEIGHBOUR_FIT)).isCloseTo(71.7, within(0.05));
        assertThat(card.waits())
                .singleElement()
                .satisfies(wait -> assertThat(wait.trust()).isZero())
                .satisfies(wait -> assertThat(wait.now()).isCloseTo(0.1, CLOSE));
    }

    /// It is believed by half.
    @Test
    void card_pressureMeasuredAWhileAgo_fadesToThatOfOtherNodes_andTheirsFadesToNothing() {
        var image =
                image(silent("a", 2).signal(SignalKind.CPU_PSI_SOME_60, 0.3, NOW_MILLIS - 127_500), crowd("b", 2, 0.1));
        var pod = PodToPlace.of(image, pendingOf("web", "web-1", 400, 1));
        var informed = placer.beside(Company.of(HOG_IS_KNOWN, image, NOW_MILLIS));

        var card = informed.card(image, Shares.NONE, pod, 0, NOW_MILLIS);
        var later = informed.card(image, Shares.NONE, pod, 0, NOW_MILLIS + 127_500);

        // The mean of both is 0.2.
        assertThat(card.waits())
                .singleElement()
                .satisfies(wait -> assertThat(wait.now()).isCloseTo(0.25, CLOSE));
        assertThat(later.waits())
                .singleElement()
                .satisfies(wait -> assertThat(wait.now()).isCloseTo(0.2, CLOSE));
        assertThat(relative(later)).isCloseTo(relative(card) / 2, CLOSE);
        assertThat(informed.card(image, Shares.NONE, pod, 0, NOW_MILLIS + 180_000)
                        .values())
                .doesNotContainKey(ScorePart.NEIGHBOUR_FIT);
    }

    /// Unknown is not good: a sibling and eight others are on `a`, of which no pressure is known.
    @Test
    void rank_knownAntagonist_goesToTheEmptyNode_andNotToOneThatIsNotMeasured() {
        var image = image(
                silent("a", 8).podOf("hog", "hog-0", 0),
                node("b").cpu(4).usesCpu(100).signal(SignalKind.CPU_PSI_SOME_60, 0.02),
                crowd("c", 8, 0.02));

        assertThat(best(image, pendingOf("hog", "hog-1", 400, 1))).isEqualTo("b");
    }

    /// By load alone, `c` is the better one.
    @Test
    void rank_knownAntagonist_goesToTheFullerNodeWhereFewerAreHurt() {
        var image = image(crowd("b", 2, 0.05).usesCpu(2400), crowd("c", 8, 0.05));
        var antagonist = pendingOf("hog", "hog-1", 400, 1);
        var ordinary = pendingOf("web", "web-1", 400, 1);

        assertThat(best(image, antagonist)).isEqualTo("b");
        assertThat(best(image, ordinary)).isEqualTo("c");
    }

    @Test
    void rank_emptierNodeUnderPressure_isLeftForAFullerOneThatIsQuiet() {
        var image = image(
                node("a").cpu(4).usesCpu(400).signal(SignalKind.CPU_PSI_SOME_60, 0.3),
                node("b").cpu(4).usesCpu(1200).signal(SignalKind.CPU_PSI_SOME_60, 0.02));

        assertThat(best(image, pendingOf("web", "web-1", 400, 1))).isEqualTo("b");
    }

    /// Nothing of it shows in the pressure yet.
    @Test
    void rank_badNeighbourJustLanded_keepsAnOrdinaryPodAway() {
        var landed = bound(pendingOf("hog", "hog-0", 400, 1), "a", NOW_MILLIS);
        var other = bound(pendingOf("db", "db-0", 400, 1), "b", NOW_MILLIS);
        var image = after(
                image(crowd("a", 2, 0.05), crowd("b", 2, 0.05)),
                List.of(new ClusterEvent.PodApplied(landed), new ClusterEvent.PodApplied(other)));

        assertThat(best(image, pendingOf("web", "web-1", 400, 1))).isEqualTo("b");
        assertThat(card(image, pendingOf("web", "web-1", 400, 1), HOG_IS_KNOWN).waits())
                .singleElement()
                .satisfies(wait -> assertThat(wait.toCome()).isCloseTo(0.2, CLOSE));
    }

    /// No weight may buy a node on which all wait.
    @Test
    void floor_nodeOnWhichAllWait_isThatOfThePart() {
        var image = image(crowd("n", 2, 0.6));

        var card = card(image, pendingOf("web", "web-1", 400, 1), HOG_IS_KNOWN);

        // exp(−2) = 13.53 of 30
        assertThat(card.floor()).isCloseTo(0.451, CLOSE);
    }

    @Test
    void beside_nodeTableChanged_readsTheCompanyByName() {
        var before = image(crowd("b", 2, 0.05), crowd("c", 9, 0.05));
        var company = Company.of(HOG_IS_KNOWN, before, NOW_MILLIS);
        var now =
                after(before, node("a").signal(SignalKind.CPU_PSI_SOME_60, 0.05).events());
        var pod = PodToPlace.of(now, pendingOf("hog", "hog-1", 400, 1));

        var scores = placer.beside(company)
                .rank(now, Shares.NONE, pod, slots(now), NOW_MILLIS)
                .scores();

        assertThat(scores[0]).isGreaterThan(scores[1]);
        assertThat(scores[1]).isGreaterThan(scores[2]);
        assertThat(company.at(now.nodeTable()).others(Contention.CPU, 2)).isEqualTo(9);
    }

    @Test
    void in_quietHours_neighbourFitCountsAThird() {
        var image = image(crowd("n", 2, 0.1));
        var pod = PodToPlace.of(image, pendingOf("web", "web-1", 400, 1));
        var company = Company.of(HOG_IS_KNOWN, image, NOW_MILLIS);

        var unknown = placer.beside(company).card(image, Shares.NONE, pod, 0, NOW_MILLIS);
        var busy = placer.beside(company).in(RegimeKind.PEAK).card(image, Shares.NONE, pod, 0, NOW_MILLIS);
        var quiet = placer.in(RegimeKind.OFF_PEAK).beside(company).card(image, Shares.NONE, pod, 0, NOW_MILLIS);

        assertThat(busy).isEqualTo(unknown);
        assertThat(relative(quiet)).isCloseTo(relative(busy) / 3, CLOSE);
    }

    /// Its weight against that of a part which counts 1 at all hours.
    private static double relative(ScoreCard card) {
        return card.weights().getOrDefault(ScorePart.NEIGHBOUR_FIT, 0.0)
                / card.weights().getOrDefault(ScorePart.STABILITY, 0.0);
    }

    /// A node with so many workloads whose tasks wait that share of the time.
    private static NodeBuilder crowd(String name, int workloads, double pressure) {
        return silent(name, workloads).signal(SignalKind.CPU_PSI_SOME_60, pressure);
    }

    /// One of which that is not measured.
    private static NodeBuilder silent(String name, int workloads) {
        var node = node(name).cpu(4).usesCpu(800);
        for (int i = 0; i < workloads; i++) {
            node.podOf(name + i, name + i + "-0", 0);
        }
        return node;
    }

    private static Suspicion suspicion(String deployment, double coefficient, boolean isAccused) {
        return new Suspicion(
                deployment(deployment), Contention.CPU, coefficient, 1000, 4, 2, 0.2, 0.9, true, isAccused);
    }

    private static Suspicion sensitive(String deployment, double sensitivity) {
        return new Suspicion(
                deployment(deployment),
                Contention.CPU,
                deployment.equals("hog") ? 1 : 0,
                1000,
                4,
                2,
                0.2,
                0.9,
                true,
                OptionalLong.empty(),
                OptionalDouble.of(sensitivity));
    }

    /// What is known of the hog besides; three more of which nobody waits keep the usual coefficient at 0.
    private static Neighbours knowing(Suspicion... sensitive) {
        var others = Stream.of(suspicion("quiet", 0, false), suspicion("still", 0, false), suspicion("calm", 0, false));
        boolean tellsOfHog =
                Stream.of(sensitive).anyMatch(suspicion -> suspicion.workload().equals(deployment("hog")));
        var hog = tellsOfHog ? Stream.<Suspicion>of() : Stream.of(suspicion("hog", 1, true));
        return new Neighbours(
                List.of(),
                Stream.of(hog, Stream.of(sensitive), others)
                        .flatMap(each -> each)
                        .toList());
    }

    private ScoreCard card(ClusterImage image, PodSpec pod, Neighbours neighbours) {
        return placer.beside(Company.of(neighbours, image, NOW_MILLIS))
                .card(image, Shares.NONE, PodToPlace.of(image, pod), 0, NOW_MILLIS);
    }

    private double fit(ClusterImage image, PodSpec pod) {
        return card(image, pod, HOG_IS_KNOWN).values().getOrDefault(ScorePart.NEIGHBOUR_FIT, Double.NaN);
    }

    private float[] scores(ClusterImage image, PodSpec pod, Neighbours neighbours) {
        return placer.beside(Company.of(neighbours, image, NOW_MILLIS))
                .rank(image, Shares.NONE, PodToPlace.of(image, pod), slots(image), NOW_MILLIS)
                .scores();
    }

    private String best(ClusterImage image, PodSpec pod) {
        return best(image, pod, HOG_IS_KNOWN);
    }

    private String best(ClusterImage image, PodSpec pod, Neighbours neighbours) {
        var scores = scores(image, pod, neighbours);
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return image.nodeTable().names().get(best);
    }
}
