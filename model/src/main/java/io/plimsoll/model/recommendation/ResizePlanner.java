package io.plimsoll.model.recommendation;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.HeapSetting;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodePlatform.CpuManager;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.QualityOfService;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.WorkloadPods;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// Decides whether the pods of a workload are resized now, and to what. Pure.
///
/// Checks go from the policy to the workload to each pod, and the first that fails is the reason. A pod that fails
/// leaves the others of its workload their change; when none is left, the first pod's reason is the workload's.
///
/// Within one plan, room that one pod takes on a node is not there for the next one: raises are added up by node.
/// What is lowered frees room only when it has been done, so it is not counted.
public final class ResizePlanner {

    /// The code of a change that follows kills for memory.
    public static final String OOM_KILLED = "OomKilled";

    /// Reasons that something else than this moment's pods may have more to say to.
    private static final Set<SkipReason> UNEVENTFUL =
            Collections.unmodifiableSet(EnumSet.of(SkipReason.FITS, SkipReason.NO_PODS, SkipReason.TOO_LITTLE_DATA));

    /// What one record holds; the others are due again when it is done.
    private static final int PODS_MAX = 100;

    private static final long HOUR_MILLIS = 3_600_000;

    private static final long CPU_MILLIS = 1000;

    private final ClusterImage image;
    private final boolean isDryRun;
    private final long nowMillis;
    private final Map<String, Resources> taken = new HashMap<>();
    private final QuotaLedger quotas;

    /// Where nothing is known of LimitRanges and quotas.
    public ResizePlanner(ClusterImage image, boolean isDryRun, long nowMillis) {
        this(image, Map.of(), isDryRun, nowMillis);
    }

    /// @param limits what namespaces let their pods ask for, as far as it is known
    /// @param isDryRun whether nothing may be changed at all
    public ResizePlanner(ClusterImage image, Map<String, NamespaceLimits> limits, boolean isDryRun, long nowMillis) {
        this.image = image;
        this.quotas = new QuotaLedger(limits);
        this.isDryRun = isDryRun;
        this.nowMillis = nowMillis;
    }

    /// Whether what a node lacks for a pod of the workload can be had from its other pods.
    @FunctionalInterface
    interface Room {

        Room NONE = (node, missing, workload) -> false;

        boolean canBeMade(NodeImage node, Resources missing, Owner workload);
    }

    public ResizePlan plan(
            Owner workload,
            ResizePolicy policy,
            Map<String, ContainerRecommendation> recommendations,
            WorkloadHistory history) {
        return plan(image.withPods(workload), policy, recommendations, history, Room.NONE);
    }

    /// @param room asked where a node has none: a raise that it can be made for is due all the same
    ResizePlan plan(
            WorkloadPods workload,
            ResizePolicy policy,
            Map<String, ContainerRecommendation> recommendations,
            WorkloadHistory history,
            Room room) {
        var hindered = hindrance(policy, history);
        if (hindered.isPresent()) {
            return hindered.get();
        }
        var resting = resting(history);
        var planned = planned(workload, policy, recommendations, history, room, resting);
        return planned instanceof ResizePlan.Due
                ? planned
                : resting.<ResizePlan>map(why -> why).orElse(planned);
    }

    /// @param resting what keeps all from being done but raises after kills for memory
    private ResizePlan planned(
            WorkloadPods workload,
            ResizePolicy policy,
            Map<String, ContainerRecommendation> recommendations,
            WorkloadHistory history,
            Room room,
            Optional<ResizePlan.Skipped> resting) {
        var wanted = new Wanted(
                policy,
                recommendations,
                history,
                leave(workload, policy, history, resting),
                room,
                quotas.limits(workload.owner().namespace()));
        var changes = new ArrayList<PodChange>();
        var skips = new ArrayList<ResizePlan.Skipped>();
        for (var pod : workload.pods()) {
            if (changes.size() == PODS_MAX) {
                break;
            }
            switch (change(pod, workload.optOuts(), wanted)) {
                case PodPlan.Resized(var change) -> changes.add(change);
                case PodPlan.Left(var skip) -> skips.add(skip);
            }
        }
        if (changes.isEmpty()) {
            return left(skips.isEmpty() ? skipped(SkipReason.NO_PODS, "") : skips.getFirst(), wanted);
        }
        var change = new Change(
                workload.owner(),
                policy.label(),
                code(changes, recommendations),
                reason(recommendations),
                Optional.empty(),
                changes,
                policy.marks());
        return new ResizePlan.Due(change, canary(change, policy));
    }

