package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.OomKill;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResizePlanner;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.rightsizer.OomReport.Memory;
import io.plimsoll.rightsizer.OomReport.State;
import io.plimsoll.rightsizer.Surroundings.Templates;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is told of containers that were killed for memory: the changes that followed, by their records. Changes
/// that end may tell it from any thread.
///
/// Goals, in their order: nothing is told that is not so any more; each container has one report, of its last
/// change; nothing is kept beside the journal, so that another replica tells the same.
///
/// | a report is dropped | since |
/// |---|---|
/// | [#KEPT] after its record was made | what was done about it by then will not be done |
/// | when its change is taken back | whoever did knows of it |
/// | when the workload's template has as much by now, seen within [#TEMPLATE_REST] | it was done |
/// | when no pod of the workload has the limit any more that was set | another one was set or rolled out |
/// | when it was taken back, and no pod has the former limit any more; when it failed, neither | the same |
/// | when the container was given more once again | that one has its report |
/// | when no policy selects the workload any more | Plimsoll has nothing to say of it |
///
/// It is seen on each pass anew by the pods that there are, so an image that lags behind hides a report for a
/// pass, and loses none. A workload without pods keeps its reports: nobody has changed anything.
///
/// What is only given to new pods (of Jobs, init containers, a policy that leaves running pods alone) has no
/// record. It is told as long as it is recommended for kills that are within [#KEPT].
final class OomReports {

    private static final Logger LOG = LoggerFactory.getLogger(OomReports.class);
    static final Duration KEPT = OomReport.KEPT;
    /// So long is taken for true what a template said.
    static final Duration TEMPLATE_REST = Duration.ofMinutes(5);
    /// Of all templates, in a pass.
    static final int TEMPLATES_MAX = 20;
    /// What is recommended goes to new pods alone, for these reasons.
    private static final Set<SkipReason> AT_CREATION = Collections.unmodifiableSet(
            EnumSet.of(SkipReason.NO_PODS, SkipReason.NEW_PODS_ONLY, SkipReason.AT_CREATION));
    /// Of one workload.
    static final int REPORTS_MAX = 2;

    /// In the order in which they ended, by their records' names; guarded by this.
    private final Map<String, Raise> raises = new LinkedHashMap<>();
    private final Templates templates;
    /// What templates said, by workload and container; of the loop.
    private final Map<Subject, Said> said = new HashMap<>();

    OomReports(Templates templates) {
        this.templates = templates;
    }

    private record Subject(Owner workload, String container) {

        static Subject of(OomReport report) {
            return new Subject(report.workload(), report.container());
        }
    }

    private record Said(OptionalLong limitBytes, long atMillis) {}

    /// A change that followed kills.
    ///
    /// @param why it came to nothing, if it did
    private record Raise(String record, long atMillis, Change change, State state, String why) {}

    /// @param records of the journal, the oldest first
    synchronized void remember(List<Logged> records) {
        for (var record : records) {
            record.change()
                    .undoes()
                    .filter(undone -> record.phase() == ChangePhase.APPLIED)
                    .ifPresent(
                            undone -> raises.remove(record.change().workload().namespace() + "/" + undone));
            add(record.name(), record.createdMillis(), record.change(), record.counts(), "see " + record.name());
        }
    }

    /// A change that runs on some pods and harmed none stands for all of them: the next pass plans for the others.
    synchronized void ended(Change change, ChangeResult result, long nowMillis) {
        add(
                result.record(),
                nowMillis,
                change,
                result.counts(),
                result.message().isEmpty() ? "see " + result.record() : result.message());
    }

    private void add(String record, long atMillis, Change change, ChangePhase phase, String why) {
        if (change.code().equals(ResizePlanner.OOM_KILLED)) {
            state(phase)
                    .ifPresent(state -> raises.putIfAbsent(record, new Raise(record, atMillis, change, state, why)));
        }
    }

    private static Optional<State> state(ChangePhase phase) {
        return switch (phase) {
            case APPLIED -> Optional.of(State.RAISED);
            case REVERTED -> Optional.of(State.TAKEN_BACK);
            case FAILED -> Optional.of(State.FAILED);
            case INTENDED, REVERTING, ABANDONED, UNDONE -> Optional.empty();
        };
    }

