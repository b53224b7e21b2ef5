package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.usage.Demand;
import io.plimsoll.model.usage.SignalKind;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/// The nodes that pods may be moved to, by the judgement that schedules them too. Belongs to one plan of one
/// image.
final class Targets {

    private static final Refusal[] REFUSALS = Refusal.values();
    /// Sources tell of nodes and of pods at most so long apart.
    private static final long SAME_CYCLE_MILLIS = 60_000;

    private final ClusterImage image;
    private final Placer placer;
    private final PlannedShares shares;
    private final Affinities affinities;
    private final Relief.ToUsed toUsed;
    private final long nowMillis;
    /// Nodes that take no pod at all have a reason here.
    private final Refusal[] refusals;
    private final Optional<Place.None> none;
    private int searches;

    /// Why a node is no target.
    private enum Refusal {
        NONE(""),
        HERE("where it is"),
        HURT("hurt too"),
        AWAY("not ready or cordoned"),
        LEAVING("about to be removed"),
        EMPTY("empty, or to be so"),
        FLAPPING("ready only now and then"),
        VIRTUAL("virtual"),
        UNMEASURED("not measured lately"),
        BELIED("measured to use less than half of what its pods do"),
        TAINTED("tainted"),
        SELECTED("not of those that the pod selects"),
        APART("near pods that must be apart from it"),
        ALONE("not near the pods that it must be near"),
        FULL("full by requests"),
        TOO_HOT("above the safe load with it");

        private final String words;

        Refusal(String words) {
            this.words = words;
        }
    }

    /// @param hurt nodes that are to be relieved
    /// @param toUsed what of a pod is to be borne
    Targets(
            ClusterImage image,
            Placer placer,
            PlannedShares shares,
            Affinities affinities,
            Set<String> hurt,
            Relief.ToUsed toUsed,
            long nowMillis) {
        this.image = image;
        this.placer = placer;
        this.shares = shares;
        this.affinities = affinities;
        this.toUsed = toUsed;
        this.nowMillis = nowMillis;
        this.refusals = new Refusal[image.nodeCount()];
        for (int slot = 0; slot < refusals.length; slot++) {
            refusals[slot] = refusal(image.node(slot), slot, hurt);
        }
        this.none = none();
    }

    /// What to say of any pod where no node takes one.
    private Optional<Place.None> none() {
        var counts = new int[REFUSALS.length];
        for (var refusal : refusals) {
            counts[refusal.ordinal()]++;
        }
        return counts[Refusal.NONE.ordinal()] > 0 ? Optional.empty() : Optional.of(new Place.None(words(counts)));
    }

    /// How often all nodes were looked at.
    int searches() {
        return searches;
    }

    private Refusal refusal(NodeImage node, int slot, Set<String> hurt) {
        var spec = node.spec();
        if (hurt.contains(node.name())) {
            return Refusal.HURT;
        }
        if (spec.unschedulable() || spec.readiness() != Readiness.READY) {
            return Refusal.AWAY;
        }
        if (spec.leaving()) {
            return Refusal.LEAVING;
        }
        if (spec.virtual()) {
            return Refusal.VIRTUAL;
        }
        if (node.stability().isSuppressed(nowMillis)) {
            return Refusal.FLAPPING;
        }
        if (placer.bearing(image, shares, slot, nowMillis).isEmpty()) {
            return Refusal.UNMEASURED;
        }
        return isBelied(node) ? Refusal.BELIED : Refusal.NONE;
    }

    /// Whether what is measured of the node cannot be right: at the same time its pods alone were measured to use
    /// twice as much, and a tenth of the node more.
    ///
    /// | node of 10 cores | its pods | |
    /// |---|---|---|
    /// | 0.1 | 6 | belied |
    /// | 4 | 6 | may be so: the one was measured before the other |
    /// | 0.1 | 0.9 | the same |
    private static boolean isBelied(NodeImage node) {
        long atMillis = node.signals().atMillis(SignalKind.CPU_USAGE_MILLIS);
        var used = node.pods().stream()
                .filter(pod -> Math.abs(pod.usageAtMillis() - atMillis) <= SAME_CYCLE_MILLIS)
                .flatMap(pod -> pod.usage().stream())
                .reduce(Resources.NONE, Resources::plus);
        var size = node.spec().allocatable();
        var signals = node.signals();
        long cpuMillis = Math.round(signals.value(SignalKind.CPU_USAGE_MILLIS));
        long memoryBytes = Math.round(signals.value(SignalKind.MEMORY_WORKING_SET_BYTES));
        return isBelied(cpuMillis, used.cpuMillis(), size.cpuMillis())
                || isBelied(memoryBytes, used.memoryBytes(), size.memoryBytes());
    }

    private static boolean isBelied(long told, long ofPods, long allocatable) {
        return ofPods / 2 > told && ofPods - told > allocatable / 10;
    }

    /// Where a pod is to go.
    sealed interface Place {

        record Found(int slot, double score, PodToPlace pod) implements Place {}

        /// @param why how many nodes are out for what
        record None(String why) implements Place {}
    }

    /// Whether the node of that slot takes any pod.
    boolean isOpen(int slot) {
        return refusals[slot] == Refusal.NONE;
    }

    /// From now on the node of that slot takes none: its own are to go.
    void close(int slot) {
        refusals[slot] = Refusal.EMPTY;
    }

    /// Undoes [#close].
    void open(int slot) {
        refusals[slot] = Refusal.NONE;
    }

    /// The best node for the pod, of equal ones the first by name.
    Place best(PodImage pod) {
        return best(pod, slot -> true);
    }

    /// The same of nodes that are in use by now.
    Place bestInUse(PodImage pod) {
        return best(pod, slot -> shares.pods(slot) > 0 || !image.node(slot).isEmpty());
    }

