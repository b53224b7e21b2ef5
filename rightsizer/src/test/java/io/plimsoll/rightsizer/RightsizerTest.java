package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.policy.PoliciesUnreadable;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods.Look;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(30)
class RightsizerTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger decisions = new AtomicInteger();

    /// Two passes find no policies, the third finds them, the fourth does not.
    @Test
    void policies_unreadableForSomePasses_areWarnedOfOnceCountedAndKeepThePassFromDeciding() throws Exception {
        var turns = new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(
                List.of(RightsizerTest::unreadable, RightsizerTest::unreadable, List::of, RightsizerTest::unreadable));

        var warnings = runThrough(turns);

        assertThat(decisions).hasValue(1);
        assertThat(meters.counter("plimsoll.resize.passes.without.policies").count())
                .isEqualTo(3);
        assertThat(warnings)
                .containsExactly(
                        "Nothing is resized while policies cannot be read: no policies for now",
                        "Nothing is resized while policies cannot be read: no policies for now");
    }

    private static List<ResizePolicy> unreadable() {
        throw new PoliciesUnreadable("no policies for now", new IOException("connection reset"));
    }

    /// One pass a turn; yields what was warned of.
    private List<String> runThrough(Queue<Supplier<List<ResizePolicy>>> turns) throws InterruptedException {
        var log = (Logger) LoggerFactory.getLogger(Rightsizer.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        var done = new CountDownLatch(1);
        var context = new LoopContext(
                InstantSource.system(),
                System::nanoTime,
                interval -> {
                    if (turns.isEmpty()) {
                        done.countDown();
                        throw new InterruptedException("the end of the test");
                    }
                },
                new Random(1),
                meters);
        try (var rightsizer = new Rightsizer(
                () -> ClusterImage.EMPTY,
                () -> turns.remove().get(),
                workload -> Map.of(),
                REFUSING,
                key -> new Look.Gone(),
                new MemoryJournal(),
                new Counting(),
                context,
                RightsizerSettings.DEFAULT)) {
            rightsizer.start();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(rightsizer.problem()).isEmpty();
        } finally {
            log.detachAppender(lines);
        }
        return lines.list.stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private final class Counting implements Sizings {
        @Override
        public void decided(List<WorkloadSizing> sizings) {
            decisions.incrementAndGet();
        }

        @Override
        public void ended(Owner workload, ChangeResult result) {}
    }

    private static final ActionPort REFUSING = new ActionPort() {
        @Override
        public Outcome carryOut(Action action) {
            return new Outcome.Failed("nothing is carried out here");
        }

        @Override
        public Outcome dryRun(Action action) {
            return new Outcome.Failed("nothing is carried out here");
        }
    };
}