    /// What there is to tell, by workload, the latest first. Called by the right-sizer's loop alone.
    ///
    /// @param image a complete one
    /// @param isSelected whether a policy speaks of a workload
    /// @param decided what a pass made of all workloads that a policy speaks of
    /// @param kills of a workload's container, as far as they are remembered
    Map<Owner, List<OomReport>> now(
            ClusterImage image,
            Predicate<Owner> isSelected,
            List<WorkloadSizing> decided,
            BiFunction<Owner, String, List<OomKill>> kills,
            long nowMillis) {
        var seen = new HashSet<Subject>();
        var told = latestFirst(nowMillis).stream()
                .filter(raise -> isSelected.test(raise.change().workload()))
                .flatMap(raise -> reports(raise, kills).stream())
                .filter(report -> seen.add(Subject.of(report)))
                .filter(report -> isSo(report, image))
                .collect(Collectors.toCollection(ArrayList::new));
        decided.stream()
                .flatMap(sizing -> starting(sizing, image, kills, nowMillis))
                .filter(report -> seen.add(Subject.of(report)))
                .forEach(told::add);
        ask(told, nowMillis);
        var byWorkload = new TreeMap<Owner, List<OomReport>>();
        told.stream()
                .filter(report -> !isInTemplate(report))
                .forEach(report -> byWorkload.merge(report.workload(), List.of(report), OomReports::both));
        return byWorkload;
    }

    private static List<OomReport> both(List<OomReport> some, List<OomReport> more) {
        return Stream.concat(some.stream(), more.stream()).limit(REPORTS_MAX).toList();
    }

    // Templates

    /// Those that were asked longest ago, first; no more of them where one gets no answer.
    private void ask(List<OomReport> told, long nowMillis) {
        said.keySet().retainAll(told.stream().map(Subject::of).collect(Collectors.toSet()));
        var due = told.stream()
                .map(Subject::of)
                .filter(subject -> nowMillis - askedMillis(subject) >= TEMPLATE_REST.toMillis())
                .sorted(Comparator.comparingLong(this::askedMillis)
                        .thenComparing(Subject::workload)
                        .thenComparing(Subject::container))
                .limit(TEMPLATES_MAX)
                .toList();
        try {
            for (var subject : due) {
                var limit = templates.memoryLimitBytes(subject.workload(), subject.container());
                said.put(subject, new Said(limit, nowMillis));
            }
        } catch (IOException e) {
            LOG.debug("The template of a workload cannot be read, tried again in the next pass: {}", e.getMessage());
        }
    }

    private long askedMillis(Subject subject) {
        var last = said.get(subject);
        return last == null ? Long.MIN_VALUE / 2 : last.atMillis();
    }

    private boolean isInTemplate(OomReport report) {
        var last = said.get(Subject.of(report));
        return last != null && last.limitBytes().orElse(0) >= report.after().limitBytes();
    }

    // What is given to new pods

    private static Stream<OomReport> starting(
            WorkloadSizing sizing, ClusterImage image, BiFunction<Owner, String, List<OomKill>> kills, long nowMillis) {
        boolean isForAll =
                sizing.plan() instanceof ResizePlan.Skipped skipped && AT_CREATION.contains(skipped.reason());
        return sizing.recommendations().stream()
                .filter(found -> isForAll || found.role() == ContainerRole.INIT || isStarted(sizing, found, image))
                .flatMap(found -> found.memory().reasons().stream()
                        .filter(SizingReason.OomKilled.class::isInstance)
                        .map(SizingReason.OomKilled.class::cast)
                        .flatMap(oom -> starting(sizing.workload(), found, oom, kills).stream()))
                .filter(report -> nowMillis - report.killedAtMillis() < KEPT.toMillis());
    }

    /// Whether all pods that there are have it, without a change of theirs.
    private static boolean isStarted(WorkloadSizing sizing, ContainerRecommendation found, ClusterImage image) {
        var limits = limits(sizing.workload(), found.container(), image);
        return !limits.isEmpty()
                && limits.stream().allMatch(limit -> limit >= found.memory().target());
    }

