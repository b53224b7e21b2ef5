package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Labels of `hog`: 0 is an A, 0.1 a C, and 9 an E.
class NeighbourLabelsTest {

    private static final Owner HOG = new Owner("shop", "Deployment", "hog");
    private static final Instant START = Instant.parse("2026-11-22T03:00:00Z");

    private Instant now = START.plus(Duration.ofHours(1));
    private double usual = 0.1;
    private final Map<Owner, Map<String, String>> there = new HashMap<>();
    private final List<String> written = new ArrayList<>();
    private Optional<IOException> trouble = Optional.empty();

    private final NeighbourLabels teller = teller(List.of(HOG));

    private NeighbourLabels teller(List<Owner> workloads) {
        var labels = new NeighbourLabels.Labels() {
            @Override
            public Map<Owner, Map<String, String>> labels() {
                return there;
            }

            @Override
            public void label(Owner workload, Map<String, String> labels) throws IOException {
                written.add(workload.name() + " " + new TreeMap<>(labels).values());
                if (trouble.isPresent()) {
                    throw trouble.get();
                }
                there.put(workload, labels);
            }

            @Override
            public void unlabel(Owner workload, List<String> keys) throws IOException {
                label(workload, Map.of());
            }
        };
        return new NeighbourLabels(labels, () -> watched(workloads), () -> now);
    }

    @Test
    void workload_isLabelledOnceItIsKnown_andNotAgainWhileNothingChanges() {
        now = START.plus(Duration.ofMinutes(59));
        pass();
        assertThat(written).isEmpty();

        after(Duration.ofMinutes(1));
        after(Duration.ofHours(5));

        assertThat(written).containsExactly("hog [A, C, A]");
    }

    @Test
    void whatIsWorse_isWrittenAtOnce_andWhatIsBetterAfterARest() {
        pass();
        usual = 9;
        after(Duration.ofMinutes(1));
        usual = 0;
        after(Duration.ofMinutes(29));
        assertThat(written).containsExactly("hog [A, C, A]", "hog [A, E, A]");

        after(Duration.ofMinutes(1));

        assertThat(written).containsExactly("hog [A, C, A]", "hog [A, E, A]", "hog [A, A, A]");
    }

    @Test
    void labelsOfBeforeAStart_standUntilMoreIsKnown() {
        there.put(HOG, labels("A", "E", "A"));
        now = START.plus(Duration.ofMinutes(59));
        pass();
        assertThat(written).isEmpty();

        after(Duration.ofMinutes(1));

        assertThat(written).containsExactly("hog [A, C, A]");
    }

    @Test
    void labelsThatMakeNoSense_areWrittenAnew() {
        there.put(HOG, labels("A", "Z", "A"));

        pass();

        assertThat(written).containsExactly("hog [A, C, A]");
    }

    @Test
    void labelsThatSomebodyTakesAway_areBackWithinAnHour() {
        pass();
        there.clear();

        after(Duration.ofMinutes(59));
        assertThat(written).hasSize(1);
        after(Duration.ofMinutes(1));

        assertThat(written).containsExactly("hog [A, C, A]", "hog [A, C, A]");
    }

    @Test
    void labels_ofAWorkloadThatNoPolicySelectsAnyMore_areTakenOff() {
        pass();
        teller.reached(workload -> Sizings.Reach.UNSELECTED);
        trouble = Optional.of(new IOException("no answer"));
        teller.decided(List.of());
        trouble = Optional.empty();
        teller.decided(List.of());
        teller.decided(List.of());

        assertThat(written).containsExactly("hog [A, C, A]", "hog []", "hog []");
        assertThat(there).isEqualTo(Map.of(HOG, Map.of()));
    }

    @Test
    void labels_ofAWorkloadWithoutPods_thatAPolicySelects_stay() {
        pass();
        teller.reached(workload -> Sizings.Reach.SELECTED);
        teller.decided(List.of());

        assertThat(written).containsExactly("hog [A, C, A]");
    }

    @Test
    void labelThatCannotBeWritten_isTriedAgain() {
        trouble = Optional.of(new IOException("no answer"));
        pass();
        trouble = Optional.empty();
        after(Duration.ofMinutes(1));
        after(Duration.ofMinutes(1));

        assertThat(written).hasSize(2);
    }

    @Test
    void rightThatIsMissing_isAskedForOnceInFiveMinutes_whateverTheNumberOfWorkloads() {
        trouble = Optional.of(new ApiException("is forbidden", 403));
        var two = List.of(HOG, new Owner("shop", "Deployment", "web"));
        var teller = teller(two);

        teller.decided(two.stream().map(NeighbourLabelsTest::sizing).toList());
        now = now.plus(Duration.ofMinutes(4));
        teller.decided(two.stream().map(NeighbourLabelsTest::sizing).toList());
        assertThat(written).hasSize(1);

        now = now.plus(Duration.ofMinutes(1));
        teller.decided(two.stream().map(NeighbourLabelsTest::sizing).toList());
        assertThat(written).hasSize(2);
    }

    @Test
    void largeCluster_isLabelledInSeveralPasses() {
        var many = IntStream.range(0, NeighbourLabels.WRITES_MAX + 1)
                .mapToObj(i -> new Owner("shop", "Deployment", "w" + i))
                .toList();
        var teller = teller(many);
        var sizings = many.stream().map(NeighbourLabelsTest::sizing).toList();

        teller.decided(sizings);
        assertThat(written).hasSize(NeighbourLabels.WRITES_MAX);
        teller.decided(sizings);

        assertThat(written).hasSize(NeighbourLabels.WRITES_MAX + 1).doesNotHaveDuplicates();
    }

    private void after(Duration time) {
        now = now.plus(time);
        pass();
    }

    private void pass() {
        teller.decided(List.of(sizing(HOG)));
    }

    private static Map<String, String> labels(String now, String usual, String worst) {
        return Map.of(NeighbourLabels.NOW, now, NeighbourLabels.USUAL, usual, NeighbourLabels.WORST, worst);
    }

    private Watched watched(List<Owner> workloads) {
        var suspicions = workloads.stream()
                .map(workload -> new Suspicion(workload, Contention.CPU, 0.3, 9, 4, 2, usual, 0, true, true))
                .toList();
        return new Watched(new Neighbours(List.of(), suspicions), new TreeMap<>(), START.toEpochMilli());
    }

    private static WorkloadSizing sizing(Owner workload) {
        var policy = new PolicyCandidate(Optional.of("shop"), "all", 0, 0, false, owner -> true);
        var container = new ContainerRecommendation(
                "main", "percentile", resource(ResourceKind.CPU), resource(ResourceKind.MEMORY), 0);
        return new WorkloadSizing(
                workload,
                PolicyChoice.among(List.of(policy), workload).orElseThrow(),
                List.of(container),
                new ResizePlan.Skipped(SkipReason.RECOMMEND_ONLY, ""));
    }

    private static ResourceRecommendation resource(ResourceKind kind) {
        return new ResourceRecommendation(kind, 1, 1, 1, 1, 1, 1, List.of(new SizingReason.NoHistory()));
    }
}
