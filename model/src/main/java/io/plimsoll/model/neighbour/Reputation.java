package io.plimsoll.model.neighbour;

import java.util.Optional;

/// How good a neighbour a workload is, in three letters that do not change for little.
///
/// @param now while a node is under pressure because of it
/// @param usual of a day
/// @param worst of the last weeks
public record Reputation(Grade now, Grade usual, Grade worst) {

    public static Reputation of(Harm harm) {
        return new Reputation(Grade.of(harm.now()), Grade.of(harm.usual()), Grade.of(harm.worst()));
    }

    /// What is to be told in its place; nothing where it stands.
    ///
    /// @param mayImprove whether it has stood for long enough, and is watched for long enough, to get
    ///     better: what is worse is told at once
    public Optional<Reputation> next(Harm harm, boolean mayImprove) {
        var next = new Reputation(
                next(now, harm.now(), mayImprove),
                next(usual, harm.usual(), mayImprove),
                next(worst, harm.worst(), mayImprove));
        return next.equals(this) ? Optional.empty() : Optional.of(next);
    }

    private static Grade next(Grade shown, double harm, boolean mayImprove) {
        var grade = Grade.of(harm, shown);
        return mayImprove || grade.compareTo(shown) > 0 ? grade : shown;
    }
}
