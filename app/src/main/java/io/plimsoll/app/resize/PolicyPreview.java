package io.plimsoll.app.resize;

import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a policy would do to a cluster if it were applied. Pure.
///
/// Targets are those that were recommended last, for usage is known to the serving processes alone: the
/// bounds, steps and rules are the previewed policy's, the percentile and the margin behind a target are
/// those of the policy that holds now.
final class PolicyPreview {

    private final ResizePolicy policy;
    private final List<ResizePolicy> others;
    private final Known known;
    private final long nowMillis;

    /// What is known of the cluster.
    ///
    /// @param recommendations by workload
    /// @param claims what other autoscalers own
    record Known(
            LiveWorkloads workloads, Map<Owner, StoredRecommendation> recommendations, Map<Owner, Claimed> claims) {}

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
                            .forEach(container -> rows.add(row(workload, container)));
                }
            }
        });
        return new Result(rows, conflicts);
    }

    private Row row(Owner workload, ContainerSpec template) {
        var sizing = policy.sizings().apply(template.name());
        var recommended = recommended(workload, template.name());
        if (sizing.isEmpty()) {
            return left(workload, template, "the policy leaves this container alone");
        }
        if (recommended.isEmpty()) {
            return left(workload, template, "nothing is recommended yet: apply the policy with mode Recommend first");
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

    private Optional<StoredRecommendation.Container> recommended(Owner workload, String container) {
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
