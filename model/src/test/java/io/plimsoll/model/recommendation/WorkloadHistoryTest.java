package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.ChangePhase;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadHistoryTest {

    @ParameterizedTest
    @CsvSource({
        "'', 0, 0, 10",
        "APPLIED, 0, 0, 10",
        "REVERTED, 1, 1, 20",
        "REVERTED APPLIED, 0, 1, 10",
        "APPLIED REVERTED FAILED, 2, 2, 40",
        "REVERTED APPLIED REVERTED REVERTED, 2, 3, 40",
        "REVERTED REVERTED REVERTED APPLIED UNDONE, 0, 3, 10",
        "FAILED FAILED FAILED FAILED FAILED, 5, 5, 320"
    })
    void changes_takenBack_lengthenTheCooldownAndAreCounted(
            String phases, int inARow, int reverts, long cooldownMillis) {
        var history = history(phases);

        assertThat(history)
                .isEqualTo(new WorkloadHistory(
                        Claimed.NONE, OptionalLong.of(1), false, inARow, reverts, phases.endsWith("UNDONE")));
        assertThat(history.cooldownMillis(10)).isEqualTo(cooldownMillis);
    }

    /// In days after the last change; nothing for fewer than three.
    @ParameterizedTest
    @CsvSource({
        "REVERTED REVERTED APPLIED, 0",
        "REVERTED REVERTED REVERTED, 1",
        "REVERTED REVERTED REVERTED APPLIED APPLIED, 1",
        "REVERTED FAILED REVERTED FAILED, 2",
        "FAILED FAILED FAILED FAILED FAILED, 4"
    })
    void changes_takenBackOften_areFollowedByDaysOfRest(String phases, int days) {
        var until = history(phases).leftAloneUntilMillis();

        assertThat(until).isEqualTo(days == 0 ? OptionalLong.empty() : OptionalLong.of(1 + days * 24L * 3_600_000L));
    }

    /// Of a cooldown of an hour.
    @ParameterizedTest
    @CsvSource({"APPLIED, 60000", "APPLIED REVERTED, 7200000", "APPLIED UNDONE, 3600000"})
    void raise_afterAChange_waitsAMinuteUnlessThatWasTakenBack(String phases, long restMillis) {
        assertThat(history(phases).raiseRestMillis(3_600_000)).isEqualTo(restMillis);
        assertThat(history(phases).raiseRestMillis(0)).isZero();
    }

    private static WorkloadHistory history(String phases) {
        List<ChangePhase> ended = phases.isEmpty()
                ? List.of()
                : Arrays.stream(phases.split(" ")).map(ChangePhase::valueOf).toList();
        return WorkloadHistory.of(Claimed.NONE, OptionalLong.of(1), false, ended);
    }
}
