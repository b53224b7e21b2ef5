package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.Faults;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastApplied;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastSkipped;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps `WorkloadRecommendation` objects at what passes say, with few writes: one only when something has
/// changed that a person would act on. Belongs to the right-sizer's loop, but for [#ended].
///
/// | what has changed since the last write | it is written |
/// |---|---|
/// | the policy, containers, what they ask for, why nothing is done, what was done, what others own | now |
/// | what was done after kills for memory, and whether that still stands | now; further kills five minutes later |
/// | a target, or an end of its range, has grown by a tenth | now: pods that start are sized by it |
/// | one has shrunk by a tenth, or confidence has moved by ten points | five minutes after that write |
///
/// So one that goes up and down costs two writes in five minutes, and confidence that grows costs ten in all.
/// After a start all are written once. What is not decided on any more, or is left out by its policy, is kept by
/// [LeftRecommendations]; what is only not measured yet stays as it was.
public final class RecommendationTeller implements Sizings {

    private static final Logger LOG = LoggerFactory.getLogger(RecommendationTeller.class);
    private static final double MOVED_SHARE = 0.1;
    private static final double CONFIDENCE_MOVED = 0.1;
    private static final Duration REST = Duration.ofMinutes(5);

    /// Where a recommendation is written, as [ApiRecommendations] does.
    @FunctionalInterface
    interface Recommendations {
        void write(Owner workload, WorkloadRecommendationStatus status) throws IOException;

        /// Where those of workloads are kept that are not decided on any more.
        default LeftRecommendations.Objects left() {
            return LeftRecommendations.Objects.NONE;
        }
    }

    private record AtApiServer(ApiRecommendations recommendations) implements Recommendations {

        @Override
        public void write(Owner workload, WorkloadRecommendationStatus status) throws IOException {
            recommendations.write(workload, status);
        }

        @Override
        public LeftRecommendations.Objects left() {
            return LeftRecommendations.Objects.of(recommendations);
        }
    }

    private final Recommendations recommendations;
    private final Function<Owner, String> sources;
    private final Supplier<Savings> savings;
    private final InstantSource clock;
    private final Map<Owner, Told> told = new HashMap<>();
    private final Map<Owner, LastApplied> applied = new ConcurrentHashMap<>();
    /// What became of the last change, where it came to nothing, in words for people.
    private final Map<Owner, String> inVain = new ConcurrentHashMap<>();
    /// Of containers that were killed for memory; empty while it is not known. Of the right-sizer's loop.
    private Optional<Map<Owner, List<OomReport>>> killed = Optional.empty();

    private final WriteTrouble trouble = new WriteTrouble(LOG, "recommendations");
    private final Faults faults = new Faults(LOG, "it could not be told what is recommended");
    private final LeftRecommendations left;
    private Optional<Function<Owner, Reach>> reach = Optional.empty();

    private record Told(
            WorkloadSizing sizing,
            Optional<LastSkipped> skipped,
            Optional<LastApplied> applied,
            Optional<String> inVain,
            Optional<List<OomReport>> killed,
            List<ResourceCondition> conditions,
            Instant at) {}

    /// One that knows neither prices nor where usage comes from.
    public RecommendationTeller(
            ApiRecommendations recommendations, Supplier<ClusterImage> images, InstantSource clock) {
        this(recommendations, workload -> "", () -> Savings.of(images.get(), Optional.empty()), clock);
    }

    /// @param sources where the usage of a workload is measured, with commas between
    public RecommendationTeller(
            ApiRecommendations recommendations,
            Function<Owner, String> sources,
            Supplier<Savings> savings,
            InstantSource clock) {
        this(new AtApiServer(recommendations), sources, savings, clock);
    }

    RecommendationTeller(
            Recommendations recommendations,
            Function<Owner, String> sources,
            Supplier<Savings> savings,
            InstantSource clock) {
        this.recommendations = recommendations;
        this.sources = sources;
        this.savings = savings;
        this.clock = clock;
        this.left = new LeftRecommendations(recommendations.left(), trouble, faults);
    }

    @Override
    public void reached(Function<Owner, Reach> pass) {
        reach = Optional.of(pass);
    }

    @Override
    public void killed(Map<Owner, List<OomReport>> reports) {
        killed = Optional.of(reports);
    }

    @Override
    public void decided(List<WorkloadSizing> sizings) {
        var leftOut = workloads(sizings, sizing -> isSkipped(sizing, SkipReason.LEFT_OUT));
        var there = workloads(sizings, sizing -> !leftOut.contains(sizing.workload()));
        told.keySet().retainAll(there);
        applied.keySet().retainAll(there);
        inVain.keySet().retainAll(there);
        var worth = savings.get();
        for (var sizing : sizings) {
            if (!sizing.recommendations().isEmpty() || isSkipped(sizing, SkipReason.UNDECIDED)) {
                tell(sizing, worth);
            }
        }
        reach.ifPresent(pass -> left.keep(
                there,
                workload -> leftOut.contains(workload) ? Reach.LEFT_OUT : pass.apply(workload),
                killed,
                clock.instant()));
        trouble.ended();
        faults.ended();
    }

    private static Set<Owner> workloads(List<WorkloadSizing> sizings, Predicate<WorkloadSizing> which) {
        return sizings.stream().filter(which).map(WorkloadSizing::workload).collect(Collectors.toSet());
    }

    private static boolean isSkipped(WorkloadSizing sizing, SkipReason reason) {
        return sizing.plan() instanceof ResizePlan.Skipped skipped && skipped.reason() == reason;
    }