    private Place best(PodImage pod, IntPredicate wanted) {
        if (none.isPresent()) {
            return none.get();
        }
        searches++;
        var search = search(pod);
        var counts = new int[REFUSALS.length];
        var slots = new int[refusals.length];
        int open = 0;
        for (int slot = 0; slot < refusals.length; slot++) {
            var refusal = refusals[slot] == Refusal.NONE ? refusal(search, slot) : refusals[slot];
            if (refusal == Refusal.NONE && !wanted.test(slot)) {
                refusal = Refusal.EMPTY;
            }
            if (refusal == Refusal.NONE) {
                slots[open++] = slot;
            } else {
                counts[refusal.ordinal()]++;
            }
        }
        return best(toPlace(pod), Arrays.copyOf(slots, open), counts);
    }

    /// Why that node would not take the pod any more; nothing where it would.
    Optional<Stay> objection(PodImage pod, String node) {
        int slot = image.nodeTable().slot(node);
        if (slot == NodeTable.ABSENT) {
            return Optional.of(new Stay(StayReason.PLACE_TAKEN, node + " is gone"));
        }
        var refusal = refusal(search(pod), toPlace(pod), slot);
        return refusal == Refusal.NONE
                ? Optional.empty()
                : Optional.of(new Stay(StayReason.PLACE_TAKEN, node + " is " + refusal.words));
    }

    /// The best node for the pod, and why the others that are out would not take it.
    MoveTargets of(PodImage pod) {
        var search = search(pod);
        var like = toPlace(pod);
        var refused = new TreeMap<String, String>();
        for (int slot = 0; slot < refusals.length; slot++) {
            var refusal = slot == search.here() ? Refusal.HERE : refusal(search, like, slot);
            if (refusal != Refusal.NONE) {
                refused.put(image.node(slot).name(), refusal.words);
            }
        }
        return switch (best(pod)) {
            case Place.Found found ->
                new MoveTargets(Optional.of(image.node(found.slot()).name()), refused);
            case Place.None _ -> new MoveTargets(Optional.empty(), refused);
        };
    }

    private Refusal refusal(Search search, PodToPlace like, int slot) {
        var refusal = refusals[slot] == Refusal.NONE ? refusal(search, slot) : refusals[slot];
        return refusal == Refusal.NONE
                        && !placer.judge(image, shares, like, slot, nowMillis).isFit()
                ? Refusal.TOO_HOT
                : refusal;
    }

    private Place best(PodToPlace pod, int[] open, int[] counts) {
        var filtered = placer.filter(image, shares, pod, open, nowMillis);
        int[] kept = filtered.leastBad() ? new int[0] : filtered.kept();
        counts[Refusal.TOO_HOT.ordinal()] = open.length - kept.length;
        if (kept.length == 0) {
            return new Place.None(words(counts));
        }
        var scores = placer.rank(image, shares, pod, kept, nowMillis).scores();
        int best = 0;
        for (int i = 1; i < kept.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return new Place.Found(kept[best], scores[best], pod);
    }

    private static String words(int[] counts) {
        return Arrays.stream(REFUSALS)
                .filter(refusal -> counts[refusal.ordinal()] > 0)
                .map(refusal -> counts[refusal.ordinal()] + " " + refusal.words)
                .collect(Collectors.joining(", "));
    }

    /// What of a pod is compared with each node.
    ///
    /// @param here the slot of its own node
    private record Search(int here, Resources asked, PlacementRules rules, Affinities.Bounds bounds) {}

    private Search search(PodImage pod) {
        var spec = pod.spec();
        int here = spec.nodeName().map(image.nodeTable()::slot).orElse(NodeTable.ABSENT);
        return new Search(here, spec.requests(), spec.traits().rules(), affinities.bounds(pod));
    }

    private Refusal refusal(Search search, int slot) {
        var node = image.node(slot);
        if (slot == search.here()) {
            return Refusal.HERE;
        }
        if (!search.rules().tolerate(node.spec().taints())) {
            return Refusal.TAINTED;
        }
        if (!search.rules().select(node.spec())) {
            return Refusal.SELECTED;
        }
        if (search.bounds().areShutAt(node.spec())) {
            return Refusal.APART;
        }
        if (!search.bounds().areOpenAt(node.spec())) {
            return Refusal.ALONE;
        }
        return hasRoom(node, slot, search.asked()) ? Refusal.NONE : Refusal.FULL;
    }

    private boolean hasRoom(NodeImage node, int slot, Resources asked) {
        var taken = node.load().requested().plus(shares.requested(slot)).plus(asked);
        var allocatable = node.spec().allocatable();
        return taken.cpuMillis() <= allocatable.cpuMillis()
                && taken.memoryBytes() <= allocatable.memoryBytes()
                && node.pods().size() + shares.pods(slot) < node.spec().allocatablePods();
    }

    /// As the scheduler will ask for its replacement, but for what the pod itself was seen to use, if that is
    /// more: a target must bear what hurts the source.
    private PodToPlace toPlace(PodImage pod) {
        var like = PodToPlace.of(image, pod.spec());
        var used = toUsed.of(pod);
        var demand = like.demand();
        return new PodToPlace(
                like.key(),
                like.uid(),
                like.workload(),
                like.workloadId(),
                like.replicas(),
                like.expected().max(used),
                new Demand(
                        Math.max(demand.cpuMillis(), (double) used.cpuMillis()),
                        demand.cpuVariance(),
                        Math.max(demand.memoryBytes(), (double) used.memoryBytes()),
                        demand.memoryVariance()),
                like.estimate(),
                like.optOuts());
    }
}
