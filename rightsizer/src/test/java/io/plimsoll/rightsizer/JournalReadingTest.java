package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How a right-sizer takes in what was done before it began.
@Timeout(30)
class JournalReadingTest {

    private static final long DAY = 24 * 3_600_000L;
    private static final long MIB = 1L << 20;

    private final ScriptedRightsizer rightsizer = new ScriptedRightsizer(2);

    /// A month of changes: of pods that are gone, of the workload that is there and of others, raises after kills and
    /// cuts of memory. None of them is reachable any more when the last one was read.
    @Test
    void records_ofPodsThatAreGone_areLetGoWhileTheyAreRead() throws Exception {
        var changes = new ArrayList<WeakReference<Change>>();
        var held = new AtomicInteger(-1);
        var journal = new MemoryJournal() {
            @Override
            public void read(Consumer<Logged> each) {
                for (int i = 0; i < 20_000; i++) {
                    var record = ended(i, i % 2 == 0 ? 64 : 256);
                    changes.add(new WeakReference<>(record.change()));
                    each.accept(record);
                }
                held.set(reachable(changes));
            }

            @Override
            public List<Logged> undos() {
                return List.of();
            }
        };

        rightsizer.runUntil(rightsizer.cluster, rightsizer.cluster, journal, () -> held.get() >= 0);

        assertThat(held).hasValue(0);
    }

    /// Two changes were taken back an hour ago, which is no reason to leave a workload alone for days; counted twice
    /// they would be four.
    @Test
    void reading_brokenOffAfterItsLastRecord_isDoneAnewAndCountsNothingTwice() throws Exception {
        var reads = new AtomicInteger();
        long began = rightsizer.nowMillis();
        var journal = new MemoryJournal() {
            @Override
            public void read(Consumer<Logged> each) {
                each.accept(reverted(1));
                each.accept(reverted(2));
                if (reads.incrementAndGet() == 1) {
                    throw new JournalUnreadable("410 gone", new IOException("410"));
                }
            }

            @Override
            public List<Logged> undos() {
                return List.of();
            }
        };

        rightsizer.runUntil(rightsizer.cluster, rightsizer.cluster, journal, () -> !rightsizer.ended.isEmpty());

        assertThat(rightsizer.ended).containsExactly("UsageChanged APPLIED");
        assertThat(reads).hasValue(2);
        assertThat(rightsizer.nowMillis() - began).isLessThan(DAY);
    }

    /// The collector lets go of all that is not reachable each time that it is asked to.
    private static int reachable(List<WeakReference<Change>> changes) {
        int reachable = changes.size();
        for (int tries = 0; tries < 5 && reachable > 0; tries++) {
            System.gc();
            reachable = (int) changes.stream().filter(one -> one.get() != null).count();
        }
        return reachable;
    }

    private Logged ended(int number, long afterMib) {
        var workload = number % 3 == 0 ? ScriptedCluster.WORKLOAD : new Owner("shop", "Job", "job-" + number);
        var pod = new PodKey("shop", "gone-" + number);
        var change = new Change(
                workload,
                "shop/auto",
                number % 5 == 0 ? "OomKilled" : "UsageChanged",
                "a test",
                Optional.empty(),
                List.of(new PodChange(pod, "u-" + pod, List.of(container(128)), List.of(container(afterMib)))));
        return logged(number, 30 * DAY, change, number % 7 == 0 ? ChangePhase.REVERTED : ChangePhase.APPLIED);
    }

    private Logged reverted(int number) {
        return logged(number, DAY / 24, ScriptedCluster.change(1), ChangePhase.REVERTED);
    }

    private Logged logged(int number, long ageMillis, Change change, ChangePhase phase) {
        long atMillis = rightsizer.nowMillis() - ageMillis + number * 60_000L;
        return new Logged("shop/change-" + number, atMillis, change, phase);
    }

    private static ContainerSpec container(long memoryMib) {
        var amounts = new Resources(100, memoryMib * MIB);
        return new ContainerSpec("main", amounts, amounts);
    }
}
