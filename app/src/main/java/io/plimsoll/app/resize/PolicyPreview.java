package io.plimsoll.app.resize;

import io.plimsoll.app.resize.LiveWorkloads.Live;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.MemoryFloor;
import io.plimsoll.model.recommendation.MemoryFloor.OomRaise;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.Recommender;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.SizingCase;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.StoredRecommendation;
import io.plimsoll.model.usage.ContainerUsageView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// What a policy would do to a cluster if it were applied. Pure.
///
/// Targets are worked out by the policy's recommender from the use that is kept in the cluster, as of when it was
/// written there. Where none is kept, they are those that were recommended last: bounds, steps and rules are then the
/// previewed policy's, the percentile and the margin those of the policy that holds now.
final class PolicyPreview {

    /// Use is kept each ten minutes, in a large cluster each half hour; what was measured by then is as fresh as can
    /// be.
    private static final long KEPT_MILLIS = 45 * 60 * 1000L;

    private final ResizePolicy policy;
    private final List<ResizePolicy> others;
    private final Known known;
    private final long nowMillis;
    private final Optional<Recommender> recommender;

    /// What is known of the cluster.
    ///
    /// @param recommendations by workload
    /// @param claims what other autoscalers own
    /// @param usage what the containers of workloads used, by their names, as far as it is kept
    record Known(
            LiveWorkloads workloads,
            Map<Owner, StoredRecommendation> recommendations,
            Map<Owner, Claimed> claims,
            Map<Owner, Map<String, ContainerUsageView>> usage) {}

    /// One container that the policy would hold for.
    ///
    /// @param what would be done, or why nothing
    record Row(Owner workload, String container, Amount cpu, Amount memory, String what) {

        boolean isChanged() {
            return cpu.isChanged() || memory.isChanged();
        }
    }

    /// A request as it is and as it would become; 0 for none.
    record Amount(long now, long then) {

        boolean isChanged() {
            return now != then;
        }
    }

    /// A workload that several policies speak of, the previewed one among them.
    ///
    /// @param isHeld whether the previewed policy would hold
    record Conflict(Owner workload, boolean isHeld, String sentence, boolean isWarning) {}

    /// @param rows by workload, then as the template has them
    record Result(List<Row> rows, List<Conflict> conflicts) {

        long workloads() {
            return rows.stream().map(Row::workload).distinct().count();
        }

        long changed() {
            return rows.stream().filter(Row::isChanged).count();
        }
    }

    /// @param others of the cluster, without the one that the previewed policy would replace
    PolicyPreview(ResizePolicy policy, List<ResizePolicy> others, Known known, long nowMillis) {
        this.policy = policy;
        this.others = others.stream()
                .filter(other -> other.mode() != ResizePolicy.Mode.DISABLED)
                .toList();
        this.known = known;
        this.nowMillis = nowMillis;
        this.recommender = Recommender.named(policy.recommender());
    }

    Result run() {
        var candidates = new ArrayList<PolicyCandidate>();
        others.forEach(other -> candidates.add(other.candidate()));
        candidates.add(policy.candidate());
        var rows = new ArrayList<Row>();
        var conflicts = new ArrayList<Conflict>();
        known.workloads().byOwner().forEach((workload, live) -> {
            if (PolicyChoice.among(List.of(policy.candidate()), workload).isPresent()) {
                var choice = PolicyChoice.among(candidates, workload).orElseThrow();
                boolean isHeld = choice.winner().equals(policy.candidate());
                if (!choice.losers().isEmpty()) {
                    conflicts.add(new Conflict(workload, isHeld, choice.sentence(), choice.isWarning()));
                }
                if (isHeld) {
                    live.containers().stream()
                            .filter(container -> policy.roles().contains(container.role()))
                            .forEach(container -> rows.add(row(workload, live, container)));
                }
            }
        });
        return new Result(rows, conflicts);
    }

    private Row row(Owner workload, Live live, ContainerSpec template) {
        var sizing = policy.sizings().apply(template.name());
        if (sizing.isEmpty()) {
            return left(workload, template, "the policy leaves this container alone");
        }
        var stored = stored(workload, template.name());
        var recommended =
                reckoned(workload, live, template, sizing.get(), stored).or(() -> stored);
        if (recommended.isEmpty()) {
            return left(
                    workload, template, "nothing is known of what it uses: apply the policy with mode Recommend first");
        }
        var claimed = known.claims().getOrDefault(workload, Claimed.NONE);
        var why = new HashMap<ResourceKind, String>();
        var cpu = amount(ResourceKind.CPU, template, recommended.get(), sizing.get(), claimed, why);
        var memory = amount(ResourceKind.MEMORY, template, recommended.get(), sizing.get(), claimed, why);
        return new Row(
                workload,
                template.name(),
                cpu,
                memory,
                what(workload, template, cpu.isChanged() || memory.isChanged(), why));
    }

    private static Row left(Owner workload, ContainerSpec template, String why) {
        var requests = template.requests();
        return new Row(
                workload,
                template.name(),
                new Amount(requests.cpuMillis(), requests.cpuMillis()),
                new Amount(requests.memoryBytes(), requests.memoryBytes()),
                why);
    }

