package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HarmTest {

    private static final LivePod WELL = ScriptedCluster.pod(ScriptedCluster.key(0), "u-0", ScriptedCluster.BEFORE);

    @ParameterizedTest
    @CsvSource({
        "true, 1, true, container main was killed for memory",
        "true, 1, false, container main has restarted",
        "false, 0, false, the pod is no longer ready",
        "false, 1, true, container main was killed for memory"
    })
    void pod_worseThanBefore_isSaidByItsWorst(boolean ready, int restarts, boolean oomKilled, String harm) {
        assertThat(harm(WELL, ScriptedCluster.restarted(WELL, ready, restarts, oomKilled)))
                .hasValue(harm);
    }

    @ParameterizedTest
    @CsvSource({
        "1, false, ''",
        "2, false, container main has restarted",
        "1, true, container main was killed for memory"
    })
    void container_thatItsPolicyRestarts_mayRestartOnceAndNotForMemory(int restarts, boolean oomKilled, String harm) {
        var before = ScriptedCluster.restartedByResize(WELL);

        assertThat(harm(before, ScriptedCluster.restarted(before, true, restarts, oomKilled))
                        .orElse(""))
                .isEqualTo(harm);
    }

    @Test
    void pod_notReadySinceItsPolicyRestartsIt_isNoHarm() {
        var before = ScriptedCluster.restartedByResize(WELL);

        assertThat(harm(before, ScriptedCluster.restarted(before, false, 0, false)))
                .isEmpty();
        assertThat(harm(before, ScriptedCluster.restarted(before, false, 1, false)))
                .isEmpty();
    }

    @Test
    void pod_thatWasKilledAndNotReadyBeforeTheChange_isNoHarmOfTheChange() {
        var before = ScriptedCluster.restarted(WELL, false, 3, true);

        assertThat(harm(before, before)).isEmpty();
    }

    @Test
    void pod_notReadySinceItIsBeingDeleted_isNoHarm() {
        var now = ScriptedCluster.terminating(ScriptedCluster.restarted(WELL, false, 0, false));

        assertThat(harm(WELL, now)).isEmpty();
    }

    /// It waits to be started again, has been, and restarts once more.
    @Test
    void container_thatWaitedForItsRestart_mayRestartOnce() {
        var before = ScriptedCluster.waiting(ScriptedCluster.restarted(WELL, false, 3, true));

        assertThat(harm(before, ScriptedCluster.restarted(before, false, 4, true)))
                .isEmpty();
        assertThat(harm(before, ScriptedCluster.restarted(before, false, 5, false)))
                .hasValue("container main has restarted");
    }

    /// Taking the raise back would have it killed at less.
    @Test
    void container_killedAtALimitThatWasRaised_isNoHarm() {
        var killed = ScriptedCluster.restarted(WELL, true, 2, true);

        assertThat(Harm.of(limits(64, 128), WELL, killed)).isEmpty();
        assertThat(Harm.of(limits(128, 64), WELL, killed)).hasValue("container main was killed for memory");
    }

    /// Much, and more than before.
    @ParameterizedTest
    @CsvSource({
        "400, 200, 0.02, 0.31, true",
        "400, 200, 0.02, 0.24, false",
        "400, 200, 0.30, 0.35, false",
        "400, 200, 0.30, 0.45, true",
        "200, 400, 0.02, 0.90, false",
        "400, 400, 0.02, 0.90, false"
    })
    void container_heldAtItsCpuLimit_isHarmWhereThatWasLoweredAndItIsHeldMore(
            long beforeMillis, long afterMillis, double before, double now, boolean isHarm) {
        var change = new PodChange(
                ScriptedCluster.key(0), "u-0", List.of(cpuLimit(beforeMillis)), List.of(cpuLimit(afterMillis)));

        assertThat(Harm.ofThrottling(change, Map.of("main", before), Map.of("main", now))
                        .isPresent())
                .isEqualTo(isHarm);
    }

    @Test
    void container_ofWhichOneShareIsNotKnown_isNotJudged() {
        var change = new PodChange(ScriptedCluster.key(0), "u-0", List.of(cpuLimit(400)), List.of(cpuLimit(200)));

        assertThat(Harm.ofThrottling(change, Map.of(), Map.of("main", 0.9))).isEmpty();
        assertThat(Harm.ofThrottling(change, Map.of("main", 0.0), Map.of())).isEmpty();
    }

    private static ContainerSpec cpuLimit(long millis) {
        return new ContainerSpec("main", ScriptedCluster.BEFORE, new Resources(millis, 0));
    }

    private static Optional<String> harm(LivePod before, LivePod now) {
        return Harm.of(limits(64, 64), before, now);
    }

    private static PodChange limits(long beforeMib, long afterMib) {
        return new PodChange(ScriptedCluster.key(0), "u-0", List.of(limit(beforeMib)), List.of(limit(afterMib)));
    }

    private static ContainerSpec limit(long mebibytes) {
        return new ContainerSpec("main", ScriptedCluster.BEFORE, new Resources(0, mebibytes << 20));
    }
}
