package io.plimsoll.model.move;

import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the disruption budgets still allow within one plan. Belongs to that plan.
///
/// The API server's dry runs do not add up: two pods of one budget that allows one each pass. Here each pod
/// that is
/// taken leaves one less for the next.
final class BudgetBook {

    private final Map<String, List<DisruptionBudget>> byNamespace = new HashMap<>();
    private final Map<String, Integer> taken = new HashMap<>();

    BudgetBook(List<DisruptionBudget> budgets) {
        for (var budget : budgets) {
            byNamespace
                    .computeIfAbsent(budget.namespace(), namespace -> new ArrayList<>())
                    .add(budget);
        }
    }

    Optional<Stay> refusal(PodSpec pod) {
        var guards = guards(pod);
        if (guards.isEmpty()) {
            return Optional.empty();
        }
        if (guards.size() > 1) {
            return Optional.of(new Stay(StayReason.SEVERAL_BUDGETS, names(guards)));
        }
        var budget = guards.getFirst();
        if (!isDecidable(budget) || !budget.isCurrent()) {
            return Optional.of(new Stay(StayReason.BUDGET_UNKNOWN, budget.name()));
        }
        int left = budget.disruptionsAllowed() - taken.getOrDefault(budget.key(), 0);
        return left > 0 ? Optional.empty() : Optional.of(new Stay(StayReason.BUDGET, spent(budget)));
    }

    void take(PodSpec pod) {
        guards(pod).forEach(budget -> taken.merge(budget.key(), 1, Integer::sum));
    }

    private List<DisruptionBudget> guards(PodSpec pod) {
        return byNamespace.getOrDefault(pod.key().namespace(), List.of()).stream()
                .filter(budget -> guards(budget, pod))
                .toList();
    }

    /// One that asks for labels that the picture does not keep may guard any pod that the rest of it fits.
    private static boolean guards(DisruptionBudget budget, PodSpec pod) {
        var labels = pod.traits().labels();
        return budget.selector()
                .filter(selector -> isKept(selector)
                        ? selector.matches(labels)
                        : kept(selector).matches(labels))
                .isPresent();
    }

    private static boolean isDecidable(DisruptionBudget budget) {
        return budget.selector().filter(BudgetBook::isKept).isPresent();
    }

    private static boolean isKept(LabelSelector selector) {
        return selector.keys().noneMatch(PodTraits::isOwn);
    }

    private static LabelSelector kept(LabelSelector selector) {
        var labels = new HashMap<>(selector.matchLabels());
        labels.keySet().removeIf(PodTraits::isOwn);
        return new LabelSelector(
                labels,
                selector.expressions().stream()
                        .filter(expression -> !PodTraits.isOwn(expression.key()))
                        .toList());
    }

    private String spent(DisruptionBudget budget) {
        int used = taken.getOrDefault(budget.key(), 0);
        return used == 0 ? budget.name() : budget.name() + ", of which this plan takes " + used;
    }

    private static String names(List<DisruptionBudget> budgets) {
        return String.join(
                ", ", budgets.stream().map(DisruptionBudget::name).sorted().toList());
    }
}
