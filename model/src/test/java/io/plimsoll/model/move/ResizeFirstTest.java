package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.recommendation.PolicyCandidate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The hog asks for 3 cores on `n1`.
class ResizeFirstTest {

    /// By which requests of all workloads are changed.
    static final MoveRules AUTO = MoveRules.of(List.of(new MovePolicy(
            new PolicyCandidate(Optional.empty(), "auto", 0, 0, false, workload -> true),
            Optional.empty(),
            true,
            Optional.empty())));

    @ParameterizedTest
    @CsvSource({
        // usual, now, enough: 1.15 times the one, or 1.25 times the other
        "1000, 100, 1150",
        "1000, 900, 1150",
        "1000, 1000, 1250",
        "100, 1900, 2375",
        "2080, 100, 2392"
    })
    void podThatAsksForMuchMoreThanItUses_isLeftToThePolicy(long usual, long now, long enough) {
        assertThat(advice(usual, now, AUTO, Duration.ofMinutes(1)))
                .isEqualTo(new ResizeFirst.Advice.Instead("policy auto may lower its CPU request from 3000m to "
                        + enough + "m, which covers what it uses: its neighbours then go before it"));
    }

    @Test
    void podThatUsesWhatItAsksFor_isNotLeftToIt() {
        assertThat(vain(2_100, 100, AUTO, Duration.ZERO))
                .isEqualTo("it asks for 3000m, and its workload uses up to 2100m");
        assertThat(vain(100, 1_930, AUTO, Duration.ZERO)).isEqualTo("it asks for 3000m, and uses 1930m");
    }

    @Test
    void podOfNoPolicyThatChangesRequests_isNotLeftToAnybody() {
        assertThat(vain(1_000, 100, MoveRules.NONE, Duration.ZERO))
                .isEqualTo("no policy is there to lower its CPU request from 3000m to 1150m");
        assertThat(vain(1_000, 100, MoveRules.UNREAD, Duration.ZERO))
                .isEqualTo(
                        "whether a policy may lower its CPU request from 3000m to 1150m is not known to this process");
    }

    @Test
    void policyThatHasNotDoneItInTenMinutes_isNotWaitedForAnyLonger() {
        var tenMinutes = Duration.ofMinutes(10);

        assertThat(advice(1_000, 100, AUTO, tenMinutes.minusMillis(1))).isInstanceOf(ResizeFirst.Advice.Instead.class);
        assertThat(vain(1_000, 100, AUTO, tenMinutes))
                .isEqualTo("policy auto might have lowered its CPU request from 3000m to 1150m, and has not within 10"
                        + " minutes");
    }

    @Test
    void workloadThatIsNoBadNeighbour_isNotWaitedFor() {
        var other = new Watched(accused("web", Duration.ZERO), new TreeMap<>(), 0).with(AUTO);

        assertThat(advice(1_000, 100, pod -> pod, Contention.CPU, other)).isInstanceOf(ResizeFirst.Advice.Vain.class);
    }

    @Test
    void podThatIsNotToBeResized_isNot() {
        var watched = new Watched(accused("hog", Duration.ZERO), new TreeMap<>(), 0).with(AUTO);

        assertThat(advice(1_000, 100, pod -> pod, Contention.MEMORY, watched))
                .isEqualTo(new ResizeFirst.Advice.Vain("no request changes how much memory it uses"));
        assertThat(advice(1_000, 100, Fleet.with(pod -> pod.optOuts(Set.of(OptOut.RESIZE))), Contention.CPU, watched))
                .isEqualTo(new ResizeFirst.Advice.Vain("it opts out of being resized"));
        assertThat(advice(1_000, 100, asking(Resources.NONE, Resources.NONE), Contention.CPU, watched))
                .isEqualTo(new ResizeFirst.Advice.Vain("it asks for nothing"));
        var all = new Resources(3_000, Clusters.GIB);
        assertThat(advice(1_000, 100, asking(all, all), Contention.CPU, watched))
                .isEqualTo(new ResizeFirst.Advice.Vain("its class would change"));
    }

    private static UnaryOperator<PodSpec> asking(Resources requests, Resources limits) {
        return Fleet.with(pod -> pod.containers(new ContainerSpec("main", requests, limits)));
    }

    private static String vain(long usual, long now, MoveRules rules, Duration since) {
        return ((ResizeFirst.Advice.Vain) advice(usual, now, rules, since)).why();
    }

    private static ResizeFirst.Advice advice(long usual, long now, MoveRules rules, Duration since) {
        var watched = new Watched(accused("hog", since), new TreeMap<>(), 0).with(rules);
        return advice(usual, now, pod -> pod, Contention.CPU, watched);
    }

    private static ResizeFirst.Advice advice(
            long usual, long now, UnaryOperator<PodSpec> change, Contention of, Watched watched) {
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "hog", "hog-1", 3_000, change)
                .uses("hog-1", now)
                .estimate("hog", Clusters.estimate(usual, Clusters.GIB, 1))
                .image();
        var hog = image.pod(Fleet.key("hog-1")).orElseThrow();
        return ResizeFirst.byPolicy().advice(hog, of, image, watched, Fleet.NOW);
    }

    private static Neighbours accused(String deployment, Duration since) {
        var suspicion = new Suspicion(
                Fleet.deployment(deployment),
                Contention.CPU,
                0.8,
                12,
                4,
                1,
                0.2,
                0.9,
                true,
                OptionalLong.of(Fleet.NOW - since.toMillis()),
                OptionalDouble.empty());
        return new Neighbours(List.of(), List.of(suspicion));
    }
}
