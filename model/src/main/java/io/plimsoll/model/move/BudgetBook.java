package io.plimsoll.model.move;

import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.PodTraits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the disruption budgets still allow within one plan. Belongs to that plan.
///
/// The API server's dry runs do not add up: two pods of one budget that allows one each pass. Here each pod
/// that is taken leaves one less for the next.
final class BudgetBook {

    private final Map<String, List<Guard>> byNamespace = new HashMap<>();

    BudgetBook(List<DisruptionBudget> budgets) {
        for (var budget : budgets) {
            budget.keptSelector()
                    .ifPresent(selector -> byNamespace
                            .computeIfAbsent(budget.namespace(), namespace -> new ArrayList<>())
                            .add(new Guard(budget, selector)));
        }
    }

    /// One budget, and what of it the plan has taken.
    static final class Guard {

        private final DisruptionBudget budget;
        private final LabelSelector selector;
        private final boolean isDecidable;

        private int taken;

        private Guard(DisruptionBudget budget, LabelSelector selector) {
            this.budget = budget;
            this.selector = selector;
            this.isDecidable = budget.isDecidable();
        }

        private String spent() {
            return taken == 0 ? budget.name() : budget.name() + ", of which this plan takes " + taken;
        }
    }

    /// @param guards of the pod that is to go
    Optional<Stay> refusal(List<Guard> guards) {
        if (guards.isEmpty()) {
            return Optional.empty();
        }
        if (guards.size() > 1) {
            return Optional.of(new Stay(StayReason.SEVERAL_BUDGETS, names(guards)));
        }
        var guard = guards.getFirst();
        var budget = guard.budget;
        if (!guard.isDecidable || !budget.isCurrent()) {
            return Optional.of(new Stay(StayReason.BUDGET_UNKNOWN, budget.name()));
        }
        return budget.disruptionsAllowed() > guard.taken
                ? Optional.empty()
                : Optional.of(new Stay(StayReason.BUDGET, guard.spent()));
    }

    /// @param guards of the pod that goes
    /// @param gone 1, or -1 where it is there again
    void count(List<Guard> guards, int gone) {
        guards.forEach(guard -> guard.taken += gone);
    }

    /// Those of a pod's namespace that select it.
    List<Guard> guards(String namespace, PodTraits pod) {
        return byNamespace.getOrDefault(namespace, List.of()).stream()
                .filter(guard -> guard.selector.matches(pod.labels()))
                .toList();
    }

    private static String names(List<Guard> guards) {
        return guards.stream().map(guard -> guard.budget.name()).sorted().collect(Collectors.joining(", "));
    }
}
