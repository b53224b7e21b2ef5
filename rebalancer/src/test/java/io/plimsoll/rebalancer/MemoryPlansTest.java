package io.plimsoll.rebalancer;

import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.testbed.simulation.MemoryPlans;

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