    /// What holds for new pods alone is said where there is nothing else to say of the others.
    private static ResizePlan left(ResizePlan.Skipped first, Wanted wanted) {
        return UNEVENTFUL.contains(first.reason())
                ? wanted.recommendations().values().stream()
                        .filter(found -> found.role() == ContainerRole.INIT)
                        .flatMap(found -> atCreation(found, wanted).stream())
                        .findFirst()
                        .orElse(first)
                : first;
    }

    private static Optional<ResizePlan.Skipped> atCreation(ContainerRecommendation found, Wanted wanted) {
        return wanted.policy()
                .sizings()
                .apply(found.container())
                .flatMap(sizing -> Stream.of(ResourceKind.values())
                        .filter(kind -> !wanted.history().claimed().contains(kind) && isDue(found.of(kind), sizing))
                        .map(kind -> skipped(
                                SkipReason.AT_CREATION,
                                found.container() + " " + kind.text() + " "
                                        + kind.text(found.of(kind).current()) + ", recommended "
                                        + kind.text(found.of(kind).target())))
                        .findFirst());
    }

    private static boolean isDue(ResourceRecommendation found, ContainerSizing sizing) {
        boolean isOomRaise = found.isOomRaiseFor(found.current());
        boolean isTooSmall = sizing.of(found.kind()).change().isTooSmall(found.current(), found.target());
        return isOomRaise || (found.confidence() >= sizing.confidenceMin() && found.isOutside() && !isTooSmall);
    }

    /// What a pod can give up right now so that another one has room: the cuts that are due but for the policy's
    /// cooldown, and nothing that raises it. Empty where there are none.
    ///
    /// The cooldown keeps requests from following every ripple; what is lowered here is needed elsewhere, and
    /// a raise never waits for that long either. All else that keeps a workload from being changed holds, and
    /// after a change that had to be taken back the cooldown does too: what it uses is not known well enough
    /// then.
    Optional<PodChange> slack(
            PodImage pod,
            ResizePolicy policy,
            Map<String, ContainerRecommendation> recommendations,
            WorkloadHistory history) {
        if (hindrance(policy, history).or(() -> resting(history)).isPresent()) {
            return Optional.empty();
        }
        var workload = image.withPods(pod.workload());
        if (isRollingOut(workload)) {
            return Optional.empty();
        }
        var never = Optional.of(skipped(SkipReason.NO_ROOM, ""));
        var cutsOnly = new Leave(never, never, hold(history, history.raiseRestMillis(policy.cooldownMillis())));
        return change(
                                pod,
                                workload.optOuts(),
                                new Wanted(
                                        policy,
                                        recommendations,
                                        history,
                                        cutsOnly,
                                        Room.NONE,
                                        quotas.limits(pod.key().namespace())))
                        instanceof PodPlan.Resized(var change)
                ? Optional.of(change)
                : Optional.empty();
    }

    /// What was killed for memory cannot wait until another pod has lived on more of it for a while; and more
    /// of it does no harm.
    private static Duration canary(Change change, ResizePolicy policy) {
        boolean isUrgent =
                change.code().equals(OOM_KILLED) && change.pods().stream().allMatch(ResizePlanner::isOnlyRaised);
        return isUrgent ? Duration.ZERO : Duration.ofMillis(policy.canaryMillis());
    }

    private static boolean isOnlyRaised(PodChange change) {
        for (int i = 0; i < change.before().size(); i++) {
            var before = change.before().get(i).requests();
            if (!before.max(change.after().get(i).requests())
                    .equals(change.after().get(i).requests())) {
                return false;
            }
        }
        return true;
    }

