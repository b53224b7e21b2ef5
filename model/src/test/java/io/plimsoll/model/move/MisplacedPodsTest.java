package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterImage;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `web-1` and `web-2` are misplaced while they are on one node.
class MisplacedPodsTest {

    private static final long SECOND = 1_000;

    private final MisplacedPods pods = new MisplacedPods(Set.of(MoveGoal.SPREAD_SIBLINGS));
    private long now = Fleet.NOW;

    @Test
    void pods_misplacedForAMinute_areTold() {
        look(together(), 6);
        assertThat(pods.uids()).isEmpty();

        look(together(), 1);

        assertThat(pods.uids()).isEqualTo(uids(together()));
    }

    @Test
    void pods_thatWereRightInBetween_areNotTold() {
        look(together(), 6);
        look(apart(), 1);
        look(together(), 6);
        assertThat(pods.uids()).isEmpty();

        look(together(), 1);
        assertThat(pods.uids()).isNotEmpty();

        look(apart(), 1);
        assertThat(pods.uids()).isEmpty();
    }

    @Test
    void looksCloserThanTenSeconds_countAsOne() {
        for (int i = 0; i < 50; i++) {
            pods.observe(Fleet.confirmed(together(), now + i * SECOND));
        }

        assertThat(pods.uids()).isEmpty();
    }

    /// The API server is away.
    @Test
    void pictureThatNobodyConfirmsAnyMore_countsOnce() {
        var old = Fleet.confirmed(together(), now);
        for (int i = 0; i < 100; i++) {
            pods.observe(old);
        }

        assertThat(pods.uids()).isEmpty();
    }

    @Test
    void looksBeforeALongGap_countNoMore() {
        look(together(), 6);
        now += 61 * SECOND;

        look(together(), 6);

        assertThat(pods.uids()).isEmpty();
    }

    @Test
    void clockThatIsSetBack_isAGap() {
        look(together(), 6);
        now -= 3_600 * SECOND;

        look(together(), 6);
        assertThat(pods.uids()).isEmpty();
        look(together(), 1);

        assertThat(pods.uids()).isNotEmpty();
    }

    @Test
    void withoutAGoal_nobodyIsMisplaced() {
        var relief = new MisplacedPods(Set.of());

        for (int i = 0; i < 10; i++) {
            relief.observe(Fleet.confirmed(together(), now + i * 10L * SECOND));
        }

        assertThat(relief.uids()).isEmpty();
    }

    private void look(ClusterImage image, int times) {
        for (int i = 0; i < times; i++) {
            now += 10 * SECOND;
            pods.observe(Fleet.confirmed(image, now));
        }
    }

    private static Set<String> uids(ClusterImage image) {
        return image.podsOf(Fleet.deployment("web")).stream()
                .map(pod -> pod.spec().uid())
                .collect(Collectors.toSet());
    }

    private static ClusterImage together() {
        return on("n1");
    }

    private static ClusterImage apart() {
        return on("n2");
    }

    private static ClusterImage on(String second) {
        return new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "web", "web-1", 100)
                .pod(second, "web", "web-2", 100)
                .image();
    }
}
