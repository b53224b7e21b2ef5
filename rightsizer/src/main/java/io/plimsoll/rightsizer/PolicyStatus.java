package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.policy.ListedPolicy;
import io.plimsoll.kubernetes.policy.PolicyReading;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.ResourceCondition.Truth;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.kubernetes.resource.Sentences;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.Saved;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is told of a policy: how many workloads it is about, and conditions.
///
/// | condition | status | reason | message |
/// |---|---|---|---|
/// | Ready | True | Read | it can be read |
/// | | False | Refused | all mistakes, each with its field and what to write |
/// | Conflicting | False | OnlyOne | no other policy selects its workloads |
/// | | True | Outranks | the first workload where it holds, the losers, why |
/// | | True | Outranked | the first workload where another holds, why |
/// | | True | EqualWeights | the first workload where age or name decided: a warning |
/// | Autoscaled | True | OwnedByAutoscaler | the first workload of which another autoscaler owns something, and what |
/// | | False | NoneOwns | it was so before |
/// | Able | False | NoInPlaceResize | in mode Auto or Recommend: no pod of the cluster can be resized, and what to do |
/// | | False | CannotAct | the first workload that cannot be changed for now, why, such as a missing right |
/// | | False | CannotAct | all that it may select has labels that are not known: of which kinds, why |
/// | | True | SomeLabelsUnknown | some of what it may select has labels that are not known: of which kinds, why |
/// | | True | Acts | it could not act before |
///
/// Of several reasons of `Conflicting` the lowest in the table holds, of `Able` the highest. Workloads count that have
/// a pod, but not for a policy of which it is not known whether it selects them: there the kind is named, so that the
/// status stays while such workloads come and go with each pass.
final class PolicyStatus {

    static final String EQUAL_WEIGHTS = "EqualWeights";
    private static final String READY = "Ready";
    private static final String CONFLICTING = "Conflicting";
    private static final String AUTOSCALED = "Autoscaled";
    private static final String ABLE = "Able";
    private static final List<String> OWN = List.of(READY, CONFLICTING, AUTOSCALED, ABLE);
    private static final OptimizationPolicyStatus UNTOLD =
            new OptimizationPolicyStatus(null, null, null, null, null, null, List.of());
    private static final int MESSAGE_CHARS_MAX = 1024;
    private static final int OTHERS_MAX = 10;

    private PolicyStatus() {}

    /// How a policy fares among the others.
    private static final class Standing {

        int matched;
        int governed;
        int recommended;
        int optimized;
        Saved saved = Saved.NONE;
        Conflict conflict = Conflict.NONE;
        Optional<String> claim = Optional.empty();
        Optional<String> obstacle = Optional.empty();
        /// Why it is not known whether the policy selects workloads, by their kind.
        final Map<String, String> doubts = new TreeMap<>();

        void meets(WorkloadSizing sizing, PolicyCandidate self, Savings savings) {
            var doubt = sizing.choice().doubt();
            if (doubt.isPresent() && sizing.choice().winner().equals(self)) {
                doubts.putIfAbsent(sizing.workload().kind(), doubt.get());
                return;
            }
            matched++;
            if (sizing.choice().winner().equals(self)) {
                governed++;
                recommended += sizing.recommendations().isEmpty() ? 0 : 1;
                optimized += isOptimized(sizing) ? 1 : 0;
                saved = saved.plus(savings.saved(sizing));
                claim = claim.or(() -> claim(sizing));
                obstacle = obstacle.or(() -> obstacle(sizing));
            }
            var grade = Grade.of(sizing.choice(), self);
            if (grade.compareTo(conflict.grade()) > 0) {
                conflict = Conflict.of(grade, sizing);
            }
        }

        Optional<Ability> ability() {
            return obstacle.map(Ability::cannotAct).or(this::doubtful);
        }

        private Optional<Ability> doubtful() {
            if (doubts.isEmpty()) {
                return Optional.empty();
            }
            var sentence = "it is not known whether it selects workloads of kind " + String.join(", ", doubts.keySet())
                    + ": " + doubts.values().stream().distinct().collect(Collectors.joining("; "));
            return Optional.of(governed == 0 ? Ability.cannotAct(sentence) : Ability.onOthers(sentence));
        }
    }

