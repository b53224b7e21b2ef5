package io.plimsoll.testbed.simulation;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageSource;
import io.plimsoll.testbed.simulation.Agenda.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A cluster in memory, as its API server and its usage source would show it. Thread-safe by its monitor.
///
/// Nothing happens by itself: time passes in [#advance] alone, and pods start, stop and get deferred room then.
/// Every change is told to the watcher given at the start, as the very events that a real cluster's watches would
/// yield.
///
///     pending ──bind──► bound ──podStart──► running, ready ──evict, delete──► terminating ──podStop──► gone
///        └──evict, delete──────┴──evict, delete──────────────────────────────────────────────────────► gone
public final class SimulatedCluster implements UsageSource, ActionPort {

    private static final List<String> OWNER_KINDS =
            List.of("CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet");
    private static final String SERVER_ERROR = "the API server answered 500: simulated";

    private final SimulationSettings settings;
    private final VirtualClock clock;
    private final EventFeed feed;
    private final FaultBook faults;
    private final UsageMeter meter;
    private final Agenda agenda = new Agenda();
    private final TreeMap<String, SimulatedNode> nodes = new TreeMap<>();
    private final TreeMap<PodKey, SimulatedPod> pods = new TreeMap<>();
    private final TreeMap<String, OwnerSpec> owners = new TreeMap<>();
    private final TreeMap<String, Set<OptOut>> namespaces = new TreeMap<>();
    private final TreeMap<String, SimulatedBudget> budgets = new TreeMap<>();
    private final TreeSet<PodKey> deferred = new TreeSet<>();

    public SimulatedCluster(SimulationSettings settings, Consumer<ClusterEvent> watcher) {
        this(settings, new VirtualClock(settings.start()), watcher);
    }

    /// Moves the given clock, so that the watcher can be built with the same one before.
    public SimulatedCluster(SimulationSettings settings, VirtualClock clock, Consumer<ClusterEvent> watcher) {
        this.settings = settings;
        this.clock = clock;
        this.feed = new EventFeed(watcher);
        this.faults = new FaultBook(settings.seed(), settings.faults());
        this.meter = new UsageMeter(settings, faults);
        for (var fault : settings.faults()) {
            agenda.plan(fault.window().from().toMillis(), new Task.FaultBegins(fault));
            agenda.plan(fault.window().until().toMillis(), new Task.FaultEnds(fault));
        }
        passUntil(0);
    }

    public VirtualClock clock() {
        return clock;
    }

    // ---- time ----

    /// Lets time pass, and everything happen that falls into it.
    public synchronized void advance(Duration duration) {
        passUntil(clock.elapsedMillis() + duration.toMillis());
        feed.tell(new ClusterEvent.Confirmed(clock.millis()));
    }

    /// Sets the clock on the wall forth, or back with a negative amount. No time passes.
    public synchronized void setClock(Duration by) {
        clock.step(by);
    }

    private void passUntil(long elapsedMillis) {
        for (var due = agenda.takeDue(elapsedMillis); due.isPresent(); due = agenda.takeDue(elapsedMillis)) {
            clock.advanceTo(due.get().atMillis());
            happen(due.get().task());
        }
        clock.advanceTo(elapsedMillis);
    }

    private void happen(Task task) {
        switch (task) {
            case Task.PodStarts starts -> alive(starts.key(), starts.uid()).ifPresent(pod -> put(pod.running()));
            case Task.PodEnds ends -> alive(ends.key(), ends.uid()).ifPresent(this::remove);
            case Task.FaultBegins begins -> begin(begins.fault());
            case Task.FaultEnds ends -> end(ends.fault());
        }
    }

    private void begin(Fault fault) {
        switch (fault) {
            case Fault.WatchGap _ -> feed.breakOff();
            case Fault.ClockStep step -> clock.step(step.by());
            case Fault.MetricsStale _ -> meter.remember(nodes.values(), clock);
            case Fault.MetricsDown _, Fault.MetricsMissing _, Fault.ApiErrors _, Fault.SlowCalls _ -> {}
        }
    }

