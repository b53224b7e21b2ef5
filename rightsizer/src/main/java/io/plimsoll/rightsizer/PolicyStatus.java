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
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
/// | | False | CannotAct | the first workload that cannot be changed for now, why: a missing right, or labels that are
/// not known |
/// | | True | Acts | it could not act before |
///
/// Of several reasons of `Conflicting` the lowest in the table holds, of `Able` the highest. Workloads count that have
/// a pod.
final class PolicyStatus {

    static final String EQUAL_WEIGHTS = "EqualWeights";
    private static final String READY = "Ready";
    private static final String CONFLICTING = "Conflicting";
    private static final String AUTOSCALED = "Autoscaled";
    private static final String ABLE = "Able";
    private static final List<String> OWN = List.of(READY, CONFLICTING, AUTOSCALED, ABLE);
    private static final OptimizationPolicyStatus UNTOLD =
            new OptimizationPolicyStatus(null, null, null, null, null, null, List.of());
    private static final Set<SkipReason> OBSTACLES =
            Collections.unmodifiableSet(EnumSet.of(SkipReason.CANNOT_ACT, SkipReason.LABELS_UNKNOWN));
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

        void meets(WorkloadSizing sizing, PolicyCandidate self, Savings savings) {
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
        return sizing.plan() instanceof ResizePlan.Skipped skipped && OBSTACLES.contains(skipped.reason())
                ? Optional.of("for " + sizing.workload() + ", " + skipped.sentence())
                : Optional.empty();
    }

    /// Why a policy cannot act.
    private record Hindrance(String reason, String message) {

        static Hindrance ofAll(String message) {
            return new Hindrance("NoInPlaceResize", message);
        }

        static Hindrance ofOne(String message) {
            return new Hindrance("CannotAct", message);
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
            return new Conflict(
                    grade,
                    "for " + sizing.workload() + ", " + choice.sentence()
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
            var hindrance = unable.filter(why -> isForRunningPods(policy))
                    .map(Hindrance::ofAll)
                    .or(() -> standing.obstacle.map(Hindrance::ofOne));
            var saving = savings.steady(policy.status().orElse(UNTOLD).saving(), standing.saved);
            statuses.put(policy.label(), status(policy, standing, hindrance, saving, now));
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
            ListedPolicy policy, Standing standing, Optional<Hindrance> hindrance, Saving saving, Instant now) {
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
        able(policy, hindrance, now).ifPresent(conditions::add);
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

    /// Said of those alone that cannot act, or could not before.
    private static Optional<ResourceCondition> able(ListedPolicy policy, Optional<Hindrance> hindrance, Instant now) {
        return hindrance.isPresent()
                ? hindrance.map(found -> condition(policy, ABLE, Truth.FALSE, found.reason(), found.message(), now))
                : condition(policy, ABLE).map(before -> condition(policy, ABLE, Truth.TRUE, "Acts", "it can act", now));
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
