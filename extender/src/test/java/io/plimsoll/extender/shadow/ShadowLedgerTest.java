package io.plimsoll.extender.shadow;

import static io.plimsoll.extender.Clusters.NOW_MILLIS;
import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.extender.Clusters;
import io.plimsoll.extender.decision.Opinion;
import io.plimsoll.extender.shadow.Regret.Judged;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShadowLedgerTest {

    private static final int[] BOTH = {0, 1};

    private final ShadowLedger ledger = new ShadowLedger(PlacementConfig.DEFAULT, () -> Circumstances.UNKNOWN);

    private static Clusters nodes() {
        return cluster()
                .node("busy", 0.85, 0.85)
                .node("calm", 0.4, 0.3)
                .pod("x", "busy", 3_400)
                .pod("y", "calm", 1_600);
    }

    /// The opinion of the pod `web` before it was bound.
    private static Opinion opinion() {
        var image = nodes().image();
        var spec = nodes().pod("web", "calm", 200)
                .image()
                .pod(new PodKey("shop", "web"))
                .orElseThrow();
        var pod = PodToPlace.of(image, spec.spec());
        var scores = new Placer(PlacementConfig.DEFAULT)
                .rank(image, Shares.NONE, pod, BOTH, NOW_MILLIS)
                .scores();
        return Opinion.of(pod, image.nodeTable(), BOTH, scores, NOW_MILLIS);
    }

    @Test
    void judge_podWentToTheBestNode_noRegret() {
        ledger.add(opinion());

        var regrets = ledger.judge(nodes().pod("web", "calm", 200).image(), NOW_MILLIS);

        assertThat(regrets).containsExactly(new Regret(new PodKey("shop", "web"), "calm", 0, Judged.AT_ONCE));
    }

    @Test
    void judge_podWentToTheWorseNode_regretAtOnceAndLater() {
        ledger.add(opinion());
        var image = nodes().pod("web", "busy", 200).image();

        var atOnce = ledger.judge(image, NOW_MILLIS);
        var early = ledger.judge(image, NOW_MILLIS + ShadowLedger.SETTLE_MILLIS - 1);
        var later = ledger.judge(image, NOW_MILLIS + ShadowLedger.SETTLE_MILLIS);

        assertThat(atOnce).singleElement().satisfies(regret -> {
            assertThat(regret.chosenNode()).isEqualTo("busy");
            assertThat(regret.points()).isPositive();
        });
        assertThat(early).isEmpty();
        assertThat(later).extracting(Regret::judged).containsExactly(Judged.LATER);
    }

    /// A node that another filter kept back, say, and that the pod went to after all.
    @Test
    void judge_podWentToANodeThatWasNoCandidate_hasNothingToRegret() {
        ledger.add(opinion());
        var image = nodes().node("other", 0.95, 0.95).pod("web", "other", 200).image();

        var atOnce = ledger.judge(image, NOW_MILLIS);
        var later = ledger.judge(image, NOW_MILLIS + ShadowLedger.SETTLE_MILLIS);

        assertThat(atOnce).isEmpty();
        assertThat(later).isEmpty();
    }

    @Test
    void judge_podNeverBound_isForgotten() {
        ledger.add(opinion());

        var waiting = ledger.judge(nodes().image(), NOW_MILLIS + ShadowLedger.WAIT_MILLIS_MAX + 1);
        var tooLate = ledger.judge(nodes().pod("web", "busy", 200).image(), NOW_MILLIS);

        assertThat(waiting).isEmpty();
        assertThat(tooLate).isEmpty();
    }

    @Test
    void add_manyHugeOpinions_keepsABoundedNumberOfCandidates() {
        int nodes = ShadowLedger.CANDIDATES_MAX / 4;
        for (int i = 0; i < 4; i++) {
            assertThat(ledger.add(huge(i, nodes))).isTrue();
        }

        assertThat(ledger.add(huge(4, nodes))).isFalse();
    }

    private static Opinion huge(int pod, int nodes) {
        var names = new String[nodes];
        Arrays.fill(names, "n");
        return new Opinion(new PodKey("shop", "p" + pod), "uid-" + pod, names, new float[nodes], NOW_MILLIS);
    }
}
