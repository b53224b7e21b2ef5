package io.plimsoll.rightsizer;

import io.micrometer.core.instrument.Counter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.PodMover;
import io.plimsoll.model.action.PodMover.Answer;
import io.plimsoll.model.action.PodMover.Wish;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.NeighbourSlack;
import io.plimsoll.model.recommendation.ResizePlanner;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.WorkloadHistory;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes room on a node for a raise that the kubelet has deferred:
///
///     lower neighbours' proven slack ──► move a neighbour of a lower priority, or the pod itself
///
/// The raise waits meanwhile, on purpose: the scheduler counts a deferred resize as room taken, so what neighbours
/// give up goes to it and to no new pod.
///
/// Who is lowered is decided on the image of now and by what the last pass found, and each lowering is a
/// change of its own, with a record of its own: whoever is killed in between leaves two records, each of
/// which can be finished or taken back without the other. On one node one at a time is at it, for all that
/// wait there: what a node lacks is the sum over its pods. Any thread may use it.
final class RoomMaker implements Ladder {

    /// What the last pass found.
    ///
    /// @param sizings of workloads that may be changed, as far as the right-sizer itself goes
    /// @param limits what namespaces let their pods ask for
    /// @param histories what was done to workloads before, as of now
    record Found(
            List<WorkloadSizing> sizings,
            List<ResizePolicy> policies,
            Map<String, NamespaceLimits> limits,
            Function<Owner, WorkloadHistory> histories) {

        Found {
            sizings = List.copyOf(sizings);
            policies = List.copyOf(policies);
        }
    }

    /// Carries a change out from its record to its outcome, and remembers it; nothing when another change of the
    /// workload is in the way.
    @FunctionalInterface
    interface Carrier {
        Optional<ChangeResult> carryOut(Change change) throws InterruptedException;
    }

    private static final List<String> OUTCOMES = Stream.of(Step.Taken.class, Step.Vain.class, Step.Unavailable.class)
            .map(RoomMaker::outcome)
            .toList();

    private final Supplier<Optional<ClusterImage>> images;
    private final Carrier carrier;
    private final PodMover mover;
    private final LoopContext context;
    private final TransactionSettings settings;
    private final Set<String> busyNodes = ConcurrentHashMap.newKeySet();
    private volatile Optional<Found> found = Optional.empty();

    /// @param images the image of now; nothing while it is too old to decide on
    RoomMaker(
            Supplier<Optional<ClusterImage>> images,
            Carrier carrier,
            PodMover mover,
            LoopContext context,
            TransactionSettings settings) {
        this.images = images;
        this.carrier = carrier;
        this.mover = mover;
        this.context = context;
        this.settings = settings;
        for (var rung : Rung.values()) {
            OUTCOMES.forEach(outcome -> counter(rung, outcome)); // one that never moved reads 0
        }
    }

    /// @param last what the last pass found; nothing while it is not known what may be changed
    void learn(Optional<Found> last) {
        found = last;
    }

    @Override
    public Step climb(Rung rung, PodChange raise, BooleanSupplier waits) throws InterruptedException {
        var step =
                switch (rung) {
                    case LOWER_NEIGHBOURS -> lowerNeighbours(raise);
                    case MOVE -> move(raise, waits);
                };
        count(rung, step);
        return step;
    }

    private void count(Rung rung, Step step) {
        counter(rung, outcome(step.getClass())).increment();
    }

