package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.OomKill;
import io.plimsoll.model.recommendation.ResizePlanner;
import io.plimsoll.rightsizer.OomReport.Memory;
import io.plimsoll.rightsizer.OomReport.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// What is told of containers that were killed for memory: the changes that followed, by their records. Guarded by
/// itself.
///
/// Goals, in their order: nothing is told that is not so any more; each container has one report, of its last
/// change;
/// nothing is kept beside the journal, so that another replica tells the same.
///
/// | a report is dropped | since |
/// |---|---|
/// | [#KEPT] after its record was made | what was done about it by then will not be done |
/// | when its change is taken back | whoever did knows of it |
/// | when no pod of the workload has the limit any more that was set | somebody has set another one, or has
/// rolled out |
/// | when it was taken back, and no pod has the former limit any more | the same |
/// | when the container was given more once again | that one has its report |
///
/// It is seen on each pass anew by the pods that there are, so an image that lags behind hides a report for a
/// pass, and
/// loses none. A workload without pods keeps its reports: nobody has changed anything.
final class OomReports {

    static final Duration KEPT = Duration.ofDays(7);
    /// Of one workload.
    static final int REPORTS_MAX = 3;

    /// In the order in which they ended, by their records' names.
    private final Map<String, Raise> raises = new LinkedHashMap<>();

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
                    .ifPresent(raises::remove);
            add(record.name(), record.createdMillis(), record.change(), record.phase(), "see " + record.name());
        }
    }

    /// A change that runs on some pods stands for all of them: the next pass plans for the others.
    synchronized void ended(Change change, ChangeResult result, long nowMillis) {
        boolean isSomewhere = result.pods().stream().map(PodResult::phase).anyMatch(ChangePhase.APPLIED::equals);
        add(
                result.record(),
                nowMillis,
                change,
                isSomewhere ? ChangePhase.APPLIED : result.phase(),
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
            case INTENDED, ABANDONED, UNDONE -> Optional.empty();
        };
    }

    /// What there is to tell, by workload, the latest first.
    ///
    /// @param image a complete one
    /// @param kills of a workload's container, as far as they are remembered
    synchronized Map<Owner, List<OomReport>> now(
            ClusterImage image, BiFunction<Owner, String, List<OomKill>> kills, long nowMillis) {
        raises.values().removeIf(raise -> nowMillis - raise.atMillis() >= KEPT.toMillis());
        var told = new TreeMap<Owner, List<OomReport>>();
        var seen = new HashSet<List<Object>>();
        for (var raise : latestFirst()) {
            for (var report : reports(raise, kills)) {
                boolean isLast = seen.add(List.of(report.workload(), report.container()));
                var ofWorkload = told.getOrDefault(report.workload(), List.of());
                if (isLast && ofWorkload.size() < REPORTS_MAX && isSo(report, image)) {
                    var more = new ArrayList<>(ofWorkload);
                    more.add(report);
                    told.put(report.workload(), List.copyOf(more));
                }
            }
        }
        return told;
    }

    private List<Raise> latestFirst() {
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
        long limit =
                switch (report.state()) {
                    case RAISED -> report.after().limitBytes();
                    case TAKEN_BACK, FAILED -> report.before().limitBytes();
                };
        var limits = image.podsOf(report.workload()).stream()
                .filter(pod -> !pod.spec().terminating())
                .flatMap(pod -> pod.spec().containers().stream())
                .filter(container -> container.name().equals(report.container()))
                .map(container -> container.limits().memoryBytes())
                .toList();
        return limits.isEmpty() || limits.contains(limit);
    }
}
