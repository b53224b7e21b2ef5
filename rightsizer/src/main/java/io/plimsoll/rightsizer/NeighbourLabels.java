package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Grade;
import io.plimsoll.model.neighbour.Harm;
import io.plimsoll.model.neighbour.Reputation;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps on each workload's recommendation, as labels, how good a neighbour it is: a letter from A to E
/// for now, for what is usual and for the worst ([Reputation]). Never on the workload itself, whose pods
/// would roll out anew. Belongs to the right-sizer's loop.
///
/// What is worse is written at once; what is better [#REST] after the last write, and once nodes have
/// been watched for [#LEARNT], since a start forgets what neighbours did. What was labelled before a
/// start stands until then. What somebody else has taken away is put back within [#READ_ANEW], by when labels of
/// workloads that no policy selects any more are gone, too.
public final class NeighbourLabels implements Sizings {

    static final String NOW = "neighbour.plimsoll.io/now";
    static final String USUAL = "neighbour.plimsoll.io/usual";
    static final String WORST = "neighbour.plimsoll.io/worst";

    /// The labels that there are.
    public static final List<String> ALL = List.of(NOW, USUAL, WORST);

    private static final Logger LOG = LoggerFactory.getLogger(NeighbourLabels.class);
    private static final Duration REST = Duration.ofMinutes(30);
    private static final Duration LEARNT = Duration.ofHours(1);
    private static final Duration READ_ANEW = Duration.ofHours(1);
    private static final Duration FORBIDDEN_REST = Duration.ofMinutes(5);
    /// In a pass: a first labelling of a large cluster holds nothing up.
    static final int WRITES_MAX = 100;

    /// Where labels are kept, as [ApiRecommendations] does.
    interface Labels {

        Map<Owner, Map<String, String>> labels() throws IOException;

        void label(Owner workload, Map<String, String> labels) throws IOException;

        void unlabel(Owner workload, List<String> keys) throws IOException;
    }

    private record Told(Reputation reputation, long atMillis) {}

    private final Labels labels;
    private final Supplier<Watched> watched;
    private final InstantSource clock;
    private final WriteTrouble trouble = new WriteTrouble(LOG, "labels of neighbours");
    /// Nothing before what is there was read.
    private Optional<Map<Owner, Told>> told = Optional.empty();

    private Function<Owner, Reach> reach = workload -> Reach.SELECTED;
    private long readAtMillis;
    private long forbiddenMillis = Long.MIN_VALUE / 2;

    public NeighbourLabels(ApiRecommendations recommendations, Supplier<Watched> watched, InstantSource clock) {
        this(
                new Labels() {
                    @Override
                    public Map<Owner, Map<String, String>> labels() throws IOException {
                        return recommendations.labels();
                    }

                    @Override
                    public void label(Owner workload, Map<String, String> labels) throws IOException {
                        recommendations.label(workload, labels);
                    }

                    @Override
                    public void unlabel(Owner workload, List<String> keys) throws IOException {
                        recommendations.unlabel(workload, keys);
                    }
                },
                watched,
                clock);
    }

    NeighbourLabels(Labels labels, Supplier<Watched> watched, InstantSource clock) {
        this.labels = labels;
        this.watched = watched;
        this.clock = clock;
    }

    @Override
    public void reached(Function<Owner, Reach> now) {
        reach = now;
    }

    @Override
    public void decided(List<WorkloadSizing> sizings) {
        long nowMillis = clock.millis();
        if (nowMillis - forbiddenMillis < FORBIDDEN_REST.toMillis()) {
            return;
        }
        var known = watched.get();
        boolean isLearnt = known.sinceMillis() > 0 && nowMillis - known.sinceMillis() >= LEARNT.toMillis();
        try {
            keep(sizings, Harm.of(known.neighbours()), isLearnt, nowMillis);
        } catch (IOException e) {
            failed("all workloads", e, nowMillis);
        }
        trouble.ended();
    }

