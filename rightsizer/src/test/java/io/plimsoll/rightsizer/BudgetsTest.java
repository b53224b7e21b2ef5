package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BudgetsTest {

    private Optional<ClusterImage> image = Optional.of(image(3, 1));
    private final Budgets budgets = new Budgets(() -> image);

    @Test
    void pod_thatIsAwayYet_isTakenFromItsBudgetUntilItIsBack() {
        assertThat(budgets.letGo(ScriptedCluster.key(0))).isEmpty();
        assertThat(budgets.letGo(ScriptedCluster.key(1))).contains("no pod of disruption budget web may be away now");

        budgets.back(ScriptedCluster.key(0));

        assertThat(budgets.letGo(ScriptedCluster.key(1))).isEmpty();
    }

    @Test
    void pod_thatIsBackTwiceOrWasNeverAway_givesNothingBack() {
        budgets.back(ScriptedCluster.key(2));
        assertThat(budgets.letGo(ScriptedCluster.key(0))).isEmpty();
        budgets.back(ScriptedCluster.key(1));

        assertThat(budgets.letGo(ScriptedCluster.key(1))).isPresent();
    }

    @Test
    void image_tooOld_letsNoneGo() {
        image = Optional.empty();

        assertThat(budgets.mayGuard(ScriptedCluster.key(0))).isTrue();
        assertThat(budgets.letGo(ScriptedCluster.key(0))).contains("it is not known what disruption budgets allow now");
    }

    @Test
    void budget_ofAnotherNamespace_guardsNone() {
        var delta = new ClusterDelta(image(1, 1));
        delta.replay(new ClusterEvent.BudgetDeleted("shop", "web"));
        delta.replay(new ClusterEvent.BudgetApplied(new DisruptionBudget("bank", "all", Map.of(), 0)));
        image = Optional.of(delta.apply());

        assertThat(budgets.mayGuard(ScriptedCluster.key(0))).isFalse();
        assertThat(budgets.letGo(ScriptedCluster.key(0))).isEmpty();
    }

    /// The pods of a [ScriptedCluster], all of them guarded by one budget.
    static ClusterImage image(int pods, int disruptionsAllowed) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        for (int i = 0; i < pods; i++) {
            delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                    ScriptedCluster.key(i),
                    "u-" + i,
                    Optional.of(ScriptedCluster.WORKLOAD),
                    Optional.of("n1"),
                    PodPhase.RUNNING,
                    true,
                    0,
                    0,
                    false,
                    List.of(new ContainerSpec("main", ScriptedCluster.BEFORE, Resources.NONE)),
                    Resources.NONE,
                    Set.of())));
        }
        delta.replay(new ClusterEvent.BudgetApplied(new DisruptionBudget("shop", "web", Map.of(), disruptionsAllowed)));
        return delta.apply();
    }
}