    private static Optional<OomReport> starting(
            Owner workload,
            ContainerRecommendation found,
            SizingReason.OomKilled oom,
            BiFunction<Owner, String, List<OomKill>> kills) {
        var hits = kills.apply(workload, found.container()).stream()
                .filter(kill -> kill.kind() == OomKill.Kind.CONTAINER_LIMIT && kill.limitBytes() == oom.limitHitBytes())
                .toList();
        long target = found.memory().target();
        return hits.isEmpty() || target <= oom.limitHitBytes()
                ? Optional.empty()
                : Optional.of(new OomReport(
                        workload,
                        found.container(),
                        State.NEW_PODS,
                        "",
                        hits.size(),
                        hits.getFirst().atMillis(),
                        0,
                        new Memory(hits.getFirst().requestBytes(), oom.limitHitBytes()),
                        new Memory(target, target),
                        ""));
    }

    // What was done to running pods

    private synchronized List<Raise> latestFirst(long nowMillis) {
        raises.values().removeIf(raise -> nowMillis - raise.atMillis() >= KEPT.toMillis());
        return raises.values().stream()
                .sorted(Comparator.comparingLong(Raise::atMillis).reversed().thenComparing(Raise::record))
                .toList();
    }

    /// One for each container that was killed; where no pod tells any more which ones were, for each that was
    /// raised.
    private static List<OomReport> reports(Raise raise, BiFunction<Owner, String, List<OomKill>> kills) {
        var all = new LinkedHashMap<String, OomReport>();
        var killed = new HashSet<String>();
        for (var pod : raise.change().pods()) {
            for (int i = 0; i < pod.before().size(); i++) {
                var before = pod.before().get(i);
                var after = pod.after().get(i);
                if (after.limits().memoryBytes() > before.limits().memoryBytes()) {
                    var ofContainer = kills.apply(raise.change().workload(), before.name());
                    var report = report(raise, before, after, ofContainer);
                    all.putIfAbsent(before.name(), report);
                    if (ofContainer.stream().anyMatch(kill -> isBefore(kill, report.before(), raise))) {
                        killed.add(before.name());
                    }
                }
            }
        }
        return all.values().stream()
                .filter(report -> killed.isEmpty() || killed.contains(report.container()))
                .toList();
    }

    private static OomReport report(Raise raise, ContainerSpec before, ContainerSpec after, List<OomKill> kills) {
        var had = Memory.of(before.requests(), before.limits());
        var got = Memory.of(after.requests(), after.limits());
        var former = kills.stream().filter(kill -> isBefore(kill, had, raise)).toList();
        long since = kills.stream()
                .filter(kill -> kill.limitBytes() == got.limitBytes() && kill.atMillis() > raise.atMillis())
                .count();
        return new OomReport(
                raise.change().workload(),
                before.name(),
                raise.state(),
                raise.record(),
                Math.max(1, former.size()),
                former.stream().mapToLong(OomKill::atMillis).max().orElse(raise.atMillis()),
                (int) since,
                had,
                got,
                raise.why());
    }

    /// After a restart a kill is taken to have hit the limit of then: its time tells.
    private static boolean isBefore(OomKill kill, Memory had, Raise raise) {
        return kill.kind() == OomKill.Kind.CONTAINER_LIMIT
                && (kill.limitBytes() == had.limitBytes() || kill.atMillis() <= raise.atMillis());
    }

    private static boolean isSo(OomReport report, ClusterImage image) {
        var limits = limits(report.workload(), report.container(), image);
        boolean hasFormer = limits.contains(report.before().limitBytes());
        boolean hasSet = limits.contains(report.after().limitBytes());
        return limits.isEmpty()
                || switch (report.state()) {
                    case RAISED, NEW_PODS -> hasSet;
                    case TAKEN_BACK -> hasFormer;
                    case FAILED -> hasSet || hasFormer;
                };
    }

    /// Of all pods that there are.
    private static List<Long> limits(Owner workload, String container, ClusterImage image) {
        return image.podsOf(workload).stream()
                .filter(pod -> !pod.spec().terminating())
                .flatMap(pod -> pod.spec().containers().stream())
                .filter(found -> found.name().equals(container))
                .map(found -> found.limits().memoryBytes())
                .toList();
    }
}