    /// As of the newest sample while that is as old as what is kept may be; what is older is too old for a cut here as
    /// in the service.
    private Optional<StoredRecommendation.Container> reckoned(
            Owner workload,
            Live live,
            ContainerSpec template,
            ContainerSizing sizing,
            Optional<StoredRecommendation.Container> stored) {
        var usage = Optional.ofNullable(
                known.usage().getOrDefault(workload, Map.of()).get(template.name()));
        if (usage.isEmpty() || usage.get().isEmpty() || recommender.isEmpty()) {
            return Optional.empty();
        }
        var current = stored.map(StoredRecommendation.Container::current)
                .filter(running -> !running.isZero())
                .orElse(template.requests());
        var found = recommender
                .get()
                .recommend(new SizingCase(
                        template.with(current, template.limits()),
                        usage.get(),
                        sizing,
                        inOnePod(live),
                        stored.filter(StoredRecommendation.Container::isOomRaise).stream()
                                .<MemoryFloor>map(
                                        raised -> new OomRaise(raised.target().memoryBytes(), 0, 1, 0))
                                .toList(),
                        nowMillis - usage.get().lastMillis() <= KEPT_MILLIS
                                ? usage.get().lastMillis()
                                : nowMillis));
        return Optional.of(new StoredRecommendation.Container(
                template.name(),
                current,
                amounts(found, ResourceRecommendation::lower),
                amounts(found, ResourceRecommendation::target),
                amounts(found, ResourceRecommendation::upper),
                Math.min(found.cpu().confidence(), found.memory().confidence()),
                found.memory().isOomRaiseFor(current.memoryBytes()),
                ""));
    }

    private static int inOnePod(Live live) {
        return (int) live.containers().stream()
                .filter(container -> container.role() != ContainerRole.INIT)
                .count();
    }

    private static Resources amounts(ContainerRecommendation found, ToLongFunction<ResourceRecommendation> amount) {
        return new Resources(amount.applyAsLong(found.cpu()), amount.applyAsLong(found.memory()));
    }

    private Optional<StoredRecommendation.Container> stored(Owner workload, String container) {
        return Optional.ofNullable(known.recommendations().get(workload))
                .flatMap(found -> found.containers().stream()
                        .filter(one -> one.name().equals(container))
                        .findFirst());
    }

    /// Running pods may ask for something else than the template does.
    private static Amount amount(
            ResourceKind kind,
            ContainerSpec template,
            StoredRecommendation.Container recommended,
            ContainerSizing sizing,
            Claimed claimed,
            Map<ResourceKind, String> why) {
        long running = kind.of(recommended.current());
        long now = running == 0 ? kind.of(template.requests()) : running;
        long target = sizing.of(kind).clamp((double) kind.of(recommended.target()));
        boolean isOomRaise = kind == ResourceKind.MEMORY && recommended.isOomRaise() && target > now;
        var change = sizing.of(kind).change();
        if (kind.of(recommended.target()) == 0 || now == 0) {
            why.put(kind, "it has no request of " + kind.text());
        } else if (claimed.contains(kind)) {
            why.put(kind, SkipReason.OWNED_BY_AUTOSCALER.sentence() + ": " + kind.text());
        } else if (recommended.confidence() < sizing.confidenceMin() && !isOomRaise) {
            why.put(kind, SkipReason.TOO_LITTLE_DATA.sentence());
        } else if (isGoodEnough(kind, now, target, recommended) || (!isOomRaise && change.isTooSmall(now, target))) {
            why.put(kind, SkipReason.FITS.sentence());
        } else {
            return new Amount(now, isOomRaise ? target : change.cut(now, target));
        }
        return new Amount(now, now);
    }

    /// Bounds of the policy may have moved the target out of the range that it was recommended with.
    private static boolean isGoodEnough(
            ResourceKind kind, long now, long target, StoredRecommendation.Container recommended) {
        boolean isAsRecommended = target == kind.of(recommended.target());
        return isAsRecommended && now >= kind.of(recommended.lower()) && now <= kind.of(recommended.upper());
    }

    private String what(Owner workload, ContainerSpec template, boolean isChanged, Map<ResourceKind, String> why) {
        var hindrance = hindrance(workload);
        if (!isChanged) {
            return String.join("; ", why.values().stream().distinct().sorted().toList());
        }
        return hindrance.map(sentence -> "recommended, not done: " + sentence).orElseGet(() -> done(template));
    }

    private Optional<String> hindrance(Owner workload) {
        if (policy.candidate().suspended()) {
            return Optional.of(SkipReason.SUSPENDED.sentence());
        }
        if (policy.mode() == ResizePolicy.Mode.RECOMMEND || policy.mode() == ResizePolicy.Mode.DISABLED) {
            return Optional.of(SkipReason.RECOMMEND_ONLY.sentence());
        }
        if (policy.mode() == ResizePolicy.Mode.EXPORT) {
            return Optional.of(SkipReason.WRITTEN_OUT.sentence());
        }
        if (known.workloads().isOptedOut(workload)) {
            return Optional.of(SkipReason.OPTED_OUT.sentence());
        }
        return Optional.ofNullable(known.recommendations().get(workload))
                .filter(StoredRecommendation::isLeftAlone)
                .map(found -> SkipReason.REVERTED_OFTEN.sentence());
    }

    private String done(ContainerSpec template) {
        if (policy.mode() == ResizePolicy.Mode.ON_CREATE || template.role() == ContainerRole.INIT) {
            return "new pods";
        }
        if (!policy.isOpen().test(nowMillis)) {
            return "new pods; running ones when the schedule allows it";
        }
        return policy.isRecreating()
                ? "running pods in place, or by others in their place, and new pods"
                : "running pods in place, and new pods";
    }
}
