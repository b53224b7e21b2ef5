package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.regime.RegimeKind;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandingTest {

    @Test
    void whereNobodyIsAsked_andItActs_thereIsNothingToSay() {
        assertThat(new Standing(
                                RebalancerTest.settings(MoveApproval.AUTOMATIC, Hours.OFF_PEAK),
                                true,
                                Optional.empty(),
                                Optional.empty(),
                                RegimeKind.OFF_PEAK,
                                false)
                        .words())
                .isEmpty();
    }

    @Test
    void blackout_isSaid_atWhateverHoursPodsAreMovedElse() {
        for (var hours : Hours.values()) {
            assertThat(new Standing(
                                    RebalancerTest.settings(MoveApproval.AUTOMATIC, hours),
                                    true,
                                    Optional.empty(),
                                    Optional.empty(),
                                    RegimeKind.PEAK,
                                    true)
                            .words())
                    .containsExactly("a blackout is set for this day, so nothing is moved unasked (regime.blackouts)");
        }
    }

    @Test
    void whatHoldsForAllMoves_isSaid() {
        var hindered = new Standing(
                RebalancerTest.settings(MoveApproval.NEVER, Hours.OFF_PEAK),
                true,
                Optional.of("policies cannot be listed: 403"),
                Optional.of("3 of the latest 5 moves did no good"),
                RegimeKind.PEAK,
                false);
        var unknown = new Standing(
                RebalancerTest.settings(MoveApproval.REQUIRED, Hours.OFF_PEAK),
                false,
                Optional.empty(),
                Optional.empty(),
                RegimeKind.UNKNOWN,
                false);

        assertThat(hindered.words())
                .containsExactly(
                        "nothing is moved for now: policies cannot be listed: 403",
                        "nothing is moved for now: 3 of the latest 5 moves did no good",
                        "nothing is moved: plans are only proposed (rebalancer.approval is never)",
                        "it is peak, so nothing is moved unasked for now (rebalancer.hours is off-peak)");
        assertThat(unknown.words())
                .containsExactly(
                        "nothing is moved before somebody approves a plan, but where a policy says so"
                                + " (rebalancer.approval is required)",
                        "whether it is off-peak is not known, so nothing is moved unasked for now"
                                + " (rebalancer.hours is off-peak)",
                        "another replica of the rebalancer acts: what hinders that one is in its log, and is its metric"
                                + " plimsoll_move_hindered");
    }
}
