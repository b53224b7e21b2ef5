package io.plimsoll.model.cluster;

import static io.plimsoll.model.cluster.Clusters.NOW_MILLIS;
import static io.plimsoll.model.cluster.Clusters.after;
import static io.plimsoll.model.cluster.Clusters.bound;
import static io.plimsoll.model.cluster.Clusters.image;
import static io.plimsoll.model.cluster.Clusters.node;
import static io.plimsoll.model.cluster.Clusters.pending;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.PodStalls;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.UsageBatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What of a pod's waiting is because of others.
class StallsTest {

    private static final PodSpec POD = pending("a", 300, 1000);

    /// The limits are 500 thousandths of a core and 1,000 bytes.
    @ParameterizedTest
    @CsvSource({"449, 949, 0.4, 0.3", "450, 949, NaN, 0.3", "449, 950, 0.4, NaN", "500, 1000, NaN, NaN"})
    void stalls_ofAContainerAtItsOwnLimit_areNotBecauseOfOthers(
            double cpuMillis, double memoryBytes, float cpu, float memory) {
        var limited = with(new ContainerSpec("main", Resources.NONE, new Resources(500, 1000)));

        var stalls = measured(limited, 1, usage("main", cpuMillis, memoryBytes)).stalls();

        assertThat(stalls).isEqualTo(new Stalls(cpu, memory, NOW_MILLIS + 1));
    }

    /// Both together use less than half of what they may.
    @Test
    void stalls_oneOfTwoContainersAtItsLimit_areNotBecauseOfOthers() {
        var two = with(
                new ContainerSpec("main", Resources.NONE, new Resources(2000, 0)),
                new ContainerSpec("proxy", Resources.NONE, new Resources(100, 0)));

        var stalls =
                measured(two, 1, usage("main", 900, 1), usage("proxy", 95, 1)).stalls();

        assertThat(stalls.cpu()).isNaN();
        assertThat(stalls.memory()).isEqualTo(0.3f);
    }

    @Test
    void stalls_ofAPodWithoutLimits_areAllBecauseOfOthers() {
        var free = with(new ContainerSpec("main", new Resources(100, 0), Resources.NONE));

        assertThat(measured(free, 1, usage("main", 4000, 1L << 33)).stalls())
                .isEqualTo(new Stalls(0.4f, 0.3f, NOW_MILLIS + 1));
    }

    /// Two sources measure it by turns, and one of them does not tell.
    @Test
    void stalls_notToldTheNextTime_stayWithTheirTime() {
        var told = observed(image(node("n").events()), with(POD.containers().getFirst()), 1, true);

        var later = observed(told, with(POD.containers().getFirst()), 2, false);

        var pod = later.pod(POD.key()).orElseThrow();
        assertThat(pod.usageAtMillis()).isEqualTo(NOW_MILLIS + 2);
        assertThat(pod.stalls()).isEqualTo(new Stalls(0.4f, 0.3f, NOW_MILLIS + 1));
    }

    @Test
    void stalls_ofAPodNeverMeasured_areNone() {
        assertThat(image(node("n").pod("a", 300).events())
                        .pod(POD.key())
                        .orElseThrow()
                        .stalls())
                .isEqualTo(Stalls.NONE);
    }

    private static PodSpec with(ContainerSpec... containers) {
        return PodBuilder.like(bound(POD, "n", 0)).containers(containers).build();
    }

    private static PodImage measured(PodSpec pod, int laterMillis, ContainerUsage... usages) {
        var before = after(image(node("n").events()), List.of(new ClusterEvent.PodApplied(pod)));
        return after(before, List.of(told(laterMillis, true, usages)))
                .pod(POD.key())
                .orElseThrow();
    }

    private static ClusterImage observed(ClusterImage before, PodSpec pod, int laterMillis, boolean tellsStalls) {
        var usage = new ContainerUsage(
                POD.key(),
                "main",
                new Sample(100, NOW_MILLIS + laterMillis, "test"),
                new Sample(1, NOW_MILLIS + laterMillis, "test"));
        return after(before, List.of(new ClusterEvent.PodApplied(pod), told(laterMillis, tellsStalls, usage)));
    }

    private static ClusterEvent told(int laterMillis, boolean tellsStalls, ContainerUsage... usages) {
        var stalls = new PodStalls(POD.key(), 0.4, 0.3, NOW_MILLIS + laterMillis);
        return new ClusterEvent.UsageObserved(
                new UsageBatch(
                        "test",
                        NOW_MILLIS + laterMillis,
                        List.of(),
                        List.of(usages),
                        tellsStalls ? List.of(stalls) : List.of(),
                        0,
                        List.of()),
                Map.of());
    }

    private static ContainerUsage usage(String container, double cpuMillis, double memoryBytes) {
        return new ContainerUsage(
                POD.key(),
                container,
                new Sample(cpuMillis, NOW_MILLIS + 1, "test"),
                new Sample(memoryBytes, NOW_MILLIS + 1, "test"));
    }
}