    @Override
    public void ended(Change change, ChangeResult result) {
        var workload = change.workload();
        switch (result.phase()) {
            case APPLIED -> {
                applied.put(workload, new LastApplied(result.record(), clock.instant()));
                inVain.remove(workload);
            }
            case REVERTED -> inVain.put(workload, "the last change was taken back: " + result.message());
            case FAILED -> inVain.put(workload, "the last change could not be taken back: " + result.message());
            case ABANDONED -> inVain.put(workload, "the last change was not made: " + result.message());
            case INTENDED, REVERTING, UNDONE -> inVain.remove(workload);
        }
    }

    private Optional<Reason> skipReason(WorkloadSizing sizing) {
        return RecommendationStatus.skipReason(sizing, Optional.ofNullable(inVain.get(sizing.workload())));
    }

    private void tell(WorkloadSizing sizing, Savings worth) {
        try {
            tellNews(sizing, worth);
        } catch (IOException e) {
            trouble.failed(sizing.workload(), e);
        } catch (RuntimeException e) {
            faults.met(sizing.workload(), e);
        }
    }

    private void tellNews(WorkloadSizing sizing, Savings worth) throws IOException {
        var workload = sizing.workload();
        var now = clock.instant();
        var before = Optional.ofNullable(told.get(workload));
        var next = new Told(
                sizing,
                skipped(before.flatMap(Told::skipped), skipReason(sizing), now),
                Optional.ofNullable(applied.get(workload)),
                Optional.ofNullable(inVain.get(workload)),
                killed.map(reports -> reports.getOrDefault(workload, List.of())),
                RecommendationStatus.conditions(
                        sizing, before.map(Told::conditions).orElse(List.of()), now),
                now);
        if (before.isPresent() && !isNews(before.get(), next)) {
            return;
        }
        var saving = worth.shown(worth.saved(sizing));
        recommendations.write(
                workload,
                RecommendationStatus.of(
                        sizing,
                        sources.apply(workload),
                        saving,
                        next.applied(),
                        next.skipped(),
                        next.inVain(),
                        next.killed(),
                        next.conditions(),
                        now));
        told.put(workload, next);
        left.written(workload, next.killed());
    }

    /// The time stays that of the first finding, whatever figures the sentence has by now.
    private static Optional<LastSkipped> skipped(Optional<LastSkipped> before, Optional<Reason> reason, Instant now) {
        return reason.map(why -> new LastSkipped(
                why,
                before.filter(last -> last.reason().code().equals(why.code()))
                        .map(LastSkipped::time)
                        .orElse(now)));
    }

    private static boolean isNews(Told before, Told next) {
        return !code(before).equals(code(next))
                || !before.inVain().equals(next.inVain())
                || !before.applied().equals(next.applied())
                || isNews(before.killed(), next.killed(), isRested(before, next))
                || !before.sizing().claimed().equals(next.sizing().claimed())
                || !before.sizing()
                        .choice()
                        .winner()
                        .label()
                        .equals(next.sizing().choice().winner().label())
                || isMoved(before.sizing().recommendations(), next.sizing().recommendations(), isRested(before, next))
                || isWrittenAnew(before.sizing().template(), next.sizing().template(), isRested(before, next));
    }

    /// How often and when is no news by itself: what crashes all the time would be written of all the time.
    private static boolean isNews(Optional<List<OomReport>> before, Optional<List<OomReport>> next, boolean isRested) {
        return isRested
                ? !before.equals(next)
                : !before.map(RecommendationTeller::gist).equals(next.map(RecommendationTeller::gist));
    }

    /// What of them is news at once.
    static List<String> gist(List<OomReport> reports) {
        return reports.stream()
                .map(report -> report.container() + " " + report.state() + " " + report.record())
                .toList();
    }

    private static boolean isRested(Told before, Told next) {
        return Duration.between(before.at(), next.at()).abs().compareTo(REST) >= 0;
    }

    private static boolean isWrittenAnew(List<ContainerSpec> before, List<ContainerSpec> next, boolean isRested) {
        if (before.size() != next.size()) {
            return true;
        }
        for (int i = 0; i < next.size(); i++) {
            var former = before.get(i);
            var now = next.get(i);
            if (!former.name().equals(now.name())
                    || isMoved(former.requests(), now.requests(), isRested)
                    || isMoved(former.limits(), now.limits(), isRested)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMoved(Resources before, Resources now, boolean isRested) {
        return isMoved(before.cpuMillis(), now.cpuMillis(), isRested)
                || isMoved(before.memoryBytes(), now.memoryBytes(), isRested);
    }

    private static Optional<String> code(Told told) {
        return told.skipped().map(skipped -> skipped.reason().code());
    }

    private static boolean isMoved(
            List<ContainerRecommendation> before, List<ContainerRecommendation> next, boolean isRested) {
        if (before.size() != next.size()) {
            return true;
        }
        for (int i = 0; i < next.size(); i++) {
            var former = before.get(i);
            var now = next.get(i);
            if (!former.container().equals(now.container())
                    || isMoved(former.cpu(), now.cpu(), isRested)
                    || isMoved(former.memory(), now.memory(), isRested)
                    || isMoved(former.limits(), now.limits(), isRested)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMoved(ResourceRecommendation before, ResourceRecommendation now, boolean isRested) {
        return before.current() != now.current()
                || isMoved(before.target(), now.target(), isRested)
                || isMoved(before.lower(), now.lower(), isRested)
                || isMoved(before.upper(), now.upper(), isRested)
                || (isRested && Math.abs(now.confidence() - before.confidence()) > CONFIDENCE_MOVED);
    }

    private static boolean isMoved(long before, long now, boolean isRested) {
        return (isRested || now > before) && Math.abs(now - before) > MOVED_SHARE * before;
    }
}
