package io.plimsoll.kubernetes.action;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.RebalancePlan;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec.HurtNode;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec.KeptPods;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec.NodeLoad;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec.PlannedMove;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec.Totals;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec.TroubleKind;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec.TroubleResource;
import io.plimsoll.kubernetes.resource.RebalancePlanStatus;
import io.plimsoll.kubernetes.resource.RebalancePlanStatus.MoveOutcome;
import io.plimsoll.kubernetes.resource.RebalancePlanStatus.Replacement;
import io.plimsoll.kubernetes.resource.Sentences;
import io.plimsoll.kubernetes.resource.WorkloadReference;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Aim;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveGoal;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import io.plimsoll.model.move.StayReason;
import io.plimsoll.model.move.Trouble;
import io.plimsoll.model.neighbour.Contention;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Plans of moves as they are written down, and back again.
final class RebalancePlans {

    private static final int MOVES_MAX = 256;
    private static final int WORDS_MAX = 1024;

    private RebalancePlans() {}

    static RebalancePlan plan(String name, MovePlan plan, long expiresAtMillis) {
        var written = new RebalancePlan();
        written.setMetadata(new ObjectMetaBuilder().withName(name).build());
        var moves = plan.moves().stream().limit(MOVES_MAX).toList();
        written.setSpec(new RebalancePlanSpec(
                Instant.ofEpochMilli(plan.atMillis()),
                Instant.ofEpochMilli(expiresAtMillis),
                totals(moves),
                plan.hurt().stream()
                        .limit(MOVES_MAX)
                        .map(hurt -> new HurtNode(
                                hurt.node(), Sentences.clipped(String.join("; ", hurt.words()), WORDS_MAX)))
                        .toList(),
                moves.stream().map(RebalancePlans::written).toList(),
                plan.nodes().stream()
                        .limit(2L * MOVES_MAX)
                        .map(change -> new NodeLoad(
                                change.node(),
                                percent(change.before().cpuShare()),
                                percent(change.after().cpuShare()),
                                percent(change.before().memoryShare()),
                                percent(change.after().memoryShare())))
                        .toList(),
                kept(plan.keptByReason())));
        return written;
    }

    private static Totals totals(List<Move> moves) {
        return new Totals(
                moves.size(),
                (int) moves.stream().map(Move::from).distinct().count(),
                cost(moves.stream().mapToDouble(Move::cost).sum()));
    }

    private static PlannedMove written(Move move) {
        return new PlannedMove(
                move.pod().namespace(),
                move.pod().name(),
                move.uid(),
                new WorkloadReference(move.workload().kind(), move.workload().name()),
                move.from(),
                move.to(),
                Math.clamp(percent(move.benefit()), 0, 100),
                cost(move.cost()),
                Sentences.clipped(move.because()),
                move.aim().map(RebalancePlans::trouble).orElse(null),
                move.goal()
                        .map(goal -> RebalancePlanSpec.Goal.valueOf(goal.name()))
                        .orElse(null));
    }

