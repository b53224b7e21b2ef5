package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResizeMetricsTest {

    private static final Owner WEB = new Owner("shop", "Deployment", "web");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ResizeMetrics metrics = new ResizeMetrics(meters);

    @Test
    void pass_thatSkips_countsByReasonAndForgetsTheLastPass() {
        metrics.decided(List.of(skipped(SkipReason.FITS), skipped(SkipReason.FITS), skipped(SkipReason.COOLDOWN)));
        assertThat(skippedFor("Fits")).isEqualTo(2);

        metrics.decided(List.of(skipped(SkipReason.COOLDOWN)));

        assertThat(skippedFor("Fits")).isZero();
        assertThat(skippedFor("Cooldown")).isEqualTo(1);
        assertThat(meters.get("plimsoll.resize.workloads").gauge().value()).isEqualTo(1);
    }

    @Test
    void replica_thatNoLongerActs_tellsOfNothing() {
        metrics.decided(List.of(skipped(SkipReason.FITS)));

        metrics.clear();

        assertThat(skippedFor("Fits")).isZero();
        assertThat(meters.get("plimsoll.resize.workloads").gauge().value()).isZero();
    }

    @Test
    void change_ended_isCountedByItsPhase() {
        var spec = new ContainerSpec("main", new Resources(100, 64 << 20), Resources.NONE);
        var pod = new PodChange(new PodKey("shop", "web-1"), "u-1", List.of(spec), List.of(spec));
        var change = new Change(WEB, "shop/web", "UsageChanged", "", Optional.empty(), List.of(pod));

        metrics.ended(change, ChangeResult.of("shop/web-1", change, ChangePhase.REVERTED, "no room"));

        assertThat(meters.get("plimsoll.resize.changes")
                        .tag("phase", "reverted")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("plimsoll.resize.changes")
                        .tag("phase", "applied")
                        .counter()
                        .count())
                .isZero();
    }

    private double skippedFor(String reason) {
        return meters.get("plimsoll.resize.skipped")
                .tag("reason", reason)
                .gauge()
                .value();
    }

    private static WorkloadSizing skipped(SkipReason reason) {
        var policy = new PolicyCandidate(Optional.of("shop"), "web", 0, 0, false, owner -> true);
        return new WorkloadSizing(
                WEB,
                PolicyChoice.among(List.of(policy), WEB).orElseThrow(),
                List.of(),
                new ResizePlan.Skipped(reason, ""));
    }
}