    /// What keeps the whole workload from being changed.
    private Optional<ResizePlan.Skipped> hindrance(ResizePolicy policy, WorkloadHistory history) {
        if (policy.mode() == ResizePolicy.Mode.ON_CREATE) {
            return Optional.of(skipped(SkipReason.NEW_PODS_ONLY, "policy " + policy.label()));
        }
        if (policy.mode() == ResizePolicy.Mode.EXPORT) {
            return Optional.of(skipped(SkipReason.WRITTEN_OUT, "policy " + policy.label()));
        }
        if (policy.mode() != ResizePolicy.Mode.AUTO) {
            return Optional.of(skipped(SkipReason.RECOMMEND_ONLY, "policy " + policy.label()));
        }
        if (policy.candidate().suspended()) {
            return Optional.of(skipped(SkipReason.SUSPENDED, "policy " + policy.label()));
        }
        if (isDryRun) {
            return Optional.of(skipped(SkipReason.DRY_RUN, ""));
        }
        if (!policy.isOpen().test(nowMillis)) {
            return Optional.of(skipped(SkipReason.OUTSIDE_SCHEDULE, "policy " + policy.label()));
        }
        var urgent = history.urgent();
        var alone = leftAlone(urgent.leftAloneUntilMillis(), urgent.raisedAtMillis());
        if (alone.isPresent()) {
            return alone;
        }
        return history.isChangeOpen() && !urgent.isLetIn()
                ? Optional.of(skipped(SkipReason.CHANGE_OPEN, ""))
                : Optional.empty();
    }

    /// What keeps the whole workload from being changed, but for raises after kills for memory: these are not held by
    /// what else had to be taken back, and what else is being done makes way for them.
    private Optional<ResizePlan.Skipped> resting(WorkloadHistory history) {
        var alone = leftAlone(history.leftAloneUntilMillis(), history.changedAtMillis());
        return alone.isEmpty() && history.isChangeOpen() ? Optional.of(skipped(SkipReason.CHANGE_OPEN, "")) : alone;
    }

    /// A clock that was set back does not make it longer than it was meant to be.
    private Optional<ResizePlan.Skipped> leftAlone(OptionalLong untilMillis, OptionalLong lastMillis) {
        long restMillis = untilMillis.orElse(nowMillis) - Math.max(nowMillis, lastMillis.orElse(nowMillis));
        return restMillis > 0
                ? Optional.of(
                        skipped(SkipReason.REVERTED_OFTEN, "for " + Math.ceilDiv(restMillis, HOUR_MILLIS) + " h yet"))
                : Optional.empty();
    }

    /// What may be changed of a workload now, by what holds the rest.
    ///
    /// | since the last change | kills for memory | other raises | cuts |
    /// |---|---|---|---|
    /// | the cooldown is over | now | now | now |
    /// | a minute, or the policy's interval if that is longer, is over | now | now | wait |
    /// | less | now | wait | wait |
    /// | it had to be taken back, or does roll out | now | wait | wait |
    /// | somebody has undone it by hand | wait | wait | wait |
    /// | it is not finished, or too many had to be taken back | now | wait | wait |
    ///
    /// What is too small does harm now, what is too large only costs. How often kills raise is bounded by the
    /// ledger; they do not wait for a rollout, which may be stuck for them.
    private record Leave(
            Optional<ResizePlan.Skipped> holdsOomRaises,
            Optional<ResizePlan.Skipped> holdsRaises,
            Optional<ResizePlan.Skipped> holdsCuts) {

        Optional<ResizePlan.Skipped> refusal(ResourceRecommendation found, long current) {
            if (found.isOomRaiseFor(current)) {
                return holdsOomRaises;
            }
            return found.target() > current ? holdsRaises : holdsCuts;
        }
    }

    private Leave leave(
            WorkloadPods workload, ResizePolicy policy, WorkloadHistory history, Optional<ResizePlan.Skipped> resting) {
        long cooldown = Math.max(policy.intervalMillis(), history.cooldownMillis(policy.cooldownMillis()));
        long raiseRest = Math.max(policy.intervalMillis(), history.raiseRestMillis(policy.cooldownMillis()));
        var oomRaises = hold(history, history.isUndone() ? cooldown : 0);
        if (resting.isPresent()) {
            return new Leave(oomRaises, resting, resting);
        }
        if (isRollingOut(workload)) {
            var rollingOut = Optional.of(skipped(SkipReason.ROLLING_OUT, ""));
            return new Leave(oomRaises, rollingOut, rollingOut);
        }
        return new Leave(oomRaises, hold(history, raiseRest), hold(history, cooldown));
    }

    private Optional<ResizePlan.Skipped> hold(WorkloadHistory history, long restMillis) {
        long since = Math.abs(nowMillis - history.changedAtMillis().orElse(Long.MIN_VALUE / 2));
        return since < restMillis
                ? Optional.of(skipped(SkipReason.COOLDOWN, since / 1000 + " s ago, of " + restMillis / 1000 + " s"))
                : Optional.empty();
    }