    private void end(Fault fault) {
        if (fault instanceof Fault.WatchGap && feed.mend()) {
            list();
        }
    }

    /// Tells everything there is, as a client does that reads complete lists after its watch has expired.
    private void list() {
        nodes.values().forEach(node -> feed.tell(new ClusterEvent.NodeApplied(node.spec(), clock.millis())));
        feed.tell(new ClusterEvent.NodesListed(new TreeSet<>(nodes.keySet())));
        namespaces.forEach((name, optOuts) -> feed.tell(new ClusterEvent.NamespaceApplied(name, optOuts)));
        feed.tell(new ClusterEvent.NamespacesListed(new TreeSet<>(namespaces.keySet())));
        owners.values().forEach(owner -> feed.tell(new ClusterEvent.OwnerApplied(owner)));
        OWNER_KINDS.forEach(this::tellOwnersListed);
        pods.values().forEach(pod -> feed.tell(new ClusterEvent.PodApplied(pod.spec())));
        feed.tell(new ClusterEvent.PodsListed(new TreeSet<>(pods.keySet())));
        budgets.values().forEach(this::tellBudget);
        feed.tell(new ClusterEvent.BudgetsListed(new TreeSet<>(budgets.keySet())));
    }

    private void tellOwnersListed(String kind) {
        var present = owners.values().stream()
                .map(OwnerSpec::owner)
                .filter(owner -> owner.kind().equals(kind))
                .collect(Collectors.toUnmodifiableSet());
        feed.tell(new ClusterEvent.OwnersListed(kind, present));
    }

    // ---- what there is ----

    public synchronized void applyNode(NodeSpec spec) {
        nodes.computeIfAbsent(spec.name(), name -> new SimulatedNode(spec)).update(spec);
        feed.tell(new ClusterEvent.NodeApplied(spec, clock.millis()));
    }

    public synchronized void deleteNode(String name) {
        var node = nodes.remove(name);
        if (node != null) {
            List.copyOf(node.pods()).forEach(this::remove);
            feed.tell(new ClusterEvent.NodeDeleted(name));
        }
    }

    public synchronized void applyOwner(OwnerSpec owner) {
        owners.put(owner.owner().toString(), owner);
        feed.tell(new ClusterEvent.OwnerApplied(owner));
    }

    public synchronized void deleteOwner(Owner owner) {
        owners.remove(owner.toString());
        feed.tell(new ClusterEvent.OwnerDeleted(owner));
    }

    public synchronized void applyNamespace(String name, Set<OptOut> optOuts) {
        namespaces.put(name, optOuts);
        feed.tell(new ClusterEvent.NamespaceApplied(name, optOuts));
    }

    public synchronized void applyBudget(SimulatedBudget budget) {
        budgets.put(budget.namespace() + "/" + budget.name(), budget);
        tellBudget(budget);
    }

    /// Creates a pod that is not bound yet.
    public synchronized void createPod(PodSpec spec, Map<String, String> labels, Demand demand) {
        if (pods.containsKey(spec.key())) {
            throw new IllegalArgumentException("there is a pod " + spec.key() + " already");
        }
        put(new SimulatedPod(spec, labels, demand, clock.elapsedMillis(), spec.requests(), ResizeState.SETTLED));
    }

    public synchronized Optional<SimulatedPod> pod(PodKey key) {
        return Optional.ofNullable(pods.get(key));
    }

    public synchronized int podCount() {
        return pods.size();
    }

    /// All nodes as a scheduler counts them, sorted by name.
    public synchronized List<SchedulableNode> schedulable() {
        var all = new ArrayList<SchedulableNode>(nodes.size());
        nodes.values().forEach(node -> all.add(node.schedulable()));
        return all;
    }

    /// What the pods of each node really want now, sorted by the nodes' names: the truth, whatever is measured.
    public synchronized List<NodeUsage> usage() {
        var all = new ArrayList<NodeUsage>(nodes.size());
        nodes.values().forEach(node -> all.add(node.usage(clock.elapsedMillis())));
        return all;
    }

    // ---- what can be done ----

