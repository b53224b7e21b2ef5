package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.LivePod;
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
        assertThat(Harm.between(WELL, ScriptedCluster.restarted(WELL, ready, restarts, oomKilled)))
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

        assertThat(Harm.between(before, ScriptedCluster.restarted(before, true, restarts, oomKilled))
                        .orElse(""))
                .isEqualTo(harm);
    }

    @Test
    void pod_notReadySinceItsPolicyRestartsIt_isNoHarm() {
        var before = ScriptedCluster.restartedByResize(WELL);

        assertThat(Harm.between(before, ScriptedCluster.restarted(before, false, 0, false)))
                .isEmpty();
        assertThat(Harm.between(before, ScriptedCluster.restarted(before, false, 1, false)))
                .isEmpty();
    }

    @Test
    void pod_thatWasKilledAndNotReadyBeforeTheChange_isNoHarmOfTheChange() {
        var before = ScriptedCluster.restarted(WELL, false, 3, true);

        assertThat(Harm.between(before, before)).isEmpty();
    }

    @Test
    void pod_notReadySinceItIsBeingDeleted_isNoHarm() {
        var now = ScriptedCluster.terminating(ScriptedCluster.restarted(WELL, false, 0, false));

        assertThat(Harm.between(WELL, now)).isEmpty();
    }
}