    /// More pods than are wanted, or pods on their way out: two generations are there.
    private static boolean isRollingOut(WorkloadPods workload) {
        return workload.replicas() > 0 && workload.pods().size() > workload.replicas();
    }

    // One pod

    private sealed interface PodPlan {

        record Resized(PodChange change) implements PodPlan {}

        record Left(ResizePlan.Skipped skip) implements PodPlan {}
    }

    /// What is wanted of the pods of one workload.
    private record Wanted(
            ResizePolicy policy,
            Map<String, ContainerRecommendation> recommendations,
            WorkloadHistory history,
            Leave leave,
            Room room,
            NamespaceLimits limits,
            Map<ResourceKind, ResizePlan.Skipped> kept) {

        Wanted(
                ResizePolicy policy,
                Map<String, ContainerRecommendation> recommendations,
                WorkloadHistory history,
                Leave leave,
                Room room,
                NamespaceLimits limits) {
            this(policy, recommendations, history, leave, room, limits, Map.of());
        }

        /// Of a pod of which one resource is left as it is, but for raises after kills.
        Wanted keeping(Map<ResourceKind, ResizePlan.Skipped> kinds) {
            return new Wanted(policy, recommendations, history, leave, room, limits, kinds);
        }
    }

    private PodPlan change(PodImage pod, Set<OptOut> ofWorkload, Wanted wanted) {
        var spec = pod.spec();
        if (spec.phase() != PodPhase.RUNNING || spec.terminating()) {
            return left(SkipReason.NO_PODS, "");
        }
        if (ofWorkload.contains(OptOut.RESIZE) || spec.optOuts().contains(OptOut.RESIZE)) {
            return left(SkipReason.OPTED_OUT, "");
        }
        var node = spec.nodeName().flatMap(image::node);
        var unfit = unfit(pod, platform(node));
        if (unfit.isPresent()) {
            return new PodPlan.Left(unfit.get());
        }
        if (!spec.level().requests().isZero()) {
            return left(SkipReason.NOT_RESIZABLE, "it has requests of its own, beside its containers'");
        }
        var before = new ArrayList<ContainerSpec>();
        var after = new ArrayList<ContainerSpec>();
        var all = new ArrayList<ContainerSpec>();
        var why = new ArrayList<ResizePlan.Skipped>();
        var wantedOfPod = wanted.keeping(kept(spec, node));
        for (var container : spec.containers()) {
            var next = keptForHeap(next(container, wantedOfPod, why), container, spec.memory());
            all.add(next);
            if (!next.equals(container)) {
                before.add(container);
                after.add(next);
            }
        }
        if (after.isEmpty()) {
            return new PodPlan.Left(foremost(why));
        }
        if (QualityOfService.of(spec.all(all)) != spec.qualityOfService()) {
            return left(SkipReason.QUALITY_OF_SERVICE, "");
        }
        var change = new PodChange(pod.key(), spec.uid(), before, after);
        var shortage = quotas.shortage(change);
        if (shortage.isPresent()) {
            return left(SkipReason.QUOTA, shortage.get());
        }
        // Where evictions are allowed the kubelet is asked all the same: only what it says leads to one.
        var crowded = wanted.policy().isRecreating()
                ? Optional.<ResizePlan.Skipped>empty()
                : roomFor(pod, node, raise(change), wanted.room());
        if (crowded.isPresent()) {
            return new PodPlan.Left(crowded.get());
        }
        quotas.take(change);
        return new PodPlan.Resized(change);
    }

    /// What no kubelet does, or not the one of this node.
    private static Optional<ResizePlan.Skipped> unfit(PodImage pod, NodePlatform platform) {
        if (pod.workload().isNode()) {
            return Optional.of(skipped(SkipReason.STATIC_POD, ""));
        }
        var node = pod.spec().nodeName().orElse("");
        if (platform.isWindows()) {
            return Optional.of(skipped(SkipReason.WINDOWS_NODE, "node " + node));
        }
        return platform.isOld()
                ? Optional.of(skipped(SkipReason.OLD_KUBELET, "node " + node + " has " + platform.kubeletVersion()))
                : Optional.empty();
    }

    private static NodePlatform platform(Optional<NodeImage> node) {
        return node.map(known -> known.spec().platform()).orElse(NodePlatform.UNTOLD);
    }