    /// Binds a pod, as a scheduler does.
    public synchronized Outcome bind(PodKey key, String node) {
        var trouble = trouble();
        if (trouble.isPresent()) {
            return trouble.get();
        }
        var pod = pods.get(key);
        if (pod == null) {
            return Refusals.gone(key);
        }
        if (pod.spec().nodeName().isPresent()) {
            return Refusals.alreadyBound(key, pod.spec().nodeName().get());
        }
        put(pod.bound(node, clock.millis()));
        agenda.plan(
                clock.elapsedMillis() + settings.podStart().toMillis(),
                new Task.PodStarts(key, pod.spec().uid()));
        return new Outcome.Done();
    }

    /// Deletes a pod without asking any budget.
    public synchronized Outcome delete(PodKey key) {
        var trouble = trouble();
        if (trouble.isPresent()) {
            return trouble.get();
        }
        var pod = pods.get(key);
        return pod == null ? Refusals.gone(key) : terminate(pod);
    }

    @Override
    public synchronized Outcome carryOut(Action action) {
        var trouble = trouble();
        if (trouble.isPresent()) {
            return trouble.get();
        }
        var pod = pods.get(action.pod());
        if (pod == null) {
            return Refusals.gone(action.pod());
        }
        return switch (action) {
            case Action.Evict evict -> evict(pod, evict);
            case Action.Resize resize -> resize(pod, resize);
        };
    }

    @Override
    public synchronized Outcome dryRun(Action action) {
        var trouble = trouble();
        if (trouble.isPresent()) {
            return trouble.get();
        }
        var pod = pods.get(action.pod());
        if (pod == null) {
            return Refusals.gone(action.pod());
        }
        return switch (action) {
            case Action.Evict evict -> refusal(pod, evict).orElseGet(Outcome.Done::new);
            case Action.Resize resize -> refusal(pod, resize).orElseGet(Outcome.Done::new);
        };
    }

    /// What the faults do to a call: it takes time, and may fail.
    private Optional<Outcome> trouble() {
        faults.delay(clock.elapsedMillis()).ifPresent(delay -> passUntil(clock.elapsedMillis() + delay.toMillis()));
        return faults.failsNow(clock.elapsedMillis())
                ? Optional.of(new Outcome.Failed(SERVER_ERROR))
                : Optional.empty();
    }

    /// As the API server does: budgets guard only pods that run; the uid is compared when the pod is deleted, after
    /// the budget was asked.
    private Outcome evict(SimulatedPod pod, Action.Evict evict) {
        return refusal(pod, evict).orElseGet(() -> terminate(pod));
    }

    private Optional<Outcome> refusal(SimulatedPod pod, Action.Evict evict) {
        boolean budgetsAsked =
                pod.spec().phase() == PodPhase.RUNNING && !pod.spec().terminating();
        var guards = budgetsAsked ? guards(pod) : List.<SimulatedBudget>of();
        if (guards.size() > 1) {
            return Optional.of(Refusals.severalBudgets());
        }
        if (!guards.isEmpty() && !allows(guards.getFirst(), pod)) {
            return Optional.of(Refusals.budget(guards.getFirst(), healthy(guards.getFirst())));
        }
        return otherUid(pod, evict);
    }

    private static Optional<Outcome> otherUid(SimulatedPod pod, Action action) {
        return pod.spec().uid().equals(action.uid())
                ? Optional.empty()
                : Optional.of(
                        Refusals.otherUid(action.pod(), action.uid(), pod.spec().uid()));
    }

    private List<SimulatedBudget> guards(SimulatedPod pod) {
        return budgets.values().stream().filter(budget -> budget.guards(pod)).toList();
    }

    /// A pod that is not healthy may go as long as enough others are.
    private boolean allows(SimulatedBudget budget, SimulatedPod pod) {
        int spare = healthy(budget) - budget.minAvailable();
        return pod.isHealthy() ? spare > 0 : spare >= 0;
    }

    private int healthy(SimulatedBudget budget) {
        return (int) pods.values().stream()
                .filter(budget::guards)
                .filter(SimulatedPod::isHealthy)
                .count();
    }

