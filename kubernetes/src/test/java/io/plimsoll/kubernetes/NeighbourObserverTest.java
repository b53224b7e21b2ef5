package io.plimsoll.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MoveGoal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Looks at one picture after the other, ten seconds apart; it ends when there are no more. `web` and `api` have
/// two pods each, which are misplaced while they are on one node.
@Timeout(60)
class NeighbourObserverTest {

    private static final Set<String> NOBODY = Set.of();
    private static final Set<String> WEB = Set.of("uid-web-1", "uid-web-2");
    private static final Set<String> BOTH = Set.of("uid-web-1", "uid-web-2", "uid-api-1", "uid-api-2");
    private static final Set<MoveGoal> SPREAD = Set.of(MoveGoal.SPREAD_SIBLINGS);

    private long nowMillis = 1_800_000_000_000L;

    /// `api` was spread in the fourth picture, so that its seventh in a row is the eleventh.
    @Test
    void pods_misplacedInSevenPicturesInARow_areTold() throws Exception {
        var pictures = pictures("n1", "n1", "n1", "n2", "n1", "n1", "n1", "n1", "n1", "n1", "n1");

        var told = told(SPREAD, pictures);

        var expected = new ArrayList<>(Collections.nCopies(6, NOBODY));
        expected.addAll(Collections.nCopies(4, WEB));
        expected.add(BOTH);
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void pods_rightAgain_areNotToldAnyMore() throws Exception {
        var told = told(SPREAD, pictures("n1", "n1", "n1", "n1", "n1", "n1", "n1", "n2"));

        assertThat(told.subList(6, 8)).containsExactly(BOTH, WEB);
    }

    @Test
    void withoutAGoal_nobodyIsLookedFor() throws Exception {
        var told = told(Set.of(), pictures("n1", "n1", "n1", "n1", "n1", "n1", "n1", "n1"));

        assertThat(told).isEqualTo(Collections.nCopies(8, NOBODY));
    }

    /// Who is told to be misplaced after each picture.
    private List<Set<String>> told(Set<MoveGoal> goals, List<ClusterImage> pictures) throws InterruptedException {
        var told = new ArrayList<Set<String>>();
        var over = new CountDownLatch(1);
        var observers = new ArrayList<NeighbourObserver>();
        Pauses pauses = duration -> {
            told.add(observers.getFirst().watched().misplaced());
            nowMillis += 10_000;
            if (told.size() == pictures.size()) {
                over.countDown();
                throw new InterruptedException("the pictures are over");
            }
        };
        var context = new LoopContext(
                () -> Instant.ofEpochMilli(nowMillis),
                System::nanoTime,
                pauses,
                new Random(1),
                new SimpleMeterRegistry());
        try (var observer =
                new NeighbourObserver(() -> pictures.get(told.size()), MoveConfig.DEFAULT.withGoals(goals), context)) {
            observers.add(observer);
            observer.start();
            over.await();
        }
        return told;
    }

    /// @param nodes where the second pod of `api` is in each
    private List<ClusterImage> pictures(String... nodes) {
        var pictures = new ArrayList<ClusterImage>();
        Arrays.asList(nodes).forEach(node -> pictures.add(picture(node, nowMillis + 10_000L * pictures.size())));
        return pictures;
    }

    private static ClusterImage picture(String node, long atMillis) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.NodeApplied(node("n1"), atMillis));
        delta.replay(new ClusterEvent.NodeApplied(node("n2"), atMillis));
        for (var workload : List.of("web", "api")) {
            delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(owner(workload), Optional.empty(), 2, Set.of())));
            delta.replay(new ClusterEvent.PodApplied(pod(workload, workload + "-1", "n1")));
        }
        delta.replay(new ClusterEvent.PodApplied(pod("web", "web-2", "n1")));
        delta.replay(new ClusterEvent.PodApplied(pod("api", "api-2", node)));
        delta.replay(new ClusterEvent.Confirmed(atMillis));
        return delta.apply();
    }

    private static Owner owner(String workload) {
        return new Owner("shop", "Deployment", workload);
    }

    private static PodSpec pod(String workload, String name, String node) {
        return new PodSpec(
                new PodKey("shop", name),
                "uid-" + name,
                Optional.of(owner(workload)),
                Optional.of(node),
                PodPhase.RUNNING,
                true,
                0,
                0,
                false,
                List.of(),
                Resources.NONE,
                Set.of());
    }

    private static NodeSpec node(String name) {
        var size = new Resources(4_000, 1L << 34);
        return new NodeSpec(
                name, "uid-" + name, "boot", size, size, 110, NodeSpec.Readiness.READY, false, false, List.of());
    }
}
