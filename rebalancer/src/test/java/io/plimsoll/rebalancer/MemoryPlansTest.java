package io.plimsoll.rebalancer;

import io.plimsoll.model.move.PlanJournal;

class MemoryPlansTest extends PlanJournalContract {

    private final MemoryPlans plans = new MemoryPlans();

    @Override
    PlanJournal journal() {
        return plans;
    }

    @Override
    void approve(String name, boolean isApproved) {
        plans.approve(name, isApproved);
    }
}