    private Outcome terminate(SimulatedPod pod) {
        if (!pod.uses()) {
            remove(pod);
        } else if (!pod.spec().terminating()) {
            put(pod.terminating());
            agenda.plan(
                    clock.elapsedMillis() + settings.podStop().toMillis(),
                    new Task.PodEnds(pod.spec().key(), pod.spec().uid()));
        }
        return new Outcome.Done();
    }

    private Outcome resize(SimulatedPod pod, Action.Resize resize) {
        var refusal = refusal(pod, resize);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        var node = pod.spec().nodeName().map(nodes::get);
        var resized = pod.resized(ResizeAdmission.changed(pod.spec().containers(), resize));
        put(node.isPresent() ? resized.deferred() : resized.granted());
        grantDeferred();
        return new Outcome.Done();
    }

    private Optional<Outcome> refusal(SimulatedPod pod, Action.Resize resize) {
        var node = pod.spec().nodeName().map(nodes::get).map(SimulatedNode::spec);
        return otherUid(pod, resize).or(() -> ResizeAdmission.refusal(pod, resize, node));
    }

    /// Gives resizes that wait the room that there is now; those that ask for no more than they have go first.
    private void grantDeferred() {
        deferred.stream()
                .map(pods::get)
                .sorted(Comparator.comparing(
                        pod -> ResizeAdmission.exceeds(pod.spec().requests(), pod.allocated())))
                .filter(this::hasRoom)
                .toList()
                .forEach(pod -> put(pod.granted()));
    }

    private boolean hasRoom(SimulatedPod pod) {
        return pod.spec()
                .nodeName()
                .map(nodes::get)
                .filter(node -> hasRoom(node, pod))
                .isPresent();
    }

    private static boolean hasRoom(SimulatedNode node, SimulatedPod pod) {
        long cpuMillis = pod.spec().requests().cpuMillis();
        long memoryBytes = pod.spec().requests().memoryBytes();
        for (var other : node.pods()) {
            if (!other.spec().key().equals(pod.spec().key())) {
                cpuMillis += other.allocated().cpuMillis();
                memoryBytes += other.allocated().memoryBytes();
            }
        }
        return !ResizeAdmission.exceeds(
                new Resources(cpuMillis, memoryBytes), node.spec().allocatable());
    }

    // ---- usage ----

    @Override
    public String name() {
        return UsageMeter.SOURCE;
    }

    /// Says what the latest scrape found, whatever nodes `image` knows of, as the metrics API does.
    @Override
    public synchronized UsageBatch sample(ClusterImage image) {
        faults.delay(clock.elapsedMillis()).ifPresent(delay -> passUntil(clock.elapsedMillis() + delay.toMillis()));
        return meter.measure(nodes.values(), clock);
    }

    // ---- within ----

    private Optional<SimulatedPod> alive(PodKey key, String uid) {
        return Optional.ofNullable(pods.get(key)).filter(pod -> pod.spec().uid().equals(uid));
    }

    private void put(SimulatedPod pod) {
        var before = Optional.ofNullable(pods.put(pod.spec().key(), pod));
        pod.spec().nodeName().map(nodes::get).ifPresent(node -> node.put(pod));
        if (pod.resizeState() == ResizeState.DEFERRED) {
            deferred.add(pod.spec().key());
        } else {
            deferred.remove(pod.spec().key());
        }
        feed.tell(new ClusterEvent.PodApplied(pod.spec()));
        if (before.map(SimulatedPod::isHealthy).orElse(false) != pod.isHealthy()) {
            guards(pod).forEach(this::tellBudget);
        }
    }

    private void remove(SimulatedPod pod) {
        var key = pod.spec().key();
        pods.remove(key);
        deferred.remove(key);
        pod.spec().nodeName().map(nodes::get).ifPresent(node -> node.remove(key));
        feed.tell(new ClusterEvent.PodDeleted(key));
        if (pod.isHealthy()) {
            guards(pod).forEach(this::tellBudget);
        }
        grantDeferred();
    }

    private void tellBudget(SimulatedBudget budget) {
        feed.tell(new ClusterEvent.BudgetApplied(budget.observed(healthy(budget))));
    }
}