    /// What its node would refuse, or had better not be told now, with the reason.
    private static Map<ResourceKind, ResizePlan.Skipped> kept(PodSpec pod, Optional<NodeImage> node) {
        var kept = new EnumMap<ResourceKind, ResizePlan.Skipped>(ResourceKind.class);
        if (isCpuKept(pod, platform(node))) {
            kept.put(
                    ResourceKind.CPU,
                    skipped(SkipReason.WHOLE_CPUS, "where it is not so, label the node " + CpuManager.LABEL + "=none"));
        }
        node.filter(known -> known.spec().isShortOfMemory())
                .ifPresent(known ->
                        kept.put(ResourceKind.MEMORY, skipped(SkipReason.NODE_PRESSURE, "node " + known.name())));
        return kept;
    }

    /// A kubelet with the static CPU policy refuses any change of CPU of a Guaranteed pod, and with it the memory
    /// that is asked for in the same change. Where nobody says which policy a node has, pods that ask for whole
    /// CPUs are taken to ask for them for their own.
    private static boolean isCpuKept(PodSpec pod, NodePlatform platform) {
        if (pod.qualityOfService() != QualityOfService.GUARANTEED) {
            return false;
        }
        return switch (platform.cpuManager()) {
            case NONE -> false;
            case STATIC -> true;
            case UNTOLD ->
                pod.containers().stream()
                        .anyMatch(container -> container.requests().cpuMillis() % CPU_MILLIS == 0);
        };
    }

    /// That one resource fits tells nothing where another one does not.
    private static ResizePlan.Skipped foremost(List<ResizePlan.Skipped> why) {
        return why.stream()
                .filter(skip -> skip.reason() != SkipReason.FITS)
                .findFirst()
                .or(() -> why.stream().findFirst())
                .orElseGet(() -> skipped(SkipReason.TOO_LITTLE_DATA, ""));
    }

    /// The container as it is to be; unchanged where there is no reason to change it.
    private static ContainerSpec next(ContainerSpec container, Wanted wanted, List<ResizePlan.Skipped> why) {
        var sizing = wanted.policy().sizing(container);
        var recommendation = Optional.ofNullable(wanted.recommendations().get(container.name()));
        if (sizing.isEmpty() || recommendation.isEmpty()) {
            return container;
        }
        var requests = new Resources(
                request(ResourceKind.CPU, container, sizing.get(), recommendation.get(), wanted, why),
                request(ResourceKind.MEMORY, container, sizing.get(), recommendation.get(), wanted, why));
        if (requests.equals(container.requests())) {
            return container;
        }
        var limits = sizing.get().limits().limits(container, requests);
        return container.with(requests, wanted.limits().limitsWithin(container.limits(), limits));
    }

    /// A limit is not lowered into the heap of a Java virtual machine, which grows into it and is killed.
    static ContainerSpec keptForHeap(ContainerSpec next, ContainerSpec present, MemoryFacts memory) {
        long heapBytes =
                memory.heap(present.name()).map(HeapSetting::floorBytes).orElse(0L);
        long least = Math.min(present.limits().memoryBytes(), heapBytes);
        return next.limits().memoryBytes() >= least
                ? next
                : next.with(next.requests(), new Resources(next.limits().cpuMillis(), least));
    }

