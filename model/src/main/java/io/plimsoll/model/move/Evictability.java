package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// May a pod be evicted, after all that this plan has taken already? What is not known counts as no. Belongs
/// to one plan of one image.
///
/// The first reason in the order of [StayReason] is told: what [bans any eviction][EvictionBan], then what speaks
/// against a move. It refuses whatever the descheduler's DefaultEvictor refuses, and more:
///
/// | | DefaultEvictor | here |
/// |---|---|---|
/// | `…/evict` on a pod | lifts every check | only that of local storage: nobody can allow for a mirror pod |
/// | prefer-no-eviction | stays if the policy says so | stays |
/// | a volume claim | goes, but of a protected storage class | stays: where it can go is not known |
/// | a Job's pod | goes | stays |
/// | in a namespace that is being deleted | goes, and nothing comes in its place | stays |
/// | owned by a kind that is not watched | goes | stays |
/// | few replicas | stays below `minReplicas` pods | stays below `moves.minReplicas` wanted |
/// | others that are not ready | goes | stays unless all others are ready, one at least |
/// | disruption budgets | are left to the API server | are counted down within the plan |
final class Evictability {

    private final ClusterImage image;
    private final MoveConfig config;
    private final MoveRules rules;
    private final long nowMillis;
    private final BudgetBook budgets;
    /// By their workloads' numbers.
    private final Map<Integer, Crew> crews = new HashMap<>();
    /// Of the pod that was asked about last: plans look at one node after the other.
    private Optional<NodeImage> node = Optional.empty();

    Evictability(ClusterImage image, MoveConfig config, MoveRules rules, long nowMillis) {
        this.image = image;
        this.config = config;
        this.rules = rules;
        this.nowMillis = nowMillis;
        this.budgets = new BudgetBook(image.budgets());
    }

    /// The pods of one workload, and what holds for all of them.
    private static final class Crew {

        private static final List<String> TEMPLATE_LABELS = List.of("pod-template-hash", "controller-revision-hash");

        private final Optional<OwnerSpec> owner;
        private final MoveRules.Rule rule;
        private final int pods;
        private final boolean isMixed;
        private final int readyBefore;
        private final int startSeconds;
        private int ready;
        /// Of the pod that was asked about last: its siblings mostly share them.
        private PodTraits traits;

        private List<BudgetBook.Guard> guards;

        Crew(ClusterImage image, MoveRules rules, BudgetBook budgets, Owner workload) {
            owner = image.owner(workload);
            rule = rules.of(workload);
            var all = image.podsOf(workload);
            pods = all.size();
            readyBefore =
                    (int) all.stream().filter(pod -> pod.spec().isServing()).count();
            ready = readyBefore;
            startSeconds = all.stream()
                    .mapToInt(pod -> pod.spec().startSeconds())
                    .filter(seconds -> seconds > 0)
                    .min()
                    .orElse(0);
            isMixed = all.stream().anyMatch(pod -> isOfOtherTemplate(pod, all.getFirst()));
            traits = all.isEmpty() ? PodTraits.NONE : all.getFirst().spec().traits();
            guards = budgets.guards(workload.namespace(), traits);
        }

        private static boolean isOfOtherTemplate(PodImage pod, PodImage first) {
            var its = pod.spec().traits();
            var firsts = first.spec().traits();
            return !its.equals(firsts)
                    && TEMPLATE_LABELS.stream()
                            .anyMatch(label -> !Objects.equals(
                                    its.labels().get(label), firsts.labels().get(label)));
        }

        /// The budgets that guard a pod of this crew.
        List<BudgetBook.Guard> guards(PodSpec pod, BudgetBook budgets) {
            if (!pod.traits().equals(traits)) {
                traits = pod.traits();
                guards = budgets.guards(pod.key().namespace(), traits);
            }
            return guards;
        }
    }

    /// Why it must not; nothing where it may.
    Optional<Stay> refusal(PodImage pod) {
        var optOuts = image.optOuts(pod);
        return EvictionBan.of(pod.spec(), optOuts)
                .or(() -> bySelf(pod, optOuts))
                .or(() -> refusal(pod, crew(pod)));
    }

    private Optional<Stay> refusal(PodImage pod, Crew crew) {
        return byPolicy(crew)
                .or(() -> byState(pod))
                .or(() -> byWorkload(pod, crew))
                .or(() -> byStart(crew))
                .or(() -> budgets.refusal(crew.guards(pod.spec(), budgets)));
    }

    /// Counts it as gone.
    void take(PodImage pod) {
        count(pod, 1);
    }

    /// Counts it as there again.
    void takeBack(PodImage pod) {
        count(pod, -1);
    }

    private void count(PodImage pod, int gone) {
        var crew = crew(pod);
        crew.ready -= pod.spec().isServing() ? gone : 0;
        budgets.count(crew.guards(pod.spec(), budgets), gone);
    }

    /// Ready pods of its workload, as many as the plan has left.
    int ready(PodImage pod) {
        return crew(pod).ready;
    }

