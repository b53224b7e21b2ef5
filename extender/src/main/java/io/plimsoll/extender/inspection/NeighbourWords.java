package io.plimsoll.extender.inspection;

import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.placement.ScoreCard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Says of a node whom a pod would hurt there, and who hurts there.
final class NeighbourWords {

    private static final int NAMED_MAX = 3;
    /// Less than this share of the time is nothing.
    private static final double NOTICED = 0.005;
    /// From here on it is told.
    private static final double SENSITIVE = 1.5;

    private NeighbourWords() {}

    /// Nothing where nobody watches neighbours, or it is not measured that tasks wait.
    static Optional<String> of(Company company, NodeImage node, Owner workload, List<ScoreCard.Wait> waits) {
        if (waits.isEmpty()) {
            return Optional.empty();
        }
        var words = new ArrayList<String>();
        waits.forEach(wait -> words.add(waiting(wait)));
        var others = node.pods().stream()
                .map(PodImage::workload)
                .filter(there -> !there.equals(workload))
                .distinct()
                .toList();
        if (waits.stream().anyMatch(wait -> wait.added() >= NOTICED) && !others.isEmpty()) {
            words.add("it would hurt "
                    + named(
                            mostSensitiveFirst(others, company, waits),
                            victim -> suffering(sensitivity(victim, company, waits))));
        }
        var bad = company.accusedOn(node.name()).stream()
                .filter(there -> !there.equals(workload))
                .toList();
        if (!bad.isEmpty()) {
            words.add("bad neighbours there: " + named(bad, owner -> ""));
        }
        return Optional.of(String.join("; ", words));
    }

    private static String waiting(ScoreCard.Wait wait) {
        var now = "tasks wait for " + wait.contention().label()
                + (wait.trust() > 0 ? " " : " as elsewhere, it is not measured there: ")
                + percent(wait.now()) + " of the time";
        var soon = wait.toCome() >= NOTICED
                ? ", " + percent(wait.now() + wait.toCome()) + " with what bad neighbours there may still do"
                : "";
        var then =
                wait.added() >= NOTICED ? ", with the pod " + percent(wait.now() + wait.toCome() + wait.added()) : "";
        return now + soon + then;
    }

    private static List<Owner> mostSensitiveFirst(List<Owner> victims, Company company, List<ScoreCard.Wait> waits) {
        return victims.stream()
                .sorted(Comparator.comparingDouble((Owner victim) -> sensitivity(victim, company, waits))
                        .reversed())
                .toList();
    }

    /// To what it would wait for because of the pod.
    private static double sensitivity(Owner victim, Company company, List<ScoreCard.Wait> waits) {
        return waits.stream()
                .filter(wait -> wait.added() >= NOTICED)
                .mapToDouble(wait -> company.sensitivity(wait.contention(), victim))
                .max()
                .orElse(1);
    }

    private static String suffering(double sensitivity) {
        return sensitivity >= SENSITIVE
                ? String.format(
                        Locale.ROOT, " (waits %.1f times as long as others under the same pressure)", sensitivity)
                : "";
    }

    private static String named(List<Owner> workloads, Function<Owner, String> remark) {
        var names = workloads.stream()
                .limit(NAMED_MAX)
                .map(owner -> owner + remark.apply(owner))
                .collect(Collectors.joining(", "));
        int more = workloads.size() - NAMED_MAX;
        return more > 0 ? names + " and " + more + " more" : names;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f%%", 100 * Math.min(1, share));
    }
}
