package io.plimsoll.rightsizer;

import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.resource.ContainerRecommendation;
import io.plimsoll.kubernetes.resource.PolicyReference;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.ResourceCondition.Truth;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.kubernetes.resource.Sentences;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastApplied;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastSkipped;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.MemoryAmounts;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.OomRaise;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.PodTotals;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.TemplateContainer;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SizingReason.Measured;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a pass made of a workload, as it is shown to people: the status of its `WorkloadRecommendation`. Pure.
final class RecommendationStatus {

    private static final int REPORT_CHARS_MAX = 480;
    private static final int REASONS_MAX = 8;
    static final int CONTAINERS_MAX = 16;
    private static final String STUCK =
            "A pod that waits for it (Init:CrashLoopBackOff) keeps its limit until it is deleted. ";
    private static final String LEFT_ALONE = "LeftAlone";
    private static final String OWNED = "OwnedByAutoscaler";

    private RecommendationStatus() {}

    /// @param sources where usage is measured, with commas between
    /// @param saving of the whole workload
    /// @param applied the last change, if there was one since the start
    /// @param skipped why nothing is done, and since when
    /// @param inVain what became of the last change, where it came to nothing
    /// @param killed what there is to tell of kills for memory, where it is known
    static WorkloadRecommendationStatus of(
            WorkloadSizing sizing,
            String sources,
            Saving saving,
            Optional<LastApplied> applied,
            Optional<LastSkipped> skipped,
            Optional<String> inVain,
            Optional<List<OomReport>> killed,
            List<ResourceCondition> conditions,
            Instant now) {
        var containers = sizing.recommendations();
        var current = together(sizing, ResourceRecommendation::current);
        var target = together(sizing, ResourceRecommendation::target);
        return RecommendationSize.fitted(new WorkloadRecommendationStatus(
                1L, // the spec never changes
                policy(sizing.choice().winner()),
                now,
                containers.stream()
                        .limit(CONTAINERS_MAX)
                        .map(found -> container(found, sources))
                        .toList(),
                sizing.template().stream()
                        .limit(CONTAINERS_MAX)
                        .map(RecommendationStatus::written)
                        .toList(),
                new PodTotals(amounts(current.cpuMillis(), current.memoryBytes()), amounts(target)),
                Sentences.clipped(shown(sizing) + message(sizing, inVain)),
                containers.isEmpty() ? null : saving,
                applied.orElse(null),
                skipped.orElse(null),
                killed.map(RecommendationStatus::raises).orElse(null),
                conditions));
    }

    private static String shown(WorkloadSizing sizing) {
        int count = sizing.recommendations().size();
        return count <= CONTAINERS_MAX ? "" : "of its " + count + " containers " + CONTAINERS_MAX + " are shown; ";
    }

    static List<OomRaise> raises(List<OomReport> reports) {
        return reports.stream().map(RecommendationStatus::raise).toList();
    }

    private static OomRaise raise(OomReport report) {
        var state =
                switch (report.state()) {
                    case RAISED -> OomRaise.State.RAISED;
                    case TAKEN_BACK -> OomRaise.State.TAKEN_BACK;
                    case FAILED -> OomRaise.State.FAILED;
                    case NEW_PODS -> OomRaise.State.NEW_PODS;
                };
        return new OomRaise(
                report.container(),
                state,
                report.kills(),
                Instant.ofEpochMilli(report.killedAtMillis()),
                memory(report.before()),
                memory(report.after()),
                report.record().isEmpty() ? null : report.record(),
                Sentences.clipped(report.sentence(), REPORT_CHARS_MAX));
    }

    private static MemoryAmounts memory(OomReport.Memory amounts) {
        return new MemoryAmounts(
                amounts.requestBytes() == 0 ? null : new Quantity(memory(amounts.requestBytes())),
                new Quantity(memory(amounts.limitBytes())));
    }

    /// What is so of a workload, and what is not; nothing of one that could not be decided.
    ///
    /// @param before those that were told last: the time stays while the status is the same
    static List<ResourceCondition> conditions(WorkloadSizing sizing, List<ResourceCondition> before, Instant now) {
        var skipped = sizing.plan() instanceof ResizePlan.Skipped found
                ? Optional.of(found)
                : Optional.<ResizePlan.Skipped>empty();
        if (skipped.filter(found -> found.reason() == SkipReason.UNDECIDED).isPresent()) {
            return before;
        }
        var leftAlone = skipped.filter(found -> found.reason() == SkipReason.REVERTED_OFTEN);
        var owned = sizing.claimed().sentence();
        return List.of(
                leftAlone
                        .map(found -> condition(
                                before, LEFT_ALONE, Truth.TRUE, found.reason().code(), found.sentence(), now))
                        .orElseGet(() -> condition(
                                before,
                                LEFT_ALONE,
                                Truth.FALSE,
                                "ChangesStay",
                                "its changes are not taken back often",
                                now)),
                owned.map(owns -> condition(before, OWNED, Truth.TRUE, OWNED, owns, now))
                        .orElseGet(() -> condition(
                                before,
                                OWNED,
                                Truth.FALSE,
                                "NoneOwns",
                                "no other autoscaler owns anything of it",
                                now)));
    }

