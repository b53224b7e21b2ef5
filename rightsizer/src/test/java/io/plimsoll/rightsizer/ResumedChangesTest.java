package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods.Look;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a right-sizer makes at its start of changes that another one left open, one at a time.
@Timeout(30)
class ResumedChangesTest {

    private final MemoryJournal journal = new MemoryJournal();
    private final List<String> looked = new CopyOnWriteArrayList<>();
    private final Semaphore news = new Semaphore(0);
    private final AtomicInteger ends = new AtomicInteger();

    /// The raise was written first, and its name sorts first. Looked at before its neighbour was, it would find no
    /// room, and look for another neighbour.
    @Test
    void lowering_leftOpenBesideTheRaiseThatItIsFor_isSeenThroughFirst() throws Exception {
        journal.intend(change("a-raised", "UsageChanged"));
        journal.intend(change("b-neighbour", "MakesRoom"));

        runUntilEnded(2);

        assertThat(looked).containsExactly("b-neighbour", "a-raised");
        assertThat(journal.records()).allMatch(record -> record.phase().isFinal());
    }

    private static Change change(String pod, String code) {
        var container = new ContainerSpec("main", new Resources(100, 1), Resources.NONE);
        var of = new PodChange(new PodKey("shop", pod), "u", List.of(container), List.of(container));
        return new Change(Owner.bare("shop", pod), "shop/all", code, "a test", Optional.empty(), List.of(of));
    }

    private void runUntilEnded(int changes) throws InterruptedException {
        var done = new CountDownLatch(1);
        var context = new LoopContext(
                InstantSource.fixed(Instant.EPOCH),
                System::nanoTime,
                pause -> {
                    // The next turn may come before the slot is free: then there is another one.
                    var ignored = news.tryAcquire(100, TimeUnit.MILLISECONDS);
                    if (ends.get() == changes) {
                        done.countDown();
                        throw new InterruptedException("the end of the test");
                    }
                },
                new Random(1),
                new SimpleMeterRegistry());
        var settings = new RightsizerSettings(
                Duration.ofSeconds(1), 1, Duration.ofSeconds(30), false, TransactionSettings.DEFAULT);
        try (var rightsizer = new Rightsizer(
                () -> ClusterImage.EMPTY,
                List::of,
                owner -> Map.of(),
                ScriptedCluster.ofPods(0),
                key -> {
                    looked.add(key.name());
                    return new Look.Gone();
                },
                journal,
                new Ends(),
                context,
                settings)) {
            rightsizer.start();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private final class Ends implements Sizings {
        @Override
        public void decided(List<WorkloadSizing> sizings) {}

        @Override
        public void ended(Change change, ChangeResult result) {
            ends.incrementAndGet();
            news.release();
        }
    }
}