    private static RebalancePlanSpec.Trouble trouble(Aim aim) {
        return new RebalancePlanSpec.Trouble(
                TroubleKind.valueOf(aim.kind().name()),
                TroubleResource.valueOf(aim.contention().name()),
                share(aim.excess()),
                share(aim.taken()),
                aim.atMillis().map(Instant::ofEpochMilli).orElse(null));
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "%.4f", Math.min(share, 999_999_999));
    }

    private static List<KeptPods> kept(Map<StayReason, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> new KeptPods(
                        entry.getValue(),
                        new Reason(entry.getKey().code(), entry.getKey().sentence())))
                .toList();
    }

    private static int percent(double share) {
        return (int) Math.clamp(Math.round(100 * share), -1_000_000L, 1_000_000L);
    }

    private static String cost(double cost) {
        return String.format(Locale.ROOT, "%.2f", cost);
    }

    static RebalancePlanStatus status(RecordedPlan plan) {
        long moved = plan.steps().stream()
                .filter(step -> step.phase() == MovePhase.LANDED)
                .count();
        return new RebalancePlanStatus(
                1L, // a plan's spec never changes
                phase(plan.phase()),
                moved + "/" + plan.steps().size(),
                plan.message().isEmpty() ? null : Sentences.clipped(plan.message()),
                plan.steps().stream().map(RebalancePlans::outcome).toList());
    }

    private static MoveOutcome outcome(MoveStep step) {
        return new MoveOutcome(
                step.move().uid(),
                phase(step.phase()),
                time(step.evictedAtMillis()),
                time(step.droppedAtMillis()),
                step.message().isEmpty() ? null : Sentences.clipped(step.message()),
                step.landing().map(RebalancePlans::replacement).orElse(null));
    }

    private static @Nullable Instant time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private static Replacement replacement(Landing landing) {
        return new Replacement(
                landing.pod(),
                landing.node(),
                Instant.ofEpochMilli(landing.readyAtMillis()),
                landing.early().map(RebalancePlans::look).orElse(null),
                landing.late().map(RebalancePlans::look).orElse(null),
                landing.atHour().map(RebalancePlans::look).orElse(null));
    }

    private static RebalancePlanStatus.Look look(Landing.Look look) {
        return new RebalancePlanStatus.Look(
                RebalancePlanStatus.Finding.valueOf(look.finding().name()),
                Sentences.clipped(look.words()),
                Instant.ofEpochMilli(look.atMillis()));
    }

    private static RebalancePlanStatus.Phase phase(PlanPhase phase) {
        return RebalancePlanStatus.Phase.valueOf(phase.name());
    }

    private static RebalancePlanStatus.MovePhase phase(MovePhase phase) {
        return RebalancePlanStatus.MovePhase.valueOf(phase.name());
    }

    // And back

    static RecordedPlan recorded(RebalancePlan plan) {
        var spec = plan.getSpec();
        var status = plan.getStatus();
        var outcomes = new HashMap<String, MoveOutcome>();
        if (status != null) {
            status.moves().forEach(outcome -> outcomes.put(outcome.uid(), outcome));
        }
        var phase = status == null ? null : status.phase();
        return new RecordedPlan(
                plan.getMetadata().getName(),
                plan.getMetadata().getResourceVersion(),
                spec.madeAt().toEpochMilli(),
                spec.expiresAt().toEpochMilli(),
                approval(plan.getMetadata().getAnnotations()),
                phase == null ? PlanPhase.PROPOSED : PlanPhase.valueOf(phase.name()),
                status == null ? "" : said(status.message()),
                spec.moves().stream()
                        .map(move -> step(move, Optional.ofNullable(outcomes.get(move.uid()))))
                        .toList());
    }

    private static Approval approval(@Nullable Map<String, String> annotations) {
        var said = annotations == null ? "" : annotations.getOrDefault(RebalancePlan.APPROVED, "");
        return switch (said) {
            case "true", "True" -> Approval.APPROVED;
            case "false", "False" -> Approval.REJECTED;
            default -> Approval.NONE;
        };
    }

    private static MoveStep step(PlannedMove move, Optional<MoveOutcome> outcome) {
        var planned = new MoveStep(new Move(
                new PodKey(move.namespace(), move.name()),
                move.uid(),
                new Owner(
                        move.namespace(),
                        move.workload().kind(),
                        move.workload().name()),
                move.from(),
                move.to(),
                move.reliefPercent() / 100.0,
                Double.parseDouble(move.cost()),
                0,
                move.because(),
                Optional.ofNullable(move.trouble()).map(RebalancePlans::aim),
                Optional.ofNullable(move.goal()).map(goal -> MoveGoal.valueOf(goal.name()))));
        return outcome.map(told -> new MoveStep(
                        planned.move(),
                        MovePhase.valueOf(told.phase().name()),
                        millis(told.evictedAt()),
                        said(told.message()),
                        Optional.ofNullable(told.replacement()).map(RebalancePlans::landing),
                        millis(told.droppedAt())))
                .orElse(planned);
    }

    private static long millis(@Nullable Instant time) {
        return time == null ? 0 : time.toEpochMilli();
    }

    private static Aim aim(RebalancePlanSpec.Trouble trouble) {
        return new Aim(
                Trouble.Kind.valueOf(trouble.kind().name()),
                Contention.valueOf(trouble.resource().name()),
                Double.parseDouble(trouble.excess()),
                Double.parseDouble(trouble.relief()),
                Optional.ofNullable(trouble.at()).map(Instant::toEpochMilli));
    }

    /// Of looks of earlier versions it is not recorded when they were taken: then they were due.
    private static Landing landing(Replacement there) {
        long readyAtMillis = there.readyAt().toEpochMilli();
        return new Landing(
                there.name(),
                there.node(),
                readyAtMillis,
                Optional.ofNullable(there.after5Minutes())
                        .map(look -> look(look, readyAtMillis + Landing.EARLY_MILLIS)),
                Optional.ofNullable(there.after30Minutes())
                        .map(look -> look(look, readyAtMillis + Landing.LATE_MILLIS)),
                Optional.ofNullable(there.atHourOfTrouble()).map(look -> look(look, readyAtMillis)));
    }

    private static Landing.Look look(RebalancePlanStatus.Look look, long dueMillis) {
        return new Landing.Look(
                Landing.Finding.valueOf(look.finding().name()),
                look.message(),
                look.at() == null ? dueMillis : look.at().toEpochMilli());
    }

    private static String said(@Nullable String words) {
        return words == null ? "" : words;
    }
}