    /// How long a pod of its workload takes to be ready: the least that is known of one, since a
    /// probe that failed for a while makes it longer, and nothing makes it shorter. 0 where it is
    /// known of none.
    int startSeconds(PodImage pod) {
        return crew(pod).startSeconds;
    }

    private Optional<Stay> bySelf(PodImage pod, Set<OptOut> optOuts) {
        var spec = pod.spec();
        var traits = spec.traits();
        if (spec.priority() >= config.priorityBelow()) {
            return stay(StayReason.HIGH_PRIORITY, spec.priority() + ", and " + config.priorityBelow() + " stays");
        }
        if (traits.has(PodTrait.LOCAL_STORAGE) && !mayLoseItsData(pod)) {
            return stay(StayReason.LOCAL_STORAGE);
        }
        if (traits.has(PodTrait.VOLUME)) {
            return stay(StayReason.VOLUME);
        }
        if (traits.has(PodTrait.RESOURCE_CLAIM)) {
            return stay(StayReason.DEVICES);
        }
        return optOuts.contains(OptOut.SCORE)
                ? stay(StayReason.OPTED_OUT, OptOut.SCORE.label() + ", so no place can be judged")
                : Optional.empty();
    }

    private boolean mayLoseItsData(PodImage pod) {
        return config.localStorage()
                || pod.spec().traits().has(PodTrait.EVICTION_WANTED)
                || crew(pod).rule.discardsLocalStorage();
    }

    private static Optional<Stay> byPolicy(Crew crew) {
        var rule = crew.rule;
        return rule.approval().equals(Optional.of(MoveApproval.NEVER))
                ? stay(StayReason.POLICY, rule.because())
                : rule.least().flatMap(least -> byReplicas(least, crew));
    }

    /// How many there are is another matter: a workload that is being scaled stays anyway, and so
    /// does one of which it is not known how many it wants.
    private static Optional<Stay> byReplicas(MoveRules.Rule.Least least, Crew crew) {
        return crew.owner
                .map(OwnerSpec::replicas)
                .filter(wanted -> wanted < least.replicas())
                .map(wanted -> new Stay(StayReason.POLICY, least.because() + ", and " + wanted + " wanted"));
    }

    private Optional<Stay> byState(PodImage pod) {
        var spec = pod.spec();
        if (image.isTerminating(pod.key().namespace())) {
            return stay(StayReason.NAMESPACE_TERMINATING);
        }
        if (Set.of("Job", "CronJob").contains(pod.workload().kind())) {
            return stay(StayReason.JOB);
        }
        var its = spec.nodeName().flatMap(this::node).filter(one -> one.spec().readiness() == Readiness.READY);
        if (its.isEmpty()) {
            return stay(StayReason.NODE_UNKNOWN);
        }
        if (its.get().stability().isSuppressed(nowMillis)) {
            return stay(StayReason.NODE_FLAPPING);
        }
        if (spec.phase() != PodPhase.RUNNING) {
            return stay(StayReason.NOT_RUNNING);
        }
        long ageMillis = nowMillis - spec.boundAtMillis();
        return spec.boundAtMillis() == 0 || ageMillis < config.ageMillisMin()
                ? stay(StayReason.JUST_STARTED)
                : Optional.empty();
    }

    /// A move that is sure to be called lost would stop the whole plan.
    private Optional<Stay> byStart(Crew crew) {
        long seconds = config.pace().readyMillisMax() / 1_000;
        return crew.startSeconds > seconds
                ? stay(StayReason.STARTS_SLOWLY, crew.startSeconds + " s at the least, and " + seconds + " s")
                : Optional.empty();
    }

    private Optional<NodeImage> node(String name) {
        if (node.isEmpty() || !node.get().name().equals(name)) {
            node = image.node(name);
        }
        return node;
    }

    private static Optional<Stay> byWorkload(PodImage pod, Crew crew) {
        if (crew.owner.isEmpty()) {
            return stay(
                    StayReason.OWNER_UNKNOWN,
                    pod.workload().kind() + " " + pod.workload().name());
        }
        int wanted = crew.owner.get().replicas();
        if (crew.pods != wanted) {
            return stay(StayReason.ROLLING_OUT, crew.pods + " pods, " + wanted + " wanted");
        }
        if (crew.isMixed) {
            return stay(StayReason.ROLLING_OUT, "its pods are of two templates");
        }
        int self = pod.spec().isServing() ? 1 : 0;
        if (crew.ready - self < 1) {
            return stay(StayReason.LAST_READY);
        }
        // What this plan takes comes back before the next one goes.
        int others = crew.readyBefore - self;
        return others < wanted - 1 ? stay(StayReason.NOT_ALL_READY, others + " of " + (wanted - 1)) : Optional.empty();
    }

    private Crew crew(PodImage pod) {
        return crews.computeIfAbsent(pod.workloadId(), id -> new Crew(image, rules, budgets, pod.workload()));
    }

    private static Optional<Stay> stay(StayReason reason) {
        return Optional.of(Stay.of(reason));
    }

    private static Optional<Stay> stay(StayReason reason, String detail) {
        return Optional.of(new Stay(reason, detail));
    }
}