    private static ResourceCondition condition(
            List<ResourceCondition> before, String type, Truth status, String reason, String message, Instant now) {
        var since = before.stream()
                .filter(condition -> condition.type().equals(type) && condition.status() == status)
                .findFirst()
                .map(ResourceCondition::lastTransitionTime)
                .orElse(now);
        return new ResourceCondition(type, status, 1L, since, reason, Sentences.clipped(message));
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
                        Sentences.clipped(skipped.sentence()
                                + inVain.map(words -> "; " + words).orElse(""))));
        };
    }

    private static PolicyReference policy(PolicyCandidate policy) {
        return new PolicyReference(
                policy.namespace().isPresent() ? "OptimizationPolicy" : "ClusterOptimizationPolicy", policy.name());
    }

    private static ContainerRecommendation container(
            io.plimsoll.model.recommendation.ContainerRecommendation found, String sources) {
        var cpu = found.cpu();
        var memory = found.memory();
        var measured = measured(cpu);
        return new ContainerRecommendation(
                found.container(),
                found.role() == ContainerRole.MAIN ? null : true,
                amounts(cpu.current(), memory.current()),
                amounts(found.target()),
                amounts(cpu.lower(), memory.lower()),
                amounts(cpu.upper(), memory.upper()),
                amounts(cpu.uncapped(), memory.uncapped()),
                amounts(found.limits()),
                (int) Math.floor(100 * Math.min(cpu.confidence(), memory.confidence())),
                measured.isEmpty() || sources.isEmpty() ? null : sources,
                measured.map(Measured::samples).orElse(null),
                measured.map(span -> Instant.ofEpochMilli(found.sampledAtMillis() - span.spanMillis()))
                        .orElse(null),
                found.sampledAtMillis() == 0 ? null : Instant.ofEpochMilli(found.sampledAtMillis()),
                reasons(found),
                Sentences.clipped(note(found) + "CPU: " + cpu.sentence() + ". Memory: " + memory.sentence() + "."));
    }

    /// Of both resources alike: they are measured together.
    private static Optional<Measured> measured(ResourceRecommendation found) {
        return found.reasons().stream()
                .filter(Measured.class::isInstance)
                .map(Measured.class::cast)
                .findFirst();
    }

    private static TemplateContainer written(ContainerSpec container) {
        return new TemplateContainer(
                container.name(),
                container.isAmongInitContainers() ? true : null,
                amounts(container.requests()),
                amounts(container.limits()));
    }

    /// What people should know of it before its figures.
    private static String note(io.plimsoll.model.recommendation.ContainerRecommendation found) {
        return isAtCreation(found)
                ? "Applies when a pod is made: init containers are not resized in place. "
                        + (isKilled(found) ? STUCK : "")
                : "";
    }

    private static boolean isKilled(io.plimsoll.model.recommendation.ContainerRecommendation found) {
        return found.memory().reasons().stream().anyMatch(SizingReason.OomKilled.class::isInstance);
    }

    private static boolean isAtCreation(io.plimsoll.model.recommendation.ContainerRecommendation found) {
        return found.role() == ContainerRole.INIT;
    }

    private static List<String> reasons(io.plimsoll.model.recommendation.ContainerRecommendation found) {
        var codes = Stream.of(found.cpu(), found.memory())
                .flatMap(resource -> resource.reasons().stream())
                .map(SizingReason::code);
        return Stream.concat(isAtCreation(found) ? Stream.of(SkipReason.AT_CREATION.code()) : Stream.empty(), codes)
                .distinct()
                .limit(REASONS_MAX)
                .toList();
    }

    private static String message(WorkloadSizing sizing, Optional<String> inVain) {
        return switch (sizing.plan()) {
            case ResizePlan.Due(var change, var canary) ->
                inVain.map(words -> "to be changed, tried again from time to time: " + words + "; ")
                                .orElse("to be changed now: ")
                        + change.reason();
            case ResizePlan.Skipped skipped -> "left as it is: " + skipped.sentence();
        };
    }

    private static Resources together(WorkloadSizing sizing, ToLongFunction<ResourceRecommendation> amount) {
        return new Resources(sizing.together(ResourceKind.CPU, amount), sizing.together(ResourceKind.MEMORY, amount));
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
}