    private static boolean isOptimized(WorkloadSizing sizing) {
        return !sizing.recommendations().isEmpty()
                && sizing.recommendations().stream()
                        .noneMatch(found ->
                                found.cpu().isOutside() || found.memory().isOutside());
    }

    private static Optional<String> claim(WorkloadSizing sizing) {
        return sizing.claimed()
                .sentence()
                .map(owns -> "for " + sizing.workload() + ", " + owns + ": Plimsoll leaves that alone");
    }

    private static Optional<String> obstacle(WorkloadSizing sizing) {
        return sizing.plan() instanceof ResizePlan.Skipped skipped && skipped.reason() == SkipReason.CANNOT_ACT
                ? Optional.of("for " + sizing.workload() + ", " + skipped.sentence())
                : Optional.empty();
    }

    /// Whether a policy can act.
    private record Ability(Truth status, String reason, String message) {

        static final Ability ACTS = new Ability(Truth.TRUE, "Acts", "it can act");

        static Ability noResize(String message) {
            return new Ability(Truth.FALSE, "NoInPlaceResize", message);
        }

        static Ability cannotAct(String message) {
            return new Ability(Truth.FALSE, "CannotAct", message);
        }

        static Ability onOthers(String message) {
            return new Ability(Truth.TRUE, "SomeLabelsUnknown", "it can act on others: " + message);
        }
    }

    /// How a policy stands to others for one workload, the worst last.
    private enum Grade {
        ONLY_ONE("OnlyOne"),
        OUTRANKS("Outranks"),
        OUTRANKED("Outranked"),
        EQUAL(EQUAL_WEIGHTS);

        private final String reason;

        Grade(String reason) {
            this.reason = reason;
        }

        static Grade of(PolicyChoice choice, PolicyCandidate self) {
            if (choice.losers().isEmpty()) {
                return ONLY_ONE;
            }
            boolean isWinner = choice.winner().equals(self);
            if (choice.isWarning() && (isWinner || choice.losers().getFirst().equals(self))) {
                return EQUAL;
            }
            return isWinner ? OUTRANKS : OUTRANKED;
        }
    }

    /// The worst grade of a policy, and the first workload for which it is that. Its message is long where a thousand
    /// policies speak of one workload, so it is not made for each pair of them.
    private record Conflict(Grade grade, String message) {

        static final Conflict NONE = new Conflict(Grade.ONLY_ONE, "no other policy selects its workloads");

        static Conflict of(Grade grade, WorkloadSizing sizing) {
            var choice = sizing.choice();
            var others = choice.losers().stream()
                    .skip(1)
                    .limit(OTHERS_MAX)
                    .map(PolicyCandidate::label)
                    .toList();
            int more = choice.losers().size() - 1 - others.size();
            var where = choice.doubt().isPresent()
                    ? "workloads of kind " + sizing.workload().kind()
                    : sizing.workload().toString();
            return new Conflict(
                    grade,
                    "for " + where + ", " + choice.sentence()
                            + (others.isEmpty() ? "" : "; it goes before " + String.join(", ", others))
                            + (more > 0 ? " and " + more + " more" : "")
                            + (others.isEmpty() ? "" : " too"));
        }
    }

    /// One status for each policy, by its label.
    ///
    /// @param sizings in the order of their workloads' names, so that the same workload is named each time
    /// @param unable why no running pod of the cluster can be changed, if so
    static Map<String, OptimizationPolicyStatus> all(
            List<ListedPolicy> policies,
            List<WorkloadSizing> sizings,
            Optional<String> unable,
            Savings savings,
            Instant now) {
        var standings = new HashMap<String, Standing>();
        for (var sizing : sizings) {
            var choice = sizing.choice();
            Stream.concat(Stream.of(choice.winner()), choice.losers().stream())
                    .forEach(policy -> standings
                            .computeIfAbsent(policy.label(), label -> new Standing())
                            .meets(sizing, policy, savings));
        }
        var statuses = new HashMap<String, OptimizationPolicyStatus>();
        for (var policy : policies) {
            var standing = standings.getOrDefault(policy.label(), new Standing());
            var ability = unable.filter(why -> isForRunningPods(policy))
                    .map(Ability::noResize)
                    .or(standing::ability);
            var saving = savings.steady(policy.status().orElse(UNTOLD).saving(), standing.saved);
            statuses.put(policy.label(), status(policy, standing, ability, saving, now));
        }
        return statuses;
    }

