package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The clock on the wall is set forth or back by somebody. Nodes n1 and n4 are hot, and a plan has a pod of each go.
class ClockStepsTest {

    private static final RebalancerSettings ASKING = RebalancerSettings.DEFAULT;
    private static final RebalancerSettings OFF_PEAK = RebalancerTest.settings(MoveApproval.AUTOMATIC, Hours.OFF_PEAK);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final MovingFleet fleet = new MovingFleet();

    @Test
    void setBack_whileThePictureIsFrozen_movesNobody() throws Exception {
        hot().run(ASKING, MINUTE);
        fleet.plans.approve(fleet.plan().name(), true);
        fleet.hide();
        fleet.setClock(HOUR.negated());

        fleet.run(ASKING, Duration.ofMinutes(20));

        assertThat(fleet.evicted).isEmpty();
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.RUNNING);
        assertThat(fleet.plan().steps()).extracting(MoveStep::phase).containsOnly(MovePhase.PLANNED);
    }

    @Test
    void setBack_afterAPlanHasExpired_doesNotReopenIt() throws Exception {
        var rebalancer = proposed();
        fleet.pass(Duration.ofMinutes(31));
        fleet.setClock(HOUR.negated());
        fleet.pass(MINUTE);
        fleet.plans.approve(fleet.plan().name(), true);

        rebalancer.look(fleet.plans.plans());

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.EXPIRED);
        assertThat(fleet.evicted).isEmpty();
    }

    @Test
    void setBack_beforeAPlanExpires_givesItNoMoreTime() throws Exception {
        var rebalancer = proposed();
        fleet.setClock(HOUR.negated());

        fleet.pass(Duration.ofMinutes(29));
        rebalancer.look(fleet.plans.plans());
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
        fleet.pass(Duration.ofMinutes(2));
        rebalancer.look(fleet.plans.plans());

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.EXPIRED);
    }

    @Test
    void setForth_beyondAPlansEnd_hasItExpire() throws Exception {
        var rebalancer = proposed();
        fleet.setClock(HOUR);

        fleet.plans.approve(fleet.plan().name(), true);
        rebalancer.look(fleet.plans.plans());

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.EXPIRED);
        assertThat(fleet.evicted).isEmpty();
    }

    @Test
    void setForth_acrossTheEndOfQuietHours_inMidPlan_hasNobodyElseMoved_alsoOnceItIsSetRight() throws Exception {
        hot();
        fleet.regimes = MovingFleet.quiet(fleet.nowMillis(), fleet.nowMillis() + HOUR.toMillis());
        fleet.beforeEvicting = () -> fleet.setClock(HOUR.multipliedBy(2));

        fleet.run(OFF_PEAK, Duration.ofMinutes(4));

        assertThat(fleet.evicted).hasSize(1);
        var name = fleet.plan().name();
        assertThat(fleet.plan().steps())
                .extracting(MoveStep::phase, MoveStep::message)
                .containsExactly(
                        tuple(MovePhase.LANDED, "calm-3 runs on n2, as planned"),
                        tuple(MovePhase.SKIPPED, "off-peak is over"));

        fleet.setClock(HOUR.multipliedBy(-2));
        fleet.beforeEvicting = () -> {};
        fleet.run(OFF_PEAK, Duration.ofMinutes(2));

        assertThat(fleet.plan(name).phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(fleet.plan(name).steps().getLast().phase()).isEqualTo(MovePhase.SKIPPED);
        assertThat(fleet.evicted).hasSize(1);
    }

    /// It ends for whoever looks at the clock, an hour early.
    @Test
    void setBack_acrossTheBeginOfQuietHours_inMidPlan_hasNobodyElseMoved() throws Exception {
        hot();
        fleet.regimes = MovingFleet.quiet(fleet.nowMillis(), fleet.nowMillis() + HOUR.toMillis());
        fleet.beforeEvicting = () -> fleet.setClock(HOUR.negated());

        fleet.run(OFF_PEAK, Duration.ofMinutes(10));

        assertThat(fleet.evicted).hasSize(1);
        assertThat(fleet.plan().isOpen()).isFalse();
        assertThat(fleet.plan().steps()).extracting(MoveStep::phase).contains(MovePhase.SKIPPED);
    }

    private MovingFleet hot() {
        return fleet.nodes(6)
                .deploy("calm", 3_300, "n1", "n3")
                .deploy("hog", 3_000, "n1", "n3")
                .deploy("rest", 3_300, "n1", "n2")
                .deploy("calm-2", 3_300, "n4", "n6")
                .deploy("hog-2", 3_000, "n4", "n6")
                .deploy("rest-2", 3_300, "n4", "n5")
                .pass(Duration.ofMinutes(8));
    }

    /// A plan that waits, and who has seen it.
    private Rebalancer proposed() throws InterruptedException {
        hot();
        var rebalancer = fleet.rebalancer(ASKING);
        rebalancer.look(fleet.plans.plans());
        rebalancer.look(fleet.plans.plans());
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
        return rebalancer;
    }
}
