package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What policies say of moving each workload. The one that holds for its size holds here too
/// ([PolicyChoice]): of several one, and where that says nothing of moves, the service's setting.
///
/// | the policy that holds | |
/// |---|---|
/// | says something | that |
/// | says nothing, or there is none | as the service is set |
/// | is suspended | its workloads stay |
/// | may speak of the workload: its labels are not known | it stays |
/// | cannot be read | its workloads stay: it may say so |
/// | is not known, since policies cannot be listed | every workload stays: it may say so |
public final class MoveRules {

    /// Where no policy speaks of anything.
    public static final MoveRules NONE = new MoveRules(Map.of(), Optional.empty());

    /// Where nobody reads policies: what they say is not known, and nothing is done that they might forbid.
    public static final MoveRules UNREAD = new MoveRules(Map.of(), Optional.empty());

    private final Map<PolicyCandidate, MovePolicy> policies;
    private final Optional<String> unknown;

    private MoveRules(Map<PolicyCandidate, MovePolicy> policies, Optional<String> unknown) {
        this.policies = policies;
        this.unknown = unknown;
    }

    /// Whether somebody reads policies.
    @SuppressWarnings("ReferenceEquality") // there is one that stands for nothing
    public boolean isRead() {
        return this != UNREAD;
    }

    /// What holds for one workload.
    ///
    /// @param approval nothing where the service's setting holds
    /// @param because in words for people; empty where the service's setting holds
    /// @param least pods that it must want for any of them to go; nothing where no policy says so
    /// @param discardsLocalStorage whether pods may go that keep data on their node
    public record Rule(
            Optional<MoveApproval> approval, String because, Optional<Least> least, boolean discardsLocalStorage) {

        static final Rule NONE = new Rule(Optional.empty(), "");

        /// Of approval alone.
        public Rule(Optional<MoveApproval> approval, String because) {
            this(approval, because, Optional.empty(), false);
        }

        /// @param because in words for people
        public record Least(int replicas, String because) {}
    }

    public static MoveRules of(Collection<MovePolicy> policies) {
        var byCandidate = new LinkedHashMap<PolicyCandidate, MovePolicy>();
        policies.forEach(policy -> byCandidate.put(policy.candidate(), policy));
        return new MoveRules(byCandidate, Optional.empty());
    }

    /// Where policies cannot be listed.
    public static MoveRules unknown(String why) {
        return new MoveRules(Map.of(), Optional.of(why));
    }

    /// Why nobody knows what policies say; nothing where it is known.
    public Optional<String> unknown() {
        return unknown;
    }

    /// Whether some policy has pods moved without asking.
    public boolean isAnyAutomatic() {
        return policies.values().stream()
                .anyMatch(policy -> policy.terms().approval().equals(Optional.of(MoveApproval.AUTOMATIC)));
    }

    public Rule of(Owner workload) {
        return unknown.map(why -> new Rule(Optional.of(MoveApproval.NEVER), why))
                .or(() -> PolicyChoice.among(policies.keySet(), workload).map(this::rule))
                .orElse(Rule.NONE);
    }

    private Rule rule(PolicyChoice choice) {
        return choice.doubt()
                .map(_ -> new Rule(Optional.of(MoveApproval.NEVER), choice.sentence()))
                .or(() -> Optional.ofNullable(policies.get(choice.winner())).map(MoveRules::rule))
                .orElse(Rule.NONE);
    }

    private static Rule rule(MovePolicy policy) {
        var name = "the policy " + policy.candidate().label();
        if (policy.problem().isPresent()) {
            return new Rule(
                    Optional.of(MoveApproval.NEVER),
                    name + " cannot be read: " + policy.problem().get());
        }
        if (policy.candidate().suspended()) {
            return new Rule(Optional.of(MoveApproval.NEVER), name + " is suspended");
        }
        var terms = policy.terms();
        return new Rule(
                terms.approval(),
                terms.approval()
                        .map(approval -> name + " says moves.approval: " + word(approval))
                        .orElse(""),
                least(terms.minReplicas(), name),
                terms.discardsLocalStorage());
    }

    private static Optional<Rule.Least> least(int replicas, String name) {
        return replicas == 1
                ? Optional.empty()
                : Optional.of(new Rule.Least(replicas, name + " says moves.minReplicas: " + replicas));
    }

    /// The policy by which requests of its running pods are changed, as people name it; nothing where none is.
    public Optional<String> resizing(Owner workload) {
        return PolicyChoice.among(policies.keySet(), workload)
                .filter(choice -> choice.doubt().isEmpty())
                .map(PolicyChoice::winner)
                .filter(winner -> Optional.ofNullable(policies.get(winner))
                        .filter(MovePolicy::isResizing)
                        .isPresent())
                .map(PolicyCandidate::label);
    }

    /// As policies write it.
    public static String word(MoveApproval approval) {
        return switch (approval) {
            case NEVER -> "Never";
            case REQUIRED -> "Required";
            case AUTOMATIC -> "Automatic";
        };
    }
}
