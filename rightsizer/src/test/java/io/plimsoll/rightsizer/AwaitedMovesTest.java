package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.PodMover.Answer;
import io.plimsoll.model.action.PodMover.Wish;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// On a node of 4 cores `web` waits for room beside `batch`: they ask for 5 together.
class AwaitedMovesTest {

    private static final PodKey BATCH = new PodKey("default", "batch");
    private static final PodKey WEB = new PodKey("default", "web");

    private final AtomicLong nanoTime = new AtomicLong();
    private ClusterImage image = crowded();
    /// What happens a minute after the wait has begun.
    private Runnable meanwhile = () -> {};

    private boolean isUrgent;

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

    /// As a kill for memory is, which waits until this change has ended.
    @Test
    void changeThatIsUrgentMeanwhile_endsTheWait() throws Exception {
        meanwhile = () -> isUrgent = true;

        assertThat(move(1_000)).isEqualTo(new Answer.Stays("something more urgent came before anybody was moved"));
        assertThat(nanoTime.get()).isLessThan(Duration.ofSeconds(70).toNanos());
    }

    private Answer move(long missingMillis) throws InterruptedException {
        var context =
                new LoopContext(Clock.systemUTC(), nanoTime::get, this::pass, new Random(1), new SimpleMeterRegistry());
        return new AwaitedMoves(() -> image, context, Duration.ofMinutes(5))
                .move(new Wish(WEB, "u-web", new Resources(missingMillis, 0)), () -> !isUrgent);
    }

    private void pass(Duration time) {
        long before = nanoTime.getAndAdd(time.toNanos());
        long minute = Duration.ofMinutes(1).toNanos();
        if (before < minute && nanoTime.get() >= minute) {
            meanwhile.run();
        }
    }

    private void gone(PodKey pod) {
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.PodDeleted(pod));
        image = delta.apply();
    }

    private static ClusterImage crowded() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(4_000, 8L << 30);
        delta.replay(new ClusterEvent.NodeApplied(
                new NodeSpec("n1", "u-n1", "b-1", size, size, 110, NodeSpec.Readiness.READY, false, false, List.of()),
                0));
        delta.replay(new ClusterEvent.PodApplied(asking(WEB, 3_000)));
        delta.replay(new ClusterEvent.PodApplied(asking(BATCH, 2_000)));
        return delta.apply();
    }

    private static PodSpec asking(PodKey pod, long cpuMillis) {
        return new PodSpec(
                pod,
                "u-" + pod.name(),
                Optional.empty(),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(new ContainerSpec("main", new Resources(cpuMillis, 1 << 20), Resources.NONE)),
                Resources.NONE,
                Set.of());
    }
}
