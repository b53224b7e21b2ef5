package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.rightsizer.ScriptedCluster.Kubelet;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Kills for memory while another change of the same workload is being made.
@Timeout(30)
class UrgentChangesTest {

    private static final int PODS = 100;
    private static final long LIMIT_BYTES = 512 << 20;

    private final ScriptedRightsizer rightsizer = new ScriptedRightsizer(PODS);
    /// When the last of the pods was killed; 0 before.
    private final AtomicLong killedAtMillis = new AtomicLong();

    UrgentChangesTest() {
        for (int i = 0; i < PODS; i++) {
            rightsizer.cluster.limit(i, new Resources(0, LIMIT_BYTES));
        }
        rightsizer.isInterleaved = true;
        rightsizer.memory = pod -> pod == PODS - 1 && killedAtMillis.get() > 0
                ? new MemoryFacts(
                        List.of(),
                        List.of(new MemoryKill("main", "c1", 0, LIMIT_BYTES, LIMIT_BYTES, killedAtMillis.get(), false)))
                : MemoryFacts.NONE;
    }

    /// The first pod is watched for a day. A minute after the change began the last pod is killed.
    @Test
    void kill_whileTheFirstPodOfAChangeIsWatched_isAnsweredWithinSecondsAndNotAfterTheWatch() throws Exception {
        rightsizer.canary = Duration.ofDays(1);

        killAfterAndRun(Duration.ofMinutes(1));

        assertThat(rightsizer.ended).startsWith("UsageChanged APPLIED", "OomKilled APPLIED");
        assertThat(firstRecord().getFirst().phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(firstRecord().subList(1, PODS)).allSatisfy(pod -> {
            assertThat(pod.phase()).isEqualTo(ChangePhase.ABANDONED);
            assertThat(pod.message()).isEqualTo("left, since a raise after a kill for memory goes first");
        });
        assertThat(rightsizer.cluster.spec(PODS - 1).limits().memoryBytes()).isGreaterThan(LIMIT_BYTES);
        assertThat(rightsizer.nowMillis() - killedAtMillis.get()).isLessThan(150_000);
    }

    /// For two minutes at least, and for each step that may help for two more.
    @Test
    void kill_whileAPodOfAChangeWaitsForRoom_isAnsweredAtOnceAndThatPodIsTakenBack() throws Exception {
        rightsizer.cluster.kubelet.addAll(Collections.nCopies(PODS, Kubelet.DEFERRED));

        killAfterAndRun(Duration.ofSeconds(30));

        assertThat(rightsizer.ended.get(1)).startsWith("OomKilled");
        assertThat(firstRecord())
                .filteredOn(pod -> pod.phase() == ChangePhase.REVERTED)
                .hasSize(1);
        assertThat(rightsizer.cluster.elapsed()).isLessThan(Duration.ofMinutes(2));
    }

    /// The pass that finds the kill has the killed pod as it was before it got more CPU.
    @Test
    void changeThatEndsInTheMiddleOfAPass_outdatesTheRaiseThatThePassDecides() throws Exception {
        rightsizer.canary = Duration.ofMinutes(5);
        rightsizer.inPass = () -> {
            if (killedAtMillis.get() > 0 && rightsizer.ended.isEmpty()) {
                rightsizer.endChanges();
            }
        };

        killAfterAndRun(Duration.ofMinutes(1));

        assertThat(rightsizer.ended).containsExactly("UsageChanged APPLIED", "OomKilled APPLIED");
        assertThat(rightsizer.cluster.spec(PODS - 1).limits().memoryBytes()).isGreaterThan(LIMIT_BYTES);
    }

    private List<PodResult> firstRecord() {
        return rightsizer.journal.closed().values().iterator().next().pods();
    }

    /// Until the raise that follows has ended.
    private void killAfterAndRun(Duration after) throws InterruptedException {
        rightsizer.cluster.atPause = () -> {
            if (rightsizer.cluster.elapsed().compareTo(after) >= 0 && killedAtMillis.get() == 0) {
                killedAtMillis.set(rightsizer.nowMillis());
                rightsizer.cluster.kubelet.clear();
            }
        };
        rightsizer.runUntil(() -> rightsizer.ended.stream().anyMatch(end -> end.startsWith("OomKilled")));
    }
}
