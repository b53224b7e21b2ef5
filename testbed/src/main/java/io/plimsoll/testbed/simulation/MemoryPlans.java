package io.plimsoll.testbed.simulation;

import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/// A journal of plans in memory, which outlives whoever writes to it. Thread-safe.
public final class MemoryPlans implements PlanJournal {

    private final TreeMap<String, RecordedPlan> plans = new TreeMap<>();
    private int versions;

    @Override
    public synchronized List<RecordedPlan> plans() {
        return plans.values().stream()
                .sorted(Comparator.comparingLong(RecordedPlan::madeAtMillis)
                        .reversed()
                        .thenComparing(RecordedPlan::name))
                .toList();
    }

    @Override
    public synchronized RecordedPlan propose(MovePlan plan, long expiresAtMillis) {
        return put(new RecordedPlan(
                "plan-" + (versions + 1),
                "",
                plan.atMillis(),
                expiresAtMillis,
                Approval.NONE,
                PlanPhase.PROPOSED,
                "",
                plan.moves().stream().map(MoveStep::new).toList()));
    }

    private RecordedPlan put(RecordedPlan plan) {
        var written = plan.written(String.valueOf(++versions));
        plans.put(plan.name(), written);
        return written;
    }

    @Override
    public synchronized RecordedPlan write(RecordedPlan plan) {
        var there = plans.get(plan.name());
        if (there == null || !there.version().equals(plan.version())) {
            throw new JournalUnavailable(plan.name() + " was changed by another", new IllegalStateException());
        }
        return put(new RecordedPlan(
                plan.name(),
                "",
                there.madeAtMillis(),
                there.expiresAtMillis(),
                there.approval(),
                plan.phase(),
                plan.message(),
                plan.steps()));
    }

    @Override
    public synchronized void forget(RecordedPlan plan) {
        plans.remove(plan.name());
    }

    /// As people do.
    public synchronized void approve(String name, boolean isApproved) {
        var there = Objects.requireNonNull(plans.get(name), name);
        put(new RecordedPlan(
                name,
                "",
                there.madeAtMillis(),
                there.expiresAtMillis(),
                isApproved ? Approval.APPROVED : Approval.REJECTED,
                there.phase(),
                there.message(),
                there.steps()));
    }
}