    /// Whoever only recommends today is to know what will come of `Auto`.
    private static boolean isForRunningPods(ListedPolicy policy) {
        return switch (policy.reading()) {
            case PolicyReading.Read(var read, var _, var _) ->
                switch (read.mode()) {
                    case AUTO, RECOMMEND -> true;
                    case ON_CREATE, EXPORT, DISABLED -> false;
                };
            case PolicyReading.Refused _ -> false;
        };
    }

    private static OptimizationPolicyStatus status(
            ListedPolicy policy, Standing standing, Optional<Ability> ability, Saving saving, Instant now) {
        var conditions = new ArrayList<ResourceCondition>();
        conditions.add(
                switch (policy.reading()) {
                    case PolicyReading.Read _ -> condition(policy, READY, Truth.TRUE, "Read", "it can be read", now);
                    case PolicyReading.Refused refused ->
                        condition(policy, READY, Truth.FALSE, "Refused", refused.sentence(), now);
                });
        var conflict = standing.conflict;
        conditions.add(condition(
                policy,
                CONFLICTING,
                conflict.grade() == Grade.ONLY_ONE ? Truth.FALSE : Truth.TRUE,
                conflict.grade().reason,
                conflict.message(),
                now));
        autoscaled(policy, standing, now).ifPresent(conditions::add);
        able(policy, ability, now).ifPresent(conditions::add);
        former(policy).stream().filter(other -> !OWN.contains(other.type())).forEach(conditions::add);
        return new OptimizationPolicyStatus(
                policy.generation(),
                standing.matched,
                standing.governed,
                standing.recommended,
                standing.optimized,
                saving,
                conditions);
    }

    /// Said of those alone that share a workload with another autoscaler, or did before.
    private static Optional<ResourceCondition> autoscaled(ListedPolicy policy, Standing standing, Instant now) {
        return standing.claim.isPresent()
                ? standing.claim.map(owns -> condition(policy, AUTOSCALED, Truth.TRUE, "OwnedByAutoscaler", owns, now))
                : condition(policy, AUTOSCALED)
                        .map(before -> condition(
                                policy,
                                AUTOSCALED,
                                Truth.FALSE,
                                "NoneOwns",
                                "no other autoscaler owns anything of its workloads",
                                now));
    }

    /// Said of those alone of which there is something to say, or was before.
    private static Optional<ResourceCondition> able(ListedPolicy policy, Optional<Ability> ability, Instant now) {
        return ability.or(() -> condition(policy, ABLE).map(before -> Ability.ACTS))
                .map(found -> condition(policy, ABLE, found.status(), found.reason(), found.message(), now));
    }

    /// The time stays while the status is the same.
    private static ResourceCondition condition(
            ListedPolicy policy, String type, Truth status, String reason, String message, Instant now) {
        var since = condition(policy, type)
                .filter(before -> before.status() == status)
                .flatMap(before -> Optional.ofNullable(before.lastTransitionTime()))
                .orElse(now.truncatedTo(ChronoUnit.SECONDS));
        return new ResourceCondition(
                type, status, policy.generation(), since, reason, Sentences.clipped(message, MESSAGE_CHARS_MAX));
    }

    static Optional<ResourceCondition> condition(ListedPolicy policy, String type) {
        return former(policy).stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    private static List<ResourceCondition> former(ListedPolicy policy) {
        return policy.status().map(OptimizationPolicyStatus::conditions).orElse(List.of());
    }
}