    private void keep(List<WorkloadSizing> sizings, Map<Owner, Harm> harms, boolean isLearnt, long nowMillis)
            throws IOException {
        if (told.isEmpty() || nowMillis - readAtMillis >= READ_ANEW.toMillis()) {
            told = Optional.of(read(told.orElse(Map.of())));
            readAtMillis = nowMillis;
        }
        var standing = told.orElseThrow();
        var sized = sizings.stream().map(WorkloadSizing::workload).collect(Collectors.toSet());
        int left = WRITES_MAX;
        for (var sizing : sizings) {
            var harm = Optional.ofNullable(harms.get(sizing.workload()));
            // Where nothing is recommended yet, there is no object to label.
            boolean isTold = harm.isPresent() && !sizing.recommendations().isEmpty();
            if (isTold && left > 0 && nowMillis != forbiddenMillis) {
                left -= isWritten(standing, sizing.workload(), harm.get(), isLearnt, nowMillis) ? 1 : 0;
            }
        }
        // Last: one that may not be written to keeps no other from its labels.
        for (var workload : standing.keySet().stream()
                .filter(one -> !sized.contains(one))
                .sorted()
                .toList()) {
            if (left > 0 && nowMillis != forbiddenMillis) {
                left -= isTakenOff(standing, workload, nowMillis) ? 1 : 0;
            }
        }
    }

    /// Of a workload that is not sized in this pass; where a policy speaks of it still, its labels stay.
    private boolean isTakenOff(Map<Owner, Told> standing, Owner workload, long nowMillis) {
        return switch (reach.apply(workload)) {
            case SELECTED, LEFT_OUT, GONE -> {
                standing.remove(workload);
                yield false;
            }
            case UNSELECTED -> {
                try {
                    labels.unlabel(workload, ALL);
                    standing.remove(workload);
                } catch (IOException e) {
                    failed(workload.toString(), e, nowMillis);
                }
                yield true;
            }
        };
    }

    private boolean isWritten(Map<Owner, Told> standing, Owner workload, Harm harm, boolean isLearnt, long nowMillis) {
        var before = Optional.ofNullable(standing.get(workload));
        boolean mayImprove = isLearnt
                && before.filter(last -> nowMillis - last.atMillis() < REST.toMillis())
                        .isEmpty();
        var next = before.isPresent()
                ? before.get().reputation().next(harm, mayImprove)
                : Optional.of(Reputation.of(harm)).filter(first -> isLearnt);
        if (next.isPresent()) {
            try {
                labels.label(workload, written(next.get()));
                standing.put(workload, new Told(next.get(), nowMillis));
            } catch (IOException e) {
                failed(workload.toString(), e, nowMillis);
            }
        }
        return next.isPresent();
    }

    /// Where the right is missing, it is not asked for of each workload.
    private void failed(String workload, IOException cause, long nowMillis) {
        trouble.failed(workload, cause);
        if (cause instanceof ApiException refused && refused.isDenied()) {
            forbiddenMillis = nowMillis;
        }
    }

    private Map<Owner, Told> read(Map<Owner, Told> before) throws IOException {
        var found = new HashMap<Owner, Told>();
        labels.labels()
                .forEach((workload, there) -> reputation(there).ifPresent(was -> {
                    long atMillis = Optional.ofNullable(before.get(workload))
                            .map(Told::atMillis)
                            .orElse(0L);
                    found.put(workload, new Told(was, atMillis));
                }));
        return found;
    }

    private static Map<String, String> written(Reputation reputation) {
        return Map.of(
                NOW, reputation.now().name(),
                USUAL, reputation.usual().name(),
                WORST, reputation.worst().name());
    }

    /// What somebody else has written there counts as not there.
    private static Optional<Reputation> reputation(Map<String, String> labels) {
        return grade(labels, NOW)
                .flatMap(now -> grade(labels, USUAL)
                        .flatMap(usual -> grade(labels, WORST).map(worst -> new Reputation(now, usual, worst))));
    }

    private static Optional<Grade> grade(Map<String, String> labels, String key) {
        return Stream.of(Grade.values())
                .filter(grade -> grade.name().equals(labels.get(key)))
                .findFirst();
    }

    @Override
    public void ended(Change change, ChangeResult result) {
        // A change is not what neighbours wait for.
    }
}
