package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.ChangePhase;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadHistoryTest {

    @ParameterizedTest
    @CsvSource({
        "'', 0, false, 10",
        "APPLIED, 0, false, 10",
        "REVERTED, 1, false, 20",
        "REVERTED APPLIED, 0, false, 10",
        "APPLIED REVERTED FAILED, 2, false, 40",
        "REVERTED APPLIED REVERTED REVERTED, 2, true, 40",
        "REVERTED REVERTED REVERTED APPLIED UNDONE, 0, true, 10",
        "FAILED FAILED FAILED FAILED FAILED, 5, true, 320"
    })
    void changes_takenBack_lengthenTheCooldownAndAreCounted(
            String phases, int inARow, boolean often, long cooldownMillis) {
        List<ChangePhase> ended = phases.isEmpty()
                ? List.of()
                : Arrays.stream(phases.split(" ")).map(ChangePhase::valueOf).toList();

        var history = WorkloadHistory.of(Set.of(), OptionalLong.of(1), false, ended);

        assertThat(history).isEqualTo(new WorkloadHistory(Set.of(), OptionalLong.of(1), false, inARow, often));
        assertThat(history.cooldownMillis(10)).isEqualTo(cooldownMillis);
    }
}