    private static String outcome(Class<? extends Step> step) {
        return step.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private Counter counter(Rung rung, String outcome) {
        return Counter.builder("plimsoll.resize.room")
                .description("What was tried to make room for raises that a kubelet deferred, and what came of it")
                .tag("rung", rung.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome)
                .register(context.meters());
    }

    // Moving

    private Step move(PodChange raise, BooleanSupplier waits) throws InterruptedException {
        var place = place(raise);
        if (place.isEmpty() && mover != PodMover.NONE) {
            return new Step.Vain("what its node lacks is not known for now, so that nobody is moved");
        }
        var missing = place.map(Place::missing).orElse(Resources.NONE);
        return switch (mover.move(new Wish(raise.pod(), raise.uid(), missing), waits)) {
            case Answer.Moved(var words) -> new Step.Taken(words);
            case Answer.Stays(var words) -> new Step.Vain(words);
            case Answer.NotAvailable() -> new Step.Unavailable("moving pods is not available");
        };
    }

    // Lowering

    /// A pod that waits for room, and what its node lacks.
    private record Place(PodImage pod, NodeImage node, Resources missing) {}

    private Step lowerNeighbours(PodChange raise) throws InterruptedException {
        var last = awaitFound();
        var image = images.get();
        if (image.isEmpty()) {
            return new Step.Vain("what its node has is not known for now, since the picture of the cluster is too old");
        }
        var place = place(image.get(), raise);
        if (last.isEmpty()) {
            return new Step.Vain("what neighbours could give up is not known for now");
        }
        if (place.isEmpty()) {
            return new Step.Vain("its node is not known");
        }
        var node = place.get().node().name();
        if (!busyNodes.add(node)) {
            return new Step.Vain("room is being made on node " + node + " for another pod");
        }
        try {
            return lowerNeighbours(last.get(), image.get(), place.get());
        } finally {
            busyNodes.remove(node);
        }
    }

    /// After a start it takes a pass to know what may be lowered.
    private Optional<Found> awaitFound() throws InterruptedException {
        var waited = Duration.ZERO;
        while (found.isEmpty() && waited.compareTo(settings.deferredMax()) < 0) {
            context.pauses().pause(settings.look());
            waited = waited.plus(settings.look());
        }
        return found;
    }

    private Step lowerNeighbours(Found last, ClusterImage image, Place place) throws InterruptedException {
        var node = place.node();
        if (place.missing().isZero()) {
            return new Step.Vain("node " + node.name() + " has the room, as far as Plimsoll sees");
        }
        long nowMillis = context.clock().millis();
        var slack = new NeighbourSlack(
                last.sizings(),
                last.policies(),
                last.histories(),
                new ResizePlanner(image, last.limits(), false, nowMillis));
        var whom = place.pod().key() + ", which lacks " + text(place.missing()) + " on node " + node.name();
        var lowerings = slack.lowerings(node, place.missing(), place.pod().workload(), whom);
        return lowerings.isEmpty()
                ? new Step.Vain("no neighbours' proven slack covers the " + text(place.missing()) + " that node "
                        + node.name() + " lacks")
                : lowered(lowerings);
    }

    /// Ends with the first that does not come about: the others alone would help nobody.
    private Step lowered(List<Change> lowerings) throws InterruptedException {
        var words = new ArrayList<String>();
        for (var lowering : lowerings) {
            var result = carrier.carryOut(lowering);
            if (result.isEmpty()) {
                words.add(lowering.workload() + " was not lowered: it is being changed, or was in vain of late");
                return new Step.Vain(String.join("; ", words));
            }
            result.get().pods().stream().map(RoomMaker::words).forEach(words::add);
            if (!result.get().isApplied()) {
                return new Step.Vain(String.join("; ", words));
            }
        }
        return new Step.Taken(String.join("; ", words));
    }

    private static String words(PodResult lowered) {
        var change = lowered.change();
        return lowered.phase() == ChangePhase.APPLIED
                ? "lowered " + change.pod() + " by " + text(freed(change))
                : change.pod() + " was not lowered: " + lowered.message();
    }

    // What is missing

    private Optional<Place> place(PodChange raise) {
        return images.get().flatMap(image -> place(image, raise));
    }

    /// The image may not have heard of the raise yet, or have heard of it: it counts once.
    private static Optional<Place> place(ClusterImage image, PodChange raise) {
        return image.pod(raise.pod())
                .filter(pod -> pod.spec().uid().equals(raise.uid()))
                .flatMap(pod -> pod.spec()
                        .nodeName()
                        .flatMap(image::node)
                        .map(node -> new Place(pod, node, NeighbourSlack.missing(node, unheard(pod, raise)))));
    }

    private static Resources unheard(PodImage pod, PodChange raise) {
        var present = pod.spec().containers().stream()
                .collect(Collectors.toMap(ContainerSpec::name, ContainerSpec::requests, (a, b) -> a));
        var after = sum(raise.after(), ContainerSpec::requests);
        var before = sum(raise.after(), container -> present.getOrDefault(container.name(), Resources.NONE));
        return less(after, before);
    }

    private static Resources freed(PodChange lowering) {
        return less(sum(lowering.before(), ContainerSpec::requests), sum(lowering.after(), ContainerSpec::requests));
    }

    private static Resources sum(List<ContainerSpec> containers, Function<ContainerSpec, Resources> amounts) {
        return containers.stream().map(amounts).reduce(Resources.NONE, Resources::plus);
    }

    private static Resources less(Resources amount, Resources other) {
        return new Resources(
                Math.max(0, amount.cpuMillis() - other.cpuMillis()),
                Math.max(0, amount.memoryBytes() - other.memoryBytes()));
    }

    private static String text(Resources amount) {
        return List.of(ResourceKind.values()).stream()
                .filter(kind -> kind.of(amount) > 0)
                .map(kind -> kind.text(kind.of(amount)) + " " + kind.text())
                .collect(Collectors.joining(" and "));
    }
}
