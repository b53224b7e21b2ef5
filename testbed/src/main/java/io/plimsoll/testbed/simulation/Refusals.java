package io.plimsoll.testbed.simulation;

import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.PodKey;
import java.time.Duration;
import java.util.Optional;

/// The ways in which the simulated API server says no, worded as the real one does.
final class Refusals {

    private Refusals() {}

    static Outcome gone(PodKey key) {
        return refused(Refusal.GONE, "pods \"" + key.name() + "\" not found");
    }

    static Outcome otherUid(PodKey key, String wanted, String found) {
        return refused(
                Refusal.CONFLICT,
                "pod \"" + key.name() + "\": the UID in the precondition (" + wanted
                        + ") does not match the UID in record (" + found + ")");
    }

    static Outcome alreadyBound(PodKey key, String node) {
        return refused(Refusal.CONFLICT, "pod " + key.name() + " is already assigned to node \"" + node + "\"");
    }

    static Outcome beingDeleted(PodKey key) {
        return refused(Refusal.CONFLICT, "pod " + key.name() + " is being deleted, cannot be assigned to a host");
    }

    static Outcome budget(SimulatedBudget budget, int healthy) {
        return refused(
                Refusal.BUDGET,
                "the disruption budget " + budget.name() + " needs " + budget.minAvailable() + " healthy pods and has "
                        + healthy + " currently");
    }

    static Outcome severalBudgets() {
        return refused(
                Refusal.SEVERAL_BUDGETS,
                "this pod has more than one PodDisruptionBudget, which the eviction subresource does not support");
    }

    static Outcome invalid(String message) {
        return refused(Refusal.INVALID, message);
    }

    static Outcome forbidden(String message) {
        return refused(Refusal.FORBIDDEN, message);
    }

    private static Outcome refused(Refusal reason, String message) {
        return new Outcome.Refused(reason, message, Optional.<Duration>empty());
    }
}
