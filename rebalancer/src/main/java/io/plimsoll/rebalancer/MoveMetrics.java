package io.plimsoll.rebalancer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ReasonCode;
import io.plimsoll.model.move.Aim;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.RecordedPlan;
import java.util.Locale;
import java.util.stream.Stream;

/// Counts what plans and moves come to. One a process: it outlives the rebalancers that tell it.
///
/// | metric | labels | what |
/// |---|---|---|
/// | `plimsoll.move.plans` | `phase` | plans that were proposed, and what became of them |
/// | `plimsoll.move.moves` | `phase` | moves, by what became of them |
/// | `plimsoll.move.refusals` | `reason` | evictions that were not taken, or not in the dry run before |
/// | `plimsoll.move.skips` | `reason` | moves that were no longer right |
/// | `plimsoll.move.landings` | `where` | replacements: `planned`, `elsewhere`, or `source`, where it came back |
/// | `plimsoll.move.looks` | `after`, `finding` | whether moves had helped: `5m`, `30m` and a `day` after |
/// | `plimsoll.move.relieved` | `trouble`, `resource` | what moves took away that had helped after `30m` |
public final class MoveMetrics implements MoveTeller {

    private static final String UNANSWERED = "unanswered";

    private final MeterRegistry meters;

    public MoveMetrics(MeterRegistry meters) {
        this.meters = meters;
        // There from the start: the first one is no increase of what was not there.
        Stream.concat(Stream.of(Refusal.values()).map(MoveMetrics::lower), Stream.of(UNANSWERED))
                .forEach(this::refusals);
        Stream.of(SkipReason.values()).forEach(this::skips);
    }

    /// Of what speaks against a move, and of how its plan ended: each is one of a closed list.
    private Counter skips(ReasonCode reason) {
        return Counter.builder("plimsoll.move.skips")
                .description("Moves that were not made since they were no longer right, by why")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }

    @Override
    public void skipped(Move move, ReasonCode reason) {
        skips(reason).increment();
    }

    private Counter refusals(String reason) {
        return Counter.builder("plimsoll.move.refusals")
                .description("Evictions of moves that were not taken, by why")
                .tag("reason", reason)
                .register(meters);
    }

    @Override
    public void proposed(RecordedPlan plan) {
        counted(plan);
    }

    private void counted(RecordedPlan plan) {
        count("plimsoll.move.plans", "Plans of moves, by what became of them", "phase", lower(plan.phase()));
    }

    @Override
    public void ended(RecordedPlan plan) {
        counted(plan);
    }

    @Override
    public void stepped(RecordedPlan plan, MoveStep step) {
        if (!step.phase().isFinal()) {
            return;
        }
        count("plimsoll.move.moves", "Moves of pods, by what became of them", "phase", lower(step.phase()));
        step.landing()
                .ifPresent(landing -> count(
                        "plimsoll.move.landings",
                        "Where replacements of moved pods landed",
                        "where",
                        where(step, landing)));
    }

    private static String where(MoveStep step, Landing landing) {
        if (step.cameBack()) {
            return "source";
        }
        return landing.node().equals(step.move().to()) ? "planned" : "elsewhere";
    }

    @Override
    public void refused(Move move, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done() -> {}
            case Outcome.Refused refused -> refusals(lower(refused.reason())).increment();
            case Outcome.Failed(var message) -> refusals(UNANSWERED).increment();
        }
    }

    @Override
    public void looked(RecordedPlan plan, MoveStep step) {
        step.landing()
                .ifPresent(landing -> landing.latest()
                        .ifPresent(look -> count(
                                "plimsoll.move.looks",
                                "Whether moves had helped when that was looked at",
                                "after",
                                after(landing),
                                "finding",
                                lower(look.finding()))));
        if (hasHelped(step)) {
            step.move().aim().ifPresent(this::relieved);
        }
    }

    /// Told once a move: a day later it is a matter of other hours.
    private static boolean hasHelped(MoveStep step) {
        return step.landing()
                .filter(landing -> landing.atHour().isEmpty())
                .flatMap(Landing::late)
                .filter(look -> look.finding() == Landing.Finding.HELPED)
                .isPresent();
    }

    private void relieved(Aim aim) {
        Counter.builder("plimsoll.move.relieved")
                .description(
                        "What moves took away from nodes that half an hour later had the trouble no more: shares of"
                                + " the time that others waited, or of the node")
                .tag("trouble", lower(aim.kind()))
                .tag("resource", aim.contention().label())
                .register(meters)
                .increment(aim.taken());
    }

    private static String after(Landing landing) {
        if (landing.atHour().isPresent()) {
            return "day";
        }
        return landing.late().isPresent() ? "30m" : "5m";
    }

    private void count(String name, String description, String... tags) {
        Counter.builder(name)
                .description(description)
                .tags(tags)
                .register(meters)
                .increment();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