    private static long request(
            ResourceKind kind,
            ContainerSpec container,
            ContainerSizing sizing,
            ContainerRecommendation recommendation,
            Wanted wanted,
            List<ResizePlan.Skipped> why) {
        long current = kind.of(container.requests());
        var found = recommendation.of(kind);
        long target = found.targetFor(current);
        boolean isOomRaise = found.isOomRaiseFor(current);
        if (current == 0) {
            why.add(skipped(
                    SkipReason.NOT_RESIZABLE,
                    "it has no request of " + kind.text() + ", and what is added in"
                            + " place can never be taken away again"));
            return current;
        }
        if (wanted.history().claimed().contains(kind)) {
            why.add(skipped(
                    SkipReason.OWNED_BY_AUTOSCALER, wanted.history().claimed().sentence(kind)));
            return current;
        }
        if (found.confidence() < sizing.confidenceMin() && !isOomRaise) {
            why.add(skipped(
                    SkipReason.TOO_LITTLE_DATA,
                    String.format(
                            Locale.ROOT,
                            "confidence %.2f, of %.2f that the policy wants",
                            found.confidence(),
                            sizing.confidenceMin())));
            return current;
        }
        var bounds = sizing.of(kind).change();
        boolean isGoodEnough = current >= found.lower() && current <= found.upper();
        if (isGoodEnough || (!isOomRaise && bounds.isTooSmall(current, target))) {
            why.add(skipped(
                    SkipReason.FITS, kind.text() + " " + kind.text(current) + ", recommended " + kind.text(target)));
            return current;
        }
        var kept = Optional.ofNullable(wanted.kept().get(kind)).filter(reason -> !isOomRaise);
        if (kept.isPresent()) {
            why.add(kept.get());
            return current;
        }
        var held = wanted.leave().refusal(found, current);
        if (held.isPresent()) {
            why.add(held.get());
            return current;
        }
        long step = isOomRaise ? target : bounds.cut(current, target);
        long next = Math.min(kind.rounded(step), Math.max(step, sizing.of(kind).max()));
        long within = wanted.limits().requestWithin(kind, current, next);
        if (within != next && (within == current || (!isOomRaise && bounds.isTooSmall(current, within)))) {
            why.add(skipped(
                    SkipReason.LIMIT_RANGE,
                    kind.text() + " " + kind.text(current) + ", recommended " + kind.text(target) + ", and "
                            + wanted.limits().rangeText(kind, next)));
            return current;
        }
        return within;
    }

    /// Says why the node cannot take it, or takes the room.
    private Optional<ResizePlan.Skipped> roomFor(PodImage pod, Optional<NodeImage> node, Resources raise, Room room) {
        if (node.isEmpty()) {
            return Optional.of(skipped(SkipReason.NO_ROOM, "its node is not known"));
        }
        var sum = taken.getOrDefault(node.get().name(), Resources.NONE).plus(raise);
        if (!raise.isZero()
                && !fits(node.get(), sum)
                && !room.canBeMade(node.get(), NeighbourSlack.missing(node.get(), sum), pod.workload())) {
            return Optional.of(skipped(SkipReason.NO_ROOM, "node " + node.get().name()));
        }
        taken.put(node.get().name(), sum);
        return Optional.empty();
    }

    private static boolean fits(NodeImage node, Resources raise) {
        var requested = node.load().requested().plus(raise);
        var allocatable = node.spec().allocatable();
        return (raise.cpuMillis() == 0 || requested.cpuMillis() <= allocatable.cpuMillis())
                && (raise.memoryBytes() == 0 || requested.memoryBytes() <= allocatable.memoryBytes());
    }

    static Resources raise(PodChange change) {
        return raise(change.before(), change.after());
    }

    /// How much more all containers together ask for in each dimension; zero where it is less.
    private static Resources raise(List<ContainerSpec> before, List<ContainerSpec> after) {
        long cpuMillis = 0;
        long memoryBytes = 0;
        for (int i = 0; i < before.size(); i++) {
            cpuMillis += after.get(i).requests().cpuMillis()
                    - before.get(i).requests().cpuMillis();
            memoryBytes += after.get(i).requests().memoryBytes()
                    - before.get(i).requests().memoryBytes();
        }
        return new Resources(Math.max(0, cpuMillis), Math.max(0, memoryBytes));
    }

    /// Kills for memory are told apart: somebody may have to look at them.
    private static String code(List<PodChange> changes, Map<String, ContainerRecommendation> recommendations) {
        return changes.stream()
                        .flatMap(change -> change.before().stream())
                        .anyMatch(before -> Optional.ofNullable(recommendations.get(before.name()))
                                .filter(found -> found.memory()
                                        .isOomRaiseFor(before.requests().memoryBytes()))
                                .isPresent())
                ? OOM_KILLED
                : "UsageChanged";
    }

    /// Of what can be resized in place.
    static String reason(Map<String, ContainerRecommendation> recommendations) {
        var words = new ArrayList<String>();
        recommendations.forEach((name, recommendation) -> {
            if (recommendation.role() != ContainerRole.INIT) {
                words.add(name + ": CPU " + recommendation.cpu().sentence() + "; memory "
                        + recommendation.memory().sentence());
            }
        });
        return String.join(". ", words);
    }

    private static PodPlan left(SkipReason reason, String detail) {
        return new PodPlan.Left(skipped(reason, detail));
    }

    private static ResizePlan.Skipped skipped(SkipReason reason, String detail) {
        return new ResizePlan.Skipped(reason, detail);
    }
}
