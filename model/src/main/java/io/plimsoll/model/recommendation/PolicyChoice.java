package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Owner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which of several policies holds for a workload, and which ones lost to it.
///
/// A policy of the workload's namespace goes before one of the whole cluster; then the greater weight; then the older;
/// then the lesser name. The order is total, so the choice does not hang on the order in which policies are listed. A
/// suspended policy holds its workloads like any other: the next one does not take over.
///
/// | policies | holds | since |
/// |---|---|---|
/// | `shop/a` weight 0, `all` (cluster) weight 100 | `shop/a` | [Grounds#NAMESPACE] |
/// | `shop/a` weight 10, `shop/b` weight 20 | `shop/b` | [Grounds#WEIGHT] |
/// | `shop/a` of May, `shop/b` of June, equal weights | `shop/a` | [Grounds#AGE], with a warning |
/// | `shop/a`, `shop/b` of one second, equal weights | `shop/a` | [Grounds#NAME], with a warning |
/// | `shop/a` weight 10, `shop/b` weight 20, which may speak of it | `shop/b`, in doubt | [Grounds#WEIGHT] |
/// | `shop/a` weight 20, `shop/b` weight 10, which may speak of it | `shop/a` | [Grounds#ALONE] |
///
/// Where it is not known whether the winner speaks of the workload, neither it nor any other may act on it: another
/// might do what the winner forbids.
///
/// @param losers the others that are known to speak of the workload, best first
/// @param grounds what decided between the winner and the best loser
/// @param doubt why it is not known whether the winner speaks of the workload, if so
public record PolicyChoice(
        PolicyCandidate winner, List<PolicyCandidate> losers, Grounds grounds, Optional<String> doubt) {

    /// What decided.
    public enum Grounds {
        /// No other policy speaks of the workload.
        ALONE,
        NAMESPACE,
        WEIGHT,
        AGE,
        NAME
    }

    private static final Comparator<PolicyCandidate> BY_SCOPE =
            Comparator.comparing(policy -> policy.namespace().isEmpty());
    private static final Comparator<PolicyCandidate> BY_WEIGHT =
            Comparator.comparingInt(PolicyCandidate::weight).reversed();
    private static final Comparator<PolicyCandidate> BY_AGE = Comparator.comparingLong(PolicyCandidate::createdMillis);
    private static final Comparator<PolicyCandidate> ORDER =
            BY_SCOPE.thenComparing(BY_WEIGHT).thenComparing(BY_AGE).thenComparing(PolicyCandidate::name);

    public PolicyChoice {
        losers = List.copyOf(losers);
    }

    /// One that is sure.
    public PolicyChoice(PolicyCandidate winner, List<PolicyCandidate> losers, Grounds grounds) {
        this(winner, losers, grounds, Optional.empty());
    }

    private record Match(PolicyCandidate policy, Selection selection) {

        private static final Comparator<Match> BEST_FIRST = Comparator.comparing(Match::policy, ORDER);

        Optional<String> doubt() {
            return selection instanceof Selection.Unknown(var why) ? Optional.of(why) : Optional.empty();
        }
    }

    /// The choice among all policies; empty when none speaks of the workload.
    public static Optional<PolicyChoice> among(Collection<PolicyCandidate> policies, Owner workload) {
        var ranked = ranked(policies, workload);
        if (ranked.isEmpty()) {
            return Optional.empty();
        }
        var first = ranked.getFirst();
        var losers = ranked.stream()
                .skip(1)
                .filter(match -> match.doubt().isEmpty())
                .map(Match::policy)
                .toList();
        return Optional.of(new PolicyChoice(first.policy(), losers, grounds(first.policy(), losers), first.doubt()));
    }

    private static List<Match> ranked(Collection<PolicyCandidate> policies, Owner workload) {
        var matches = new ArrayList<Match>();
        for (var policy : policies) {
            var selection = policy.speaksOf(workload);
            if (selection.isPossible()) {
                matches.add(new Match(policy, selection));
            }
        }
        matches.sort(Match.BEST_FIRST);
        return matches;
    }

    /// Whether somebody should tell the policies apart: their weights are equal, and chance decided.
    public boolean isWarning() {
        return grounds == Grounds.AGE || grounds == Grounds.NAME;
    }

    /// Why the winner holds, for its condition and those of the losers.
    public String sentence() {
        return doubt.map(why -> "it is not known whether policy " + winner.label() + " selects the workload: " + why)
                .orElseGet(this::certainSentence);
    }

    private String certainSentence() {
        if (losers.isEmpty()) {
            return "policy " + winner.label() + " is the only one that selects the workload";
        }
        var loser = losers.getFirst();
        return "policy " + winner.label() + " goes before " + loser.label() + ": " + because(loser);
    }

    private String because(PolicyCandidate loser) {
        return switch (grounds) {
            case ALONE -> "no other selects the workload";
            case NAMESPACE -> "a policy of the namespace goes before one of the cluster";
            case WEIGHT -> "its weight " + winner.weight() + " is above " + loser.weight();
            case AGE -> "it is older, and both have weight " + winner.weight() + "; give them different weights";
            case NAME ->
                "its name sorts first, and both have weight " + winner.weight()
                        + " and one age; give them different weights";
        };
    }

    private static Grounds grounds(PolicyCandidate winner, List<PolicyCandidate> losers) {
        if (losers.isEmpty()) {
            return Grounds.ALONE;
        }
        var loser = losers.getFirst();
        if (BY_SCOPE.compare(winner, loser) != 0) {
            return Grounds.NAMESPACE;
        }
        if (BY_WEIGHT.compare(winner, loser) != 0) {
            return Grounds.WEIGHT;
        }
        return BY_AGE.compare(winner, loser) != 0 ? Grounds.AGE : Grounds.NAME;
    }
}
