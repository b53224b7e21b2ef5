package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.PodMover.Answer;
import io.plimsoll.model.action.PodMover.Wish;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// On a node of 4 cores `web` waits for room beside `batch`: they ask for 5 together.
class AwaitedMovesTest {

    private static final long MIB = 1 << 20;
    private static final PodKey BATCH = new PodKey("default", "batch");
    private static final PodKey WEB = new PodKey("default", "web");

    private final AtomicLong nanoTime = new AtomicLong();
    private ClusterImage image =
            Clusters.image(Clusters.node("n1").pod("web", 3_000, MIB).pod("batch", 2_000, MIB));
    /// What happens a minute after the wait has begun.
    private Runnable meanwhile = () -> {};

    @Test
    void neighbourThatGoes_isNamed() throws Exception {
        meanwhile = () -> gone(BATCH);

        assertThat(move(1_000)).isEqualTo(new Answer.Moved("default/batch left node n1"));
        assertThat(nanoTime.get()).isLessThan(Duration.ofSeconds(70).toNanos());
    }

    @Test
    void podThatGoesItself_isNotWaitedForAnyMore() throws Exception {
        meanwhile = () -> gone(WEB);

        assertThat(move(1_000)).isEqualTo(new Answer.Moved("default/web has gone itself"));
    }

    @Test
    void nobodyThatGoes_isWaitedForNoLongerThanIsSet() throws Exception {
        assertThat(move(1_000)).isEqualTo(new Answer.Stays("nobody was moved within 300 s"));
        assertThat(nanoTime.get())
                .isBetween(
                        Duration.ofSeconds(300).toNanos(),
                        Duration.ofSeconds(305).toNanos());
    }

    /// A kubelet may see less room than there seems to be: nobody can be moved for what nobody sees.
    @Test
    void nodeThatLacksNothingByThePicture_isNotWaitedFor() throws Exception {
        assertThat(move(0))
                .isEqualTo(new Answer.Stays("nobody is moved, as its node has the room as far as Plimsoll sees"));
        assertThat(nanoTime).hasValue(0);
    }

    private Answer move(long missingMillis) throws InterruptedException {
        var uid = image.pod(WEB).orElseThrow().spec().uid();
        var context =
                new LoopContext(Clock.systemUTC(), nanoTime::get, this::pass, new Random(1), new SimpleMeterRegistry());
        return new AwaitedMoves(() -> image, context, Duration.ofSeconds(300))
                .move(new Wish(WEB, uid, new Resources(missingMillis, 0)));
    }

    private void pass(Duration time) {
        long before = nanoTime.getAndAdd(time.toNanos());
        long minute = Duration.ofMinutes(1).toNanos();
        if (before < minute && nanoTime.get() >= minute) {
            meanwhile.run();
        }
    }

    private void gone(PodKey pod) {
        image = Clusters.after(image, List.of(new ClusterEvent.PodDeleted(pod)));
    }
}
