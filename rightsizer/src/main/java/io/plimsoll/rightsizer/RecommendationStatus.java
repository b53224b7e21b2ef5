package io.plimsoll.rightsizer;

import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.resource.ContainerRecommendation;
import io.plimsoll.kubernetes.resource.PolicyReference;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastApplied;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastSkipped;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.PodTotals;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.TemplateContainer;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a pass made of a workload, as it is shown to people: the status of its `WorkloadRecommendation`. Pure.
final class RecommendationStatus {

    private static final int SENTENCE_CHARS_MAX = 512;
    private static final int REASONS_MAX = 8;
    private static final int CONTAINERS_MAX = 16;

    private RecommendationStatus() {}

    /// @param saving of the whole workload
    /// @param applied the last change, if there was one since the start
    /// @param skipped why nothing is done, and since when
    static WorkloadRecommendationStatus of(
            WorkloadSizing sizing,
            Saving saving,
            Optional<LastApplied> applied,
            Optional<LastSkipped> skipped,
            Instant now) {
        var containers = sizing.recommendations();
        var current = sum(containers, ResourceRecommendation::current);
        var target = sum(containers, ResourceRecommendation::target);
        return new WorkloadRecommendationStatus(
                1L, // the spec never changes
                policy(sizing.choice().winner()),
                now,
                containers.stream()
                        .limit(CONTAINERS_MAX)
                        .map(RecommendationStatus::container)
                        .toList(),
                sizing.template().stream()
                        .limit(CONTAINERS_MAX)
                        .map(RecommendationStatus::written)
                        .toList(),
                new PodTotals(amounts(current.cpuMillis(), current.memoryBytes()), amounts(target)),
                clipped(message(sizing)),
                containers.isEmpty() ? null : saving,
                applied.orElse(null),
                skipped.orElse(null),
                List.of());
    }

    /// Nothing while something is due.
    ///
    /// @param inVain what became of the last change, where it came to nothing
    static Optional<Reason> skipReason(WorkloadSizing sizing, Optional<String> inVain) {
        return switch (sizing.plan()) {
            case ResizePlan.Due due -> Optional.empty();
            case ResizePlan.Skipped skipped ->
                Optional.of(new Reason(
                        skipped.reason().code(),
                        clipped(skipped.sentence()
                                + inVain.map(words -> "; " + words).orElse(""))));
        };
    }

    private static PolicyReference policy(PolicyCandidate policy) {
        return new PolicyReference(
                policy.namespace().isPresent() ? "OptimizationPolicy" : "ClusterOptimizationPolicy", policy.name());
    }

    private static ContainerRecommendation container(io.plimsoll.model.recommendation.ContainerRecommendation found) {
        var cpu = found.cpu();
        var memory = found.memory();
        return new ContainerRecommendation(
                found.container(),
                amounts(cpu.current(), memory.current()),
                amounts(found.target()),
                amounts(cpu.lower(), memory.lower()),
                amounts(cpu.upper(), memory.upper()),
                amounts(cpu.uncapped(), memory.uncapped()),
                null,
                (int) Math.floor(100 * Math.min(cpu.confidence(), memory.confidence())),
                null,
                null,
                null,
                found.sampledAtMillis() == 0 ? null : Instant.ofEpochMilli(found.sampledAtMillis()),
                reasons(cpu, memory),
                clipped("CPU: " + cpu.sentence() + ". Memory: " + memory.sentence() + "."));
    }

    private static TemplateContainer written(ContainerSpec container) {
        return new TemplateContainer(
                container.name(),
                container.isSidecar() ? true : null,
                amounts(container.requests()),
                amounts(container.limits()));
    }

    private static List<String> reasons(ResourceRecommendation cpu, ResourceRecommendation memory) {
        return Stream.of(cpu, memory)
                .flatMap(resource -> resource.reasons().stream())
                .map(SizingReason::code)
                .distinct()
                .limit(REASONS_MAX)
                .toList();
    }

    private static String message(WorkloadSizing sizing) {
        return switch (sizing.plan()) {
            case ResizePlan.Due(var change, var canary) -> "to be changed now: " + change.reason();
            case ResizePlan.Skipped skipped -> "left as it is: " + skipped.sentence();
        };
    }

    private static Resources sum(
            List<io.plimsoll.model.recommendation.ContainerRecommendation> containers,
            ToLongFunction<ResourceRecommendation> amount) {
        var sum = Resources.NONE;
        for (var container : containers) {
            sum = sum.plus(new Resources(amount.applyAsLong(container.cpu()), amount.applyAsLong(container.memory())));
        }
        return sum;
    }

    private static @Nullable ResourceAmounts amounts(Resources amounts) {
        return amounts(amounts.cpuMillis(), amounts.memoryBytes());
    }

    private static @Nullable ResourceAmounts amounts(long cpuMillis, long memoryBytes) {
        return cpuMillis == 0 && memoryBytes == 0
                ? null
                : new ResourceAmounts(
                        cpuMillis == 0 ? null : new Quantity(cpuMillis + "m"),
                        memoryBytes == 0 ? null : new Quantity(memory(memoryBytes)));
    }

    /// In MiB, which people can read; a recommendation is no finer than that.
    private static String memory(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20) + "Mi";
    }

    private static String clipped(String sentence) {
        return sentence.length() <= SENTENCE_CHARS_MAX ? sentence : sentence.substring(0, SENTENCE_CHARS_MAX - 1) + "…";
    }
}
