package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TemplateSizesTest {

    private static final long MIB = 1L << 20;
    private static final ContainerSpec PRESENT =
            new ContainerSpec("main", new Resources(1000, 512 * MIB), new Resources(0, 1024 * MIB));

    private ContainerSizing sizing = ContainerSizing.DEFAULT;
    private Claimed claimed = Claimed.NONE;
    private ContainerSpec present = PRESENT;

    /// A step of at most a half does not bind it; the limit is written beside, though it stays.
    @Test
    void resource_outsideItsRange_isWrittenWithItsWholeTarget() {
        assertThat(sizes(cpu(200, 150, 240, 0.9), memory(500, 300, 600, 0.9)))
                .containsExactly(PRESENT.with(new Resources(200, 512 * MIB), new Resources(0, 1024 * MIB)));
    }

    /// Had it been left out, whoever took over the patch before would fall back to the first guess.
    @Test
    void resource_withinItsRange_isWrittenAsItRuns() {
        assertThat(sizes(cpu(900, 800, 1100, 0.9), memory(500, 300, 600, 0.9))).containsExactly(PRESENT);
    }

    @Test
    void resource_thatAnAutoscalerOwns_isNotWritten() {
        claimed = Claimed.by("HorizontalPodAutoscaler web", Set.of(ResourceKind.CPU));

        assertThat(sizes(cpu(200, 150, 240, 0.9), memory(100, 80, 120, 0.9)))
                .containsExactly(PRESENT.with(new Resources(0, 100 * MIB), new Resources(0, 1024 * MIB)));
    }

    @Test
    void resource_thatThePolicyDoesNotControl_isNotWritten() {
        sizing = new ContainerSizing(
                sizing.cpu(),
                new ResourceSizing(1, 1.2, 0, Long.MAX_VALUE, ChangeBounds.NONE),
                sizing.memoryRule(),
                sizing.limits(),
                sizing.confidenceMin());

        assertThat(sizes(cpu(200, 150, 240, 0.9), memory(100, 80, 120, 0.9)))
                .containsExactly(PRESENT.with(new Resources(200, 0), Resources.NONE));
    }

    @Test
    void container_ofWhichTooLittleIsKnown_isLeftOut() {
        assertThat(sizes(cpu(200, 150, 240, 0.1), memory(100, 80, 120, 0.1))).isEmpty();
    }

    /// Equal to its limits it is Guaranteed; without CPU's it would not be.
    @Test
    void request_thatIsMissing_isWrittenOnlyWhereTheQualityOfServiceStays() {
        present = new ContainerSpec("main", new Resources(0, 512 * MIB), new Resources(0, 512 * MIB));
        assertThat(sizes(cpu(200, 150, 240, 0.9), memory(500, 300, 600, 0.9)))
                .containsExactly(present.with(new Resources(200, 512 * MIB), new Resources(0, 512 * MIB)));

        present = new ContainerSpec("main", Resources.NONE, Resources.NONE);
        assertThat(sizes(cpu(200, 150, 240, 0.9), memory(500, 300, 600, 0.9))).isEmpty();
    }

    @Test
    void limit_thatMovesWithItsRequest_isWrittenMoved() {
        sizing = new ContainerSizing(
                sizing.cpu(), sizing.memory(), sizing.memoryRule(), new LimitRule.ByRatio(), sizing.confidenceMin());

        assertThat(sizes(cpu(900, 800, 1100, 0.9), memory(100, 80, 120, 0.9)))
                .containsExactly(PRESENT.with(new Resources(1000, 100 * MIB), new Resources(0, 200 * MIB)));
    }

    private List<ContainerSpec> sizes(ResourceRecommendation cpu, ResourceRecommendation memory) {
        var policy = new ResizePolicy(
                new PolicyCandidate(Optional.empty(), "all", 0, 0, false, workload -> true),
                ResizePolicy.Mode.EXPORT,
                HighWaterRecommender.NAME,
                container -> Optional.of(sizing),
                now -> true,
                0,
                0);
        var pod = PodBuilder.like(Clusters.pending("web-1", 100, MIB))
                .containers(present)
                .build();
        var recommended = new ContainerRecommendation("main", HighWaterRecommender.NAME, cpu, memory, 1);
        return TemplateSizes.of(pod, policy, Map.of("main", recommended), claimed);
    }

    private ResourceRecommendation cpu(long target, long lower, long upper, double confidence) {
        return found(ResourceKind.CPU, target, lower, upper, confidence);
    }

    private ResourceRecommendation memory(long target, long lower, long upper, double confidence) {
        return found(ResourceKind.MEMORY, target * MIB, lower * MIB, upper * MIB, confidence);
    }

    private ResourceRecommendation found(ResourceKind kind, long target, long lower, long upper, double confidence) {
        return new ResourceRecommendation(
                kind,
                kind.of(present.requests()),
                target,
                lower,
                upper,
                target,
                confidence,
                List.of(new SizingReason.NoHistory()));
    }
}
