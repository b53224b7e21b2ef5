package io.plimsoll.rightsizer;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.resource.ContainerRecommendation;
import io.plimsoll.kubernetes.resource.PolicyReference;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.ResourceCondition.Truth;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.kubernetes.resource.WorkloadRecommendation;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationSpec;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastApplied;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastSkipped;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.MemoryAmounts;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.OomRaise;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.PodTotals;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.TemplateContainer;
import io.plimsoll.kubernetes.resource.WorkloadReference;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecommendationSizeTest {

    private static final Instant TIME = Instant.parse("2026-03-04T12:00:00.123456Z");
    private static final ResourceAmounts AMOUNTS = amounts("123456789m", "12345678901Mi");

    /// Each list and each string as long as the definition lets it be; sentences of three bytes a character.
    @Test
    void status_withAllAtItsBounds_isCutToWhatProgramsGoBy() throws Exception {
        var largest = largest(RecommendationStatus.CONTAINERS_MAX, "尺".repeat(512));
        assertThat(Json.MAPPER.writeValueAsBytes(largest)).hasSizeGreaterThan(50_000);

        var fitted = RecommendationSize.fitted(largest);

        assertThat(Json.MAPPER.writeValueAsBytes(fitted)).hasSizeLessThanOrEqualTo(RecommendationSize.BYTES_MAX);
        assertThat(fitted.template()).isEqualTo(largest.template());
        assertThat(fitted.containers()).hasSize(16).allSatisfy(container -> {
            assertThat(container.current()).isEqualTo(AMOUNTS);
            assertThat(container.target()).isEqualTo(AMOUNTS);
            assertThat(container.lower()).isEqualTo(AMOUNTS);
            assertThat(container.upper()).isEqualTo(AMOUNTS);
            assertThat(container.limits()).isEqualTo(AMOUNTS);
            assertThat(container.reasons()).hasSize(2).startsWith("OomKilled");
        });
        assertThat(fitted.oomRaises()).hasSize(2);
        assertThat(fitted.message()).endsWith("… [shortened to 20 KB, since it has so many containers]");
        assertThat(Json.MAPPER.writeValueAsBytes(object(fitted))).hasSizeLessThanOrEqualTo(20_000);
    }

    /// Six containers at all bounds, in one byte a character, are 17.5 kB.
    @ParameterizedTest
    @ValueSource(ints = {1, 6})
    void status_thatFits_staysAsItIs(int containers) {
        var whole = largest(containers, "m".repeat(512));

        assertThat(RecommendationSize.fitted(whole)).isSameAs(whole);
    }

    /// With two more, the sentences of containers are cut, and nothing else.
    @Test
    void status_thatIsALittleTooLarge_losesWordsFirst() {
        var whole = largest(8, "m".repeat(512));

        var fitted = RecommendationSize.fitted(whole);

        assertThat(fitted.containers()).allSatisfy(container -> {
            assertThat(container.message()).hasSize(RecommendationSize.BRIEF_CHARS);
            assertThat(container.source()).isNotNull();
            assertThat(container.reasons()).hasSize(8);
        });
        assertThat(fitted.conditions()).isEqualTo(whole.conditions());
        assertThat(fitted.message()).hasSize(512).contains("shortened");
    }

    @Test
    void workload_ofMoreContainersThanAreShown_saysSo() {
        var containers = IntStream.range(0, 20)
                .mapToObj(i -> new io.plimsoll.model.recommendation.ContainerRecommendation(
                        "c-" + i, "percentile", resource(ResourceKind.CPU), resource(ResourceKind.MEMORY), 0))
                .toList();
        var web = new Owner("shop", "Deployment", "web");
        var policy = new PolicyCandidate(Optional.of("shop"), "all", 0, 0, false, owner -> true);
        var sizing = new WorkloadSizing(
                web,
                PolicyChoice.among(List.of(policy), web).orElseThrow(),
                containers,
                new ResizePlan.Skipped(SkipReason.FITS, ""));

        var status = RecommendationStatus.of(
                sizing,
                "metrics-api",
                new Saving(null, null, null),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                TIME);

        assertThat(status.containers()).hasSize(16);
        assertThat(status.message()).startsWith("of its 20 containers 16 are shown; left as it is");
    }

    private static ResourceRecommendation resource(ResourceKind kind) {
        return new ResourceRecommendation(
                kind, 100, 100, 100, 100, 100, 1, List.<SizingReason>of(new SizingReason.NoHistory()));
    }

    private static WorkloadRecommendationStatus largest(int containers, String sentence) {
        var reasons = Stream.concat(nCopies(7, "R".repeat(64)).stream(), Stream.of("OomKilled"))
                .toList();
        var container = new ContainerRecommendation(
                "c".repeat(63),
                true,
                AMOUNTS,
                AMOUNTS,
                AMOUNTS,
                AMOUNTS,
                AMOUNTS,
                AMOUNTS,
                100,
                "s".repeat(63),
                123456789L,
                TIME,
                TIME,
                reasons,
                sentence);
        var memory = new MemoryAmounts(new Quantity("12345678901Mi"), new Quantity("12345678901Mi"));
        var raise = new OomRaise(
                "c".repeat(63),
                OomRaise.State.TAKEN_BACK,
                Integer.MAX_VALUE,
                TIME,
                memory,
                memory,
                "r".repeat(253),
                sentence.substring(0, 480));
        return new WorkloadRecommendationStatus(
                1L,
                new PolicyReference("ClusterOptimizationPolicy", "p".repeat(253)),
                TIME,
                nCopies(containers, container),
                nCopies(containers, new TemplateContainer("c".repeat(63), true, AMOUNTS, AMOUNTS)),
                new PodTotals(AMOUNTS, AMOUNTS),
                sentence,
                new Saving(AMOUNTS, "1".repeat(32), "E".repeat(8)),
                new LastApplied("r".repeat(253), TIME),
                new LastSkipped(new Reason("s".repeat(64), sentence), TIME),
                nCopies(2, raise),
                List.of(condition("LeftAlone", sentence), condition("OwnedByAutoscaler", sentence)));
    }

    private static ResourceCondition condition(String type, String sentence) {
        return new ResourceCondition(type, Truth.TRUE, 1L, TIME, "r".repeat(128), sentence);
    }

    private static WorkloadRecommendation object(WorkloadRecommendationStatus status) {
        var object = new WorkloadRecommendation();
        object.setMetadata(new ObjectMetaBuilder()
                .withName("r".repeat(253))
                .withNamespace("n".repeat(63))
                .build());
        object.setSpec(new WorkloadRecommendationSpec(new WorkloadReference("k".repeat(63), "w".repeat(253))));
        object.setStatus(status);
        return object;
    }

    private static ResourceAmounts amounts(String cpu, String memory) {
        return new ResourceAmounts(new Quantity(cpu), new Quantity(memory));
    }
}
