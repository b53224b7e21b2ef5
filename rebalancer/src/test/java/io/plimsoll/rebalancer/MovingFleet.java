package io.plimsoll.rebalancer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.DayPeaks;
import io.plimsoll.model.move.HotNodes;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.MoveRules;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.PlanRequests;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.ResizeFirst;
import io.plimsoll.model.move.Trouble;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.regime.RegimeLedger;
import io.plimsoll.model.regime.RegimeView;
import io.plimsoll.model.regime.Schedule;
import io.plimsoll.model.regime.Schedule.Window;
import io.plimsoll.model.regime.UserHours;
import io.plimsoll.model.regime.UserHours.Blackout;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import io.plimsoll.testbed.simulation.Demand;
import io.plimsoll.testbed.simulation.MemoryPlans;
import io.plimsoll.testbed.simulation.SimulatedBudget;
import io.plimsoll.testbed.simulation.SimulatedCluster;
import io.plimsoll.testbed.simulation.SimulationSettings;
import io.plimsoll.testbed.simulation.Templates;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// A simulated cluster with Deployments, whose pods come anew when they are evicted, and what looks at it. Time passes
/// while somebody pauses, a second at a time. Nodes have 10 cores; above 9 they are hot, and are brought to 8.
///
/// No pod is evicted here whose plan is not written down as `EVICTING` it: that fails the test at once.
final class MovingFleet implements Supplier<ClusterImage>, LivePods, ActionPort {

    static final String NAMESPACE = "shop";

    private static final long GIB = 1L << 30;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int TICKS_A_SAMPLE = 15;

    final MemoryPlans plans = new MemoryPlans();
    final List<PodKey> evicted = new ArrayList<>();
    final List<Eviction> evictions = new ArrayList<>();
    /// After each second, once it was looked at.
    Runnable watcher = () -> {};

    MoveConfig config = MoveConfig.DEFAULT;
    /// What the API server answers before it looks at the pod.
    Function<Action, Optional<Outcome>> trouble = action -> Optional.empty();
    /// What dry runs come to, if it is not as the cluster says.
    Function<Action, Optional<Outcome>> dryTrouble = action -> Optional.empty();
    /// Takes effect, and is not answered.
    boolean isSilent;

    MoveTeller teller = MoveTeller.NONE;

    PlanRequests requests = PlanRequests.NONE;

    /// What is known of the hours.
    RegimeView regimes = RegimeView.NOTHING;

    /// What the nodes went through within the last day.
    DayPeaks peaks = DayPeaks.NONE;

    /// What policies say of moves.
    MoveRules rules = MoveRules.NONE;

    /// What workloads are expected to use.
    final Map<Owner, UsageEstimate> estimates = new LinkedHashMap<>();

    /// What happens before an eviction takes effect.
    Runnable beforeEvicting = () -> {};

    /// How much time passes from one picture that is asked for to the next.
    Duration betweenPictures = Duration.ZERO;

    /// Where a new pod goes.
    Function<PodKey, String> scheduler = pod -> "n2";

    /// How long it has no node.
    Duration binding = Duration.ZERO;

    /// Nodes that are told to use no CPU, whatever their pods are told to use.
    final Set<String> belittled = new HashSet<>();

    private final List<ClusterEvent> events = new ArrayList<>();
    private final SimulatedCluster cluster = new SimulatedCluster(SimulationSettings.seeded(1), events::add);
    private final HotNodes hotNodes = new HotNodes(PlacementConfig.DEFAULT);
    private final Map<String, Deployment> deployments = new LinkedHashMap<>();
    private ClusterImage image = ClusterImage.EMPTY;
    private final TreeMap<Long, Runnable> agenda = new TreeMap<>();
    private boolean isHidden;
    private int ticks;

    /// An eviction that took effect.
    record Eviction(long atMillis, PodSpec pod) {}

    private static final class Deployment {

        private final int replicas;
        private final long cpuMillis;
        private int made;

        Deployment(int replicas, long cpuMillis, int made) {
            this.replicas = replicas;
            this.cpuMillis = cpuMillis;
            this.made = made;
        }
    }

    MovingFleet nodes(int count) {
        for (int i = 1; i <= count; i++) {
            cluster.applyNode(Templates.node("n" + i, new Resources(10_000, 100 * GIB)));
        }
        return this;
    }

    /// A Deployment with one pod on each of these nodes, each of which uses so much.
    MovingFleet deploy(String name, long cpuMillis, String... on) {
        var deployment = new Deployment(on.length, cpuMillis, 0);
        deployments.put(name, deployment);
        cluster.applyOwner(new OwnerSpec(owner(name), Optional.empty(), on.length, Set.of()));
        for (var node : on) {
            cluster.bind(create(name, deployment), node);
        }
        return this;
    }

    /// So many nodes of which one pod each has to go, `calm-0-1` first, and two more beside each. A replacement goes to
    /// where the plan has it, after a while. Passes the time that it takes to see that.
    MovingFleet hotNodes(int count) {
        nodes(3 * count);
        for (int i = 0; i < count; i++) {
            var hot = "n" + (3 * i + 1);
            var idle = "n" + (3 * i + 2);
            var busy = "n" + (3 * i + 3);
            deploy("calm-" + i, 3_300, hot, busy)
                    .deploy("hog-" + i, 3_000, hot, busy)
                    .deploy("rest-" + i, 3_300, hot, idle);
        }
        scheduler = pod -> planned(pod).orElseThrow();
        binding = Duration.ofSeconds(20);
        return pass(Duration.ofMinutes(8));
    }

    /// A pod of its own on a node, which nobody makes anew.
    MovingFleet pod(String name, Optional<Owner> owner, Set<OptOut> optOuts, long cpuMillis, String node) {
        var key = key(name);
        var usual = Templates.pod(key, owner, new Resources(cpuMillis / 2, GIB));
        cluster.createPod(
                new PodSpec(
                        key,
                        usual.uid(),
                        owner,
                        Optional.empty(),
                        usual.phase(),
                        false,
                        0,
                        0,
                        false,
                        usual.containers(),
                        Resources.NONE,
                        optOuts),
                Map.of(),
                Demand.constant((double) cpuMillis, (double) GIB));
        cluster.bind(key, node);
        return this;
    }

    /// At least so many pods of the Deployment must stay healthy.
    MovingFleet budget(String deployment, int minAvailable) {
        return budget(deployment, Map.of("app", deployment), minAvailable);
    }

    /// The same of all pods with these labels.
    MovingFleet budget(String name, Map<String, String> labels, int minAvailable) {
        cluster.applyBudget(new SimulatedBudget(NAMESPACE, name, labels, minAvailable));
        return this;
    }

    private PodKey create(String name, Deployment deployment) {
        var key = new PodKey(NAMESPACE, name + "-" + ++deployment.made);
        var labels = Map.of("app", name, "team", "any");
        var asked = new Resources(deployment.cpuMillis / 2, GIB);
        cluster.createPod(
                Templates.pod(key, Optional.of(owner(name)), asked).withTraits(PodTraits.NONE.withLabels(labels)),
                labels,
                Demand.constant((double) deployment.cpuMillis, (double) GIB));
        return key;
    }

    static Owner owner(String deployment) {
        return new Owner(NAMESPACE, "Deployment", deployment);
    }

    static PodKey key(String pod) {
        return new PodKey(NAMESPACE, pod);
    }

    /// Nobody sees any more what happens.
    void hide() {
        isHidden = true;
    }

    /// The namespace of all pods is being deleted, and something in it cannot be: the pods run on.
    void deleteNamespace() {
        events.add(new ClusterEvent.NamespaceApplied(NAMESPACE, Set.of(), Map.of(), true));
    }

    /// They see it again.
    void show() {
        isHidden = false;
        tick();
    }

    /// From now on it is to have so many pods.
    void scale(String deployment, int replicas) {
        var scaled = Objects.requireNonNull(deployments.get(deployment));
        deployments.put(deployment, new Deployment(replicas, scaled.cpuMillis, scaled.made));
        cluster.applyOwner(new OwnerSpec(owner(deployment), Optional.empty(), replicas, Set.of()));
    }

    /// Much time passes, of which nobody sees anything.
    void jump(Duration time) {
        cluster.advance(time);
    }

    /// A Deployment's pods use nothing any more, on any node.
    void cool(String deployment) {
        var cooled = Objects.requireNonNull(deployments.get(deployment));
        deployments.put(deployment, new Deployment(cooled.replicas, 0, cooled.made));
        image.podsOf(owner(deployment)).forEach(pod -> {
            cluster.delete(pod.key());
            scheduler = key -> pod.spec().nodeName().orElseThrow();
        });
    }

    void delete(String pod) {
        cluster.delete(key(pod));
    }

    /// Lets time pass.
    MovingFleet pass(Duration time) {
        for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(TICK)) {
            tick();
        }
        return this;
    }

    /// The clock on the wall is set forth, or back with a negative amount.
    void setClock(Duration by) {
        cluster.setClock(by);
    }

    /// Does something when so much time has passed.
    void later(Duration delay, Runnable work) {
        agenda.merge(elapsedMillis() + delay.toMillis(), work, (one, other) -> () -> {
            one.run();
            other.run();
        });
    }

    private void tick() {
        cluster.advance(TICK);
        var due = agenda.headMap(elapsedMillis(), true);
        var works = List.copyOf(due.values());
        due.clear();
        works.forEach(Runnable::run);
        observe();
        deployments.forEach(this::reconcile);
        observe();
        if (++ticks % TICKS_A_SAMPLE == 0) {
            events.add(new ClusterEvent.UsageObserved(sample(), new LinkedHashMap<>(estimates)));
            observe();
        }
        hotNodes.observe(image, nowMillis());
        watcher.run();
    }

    private UsageBatch sample() {
        var batch = cluster.sample(image);
        var nodes = batch.nodes().stream()
                .map(told -> told.kind() == SignalKind.CPU_USAGE_MILLIS && belittled.contains(told.node())
                        ? new NodeSample(
                                told.node(),
                                told.kind(),
                                new Sample(1, told.sample().atMillis(), batch.source()))
                        : told)
                .toList();
        return new UsageBatch(
                batch.source(), batch.fetchedAtMillis(), nodes, batch.containers(), batch.rejected(), batch.failures());
    }

    private void reconcile(String name, Deployment deployment) {
        long there = image.podsOf(owner(name)).stream()
                .filter(pod -> !pod.spec().terminating())
                .count();
        for (long i = there; i < deployment.replicas; i++) {
            var key = create(name, deployment);
            Optional.of(scheduler.apply(key)).filter(node -> !node.isEmpty()).ifPresent(node -> bind(key, node));
        }
    }

    private void bind(PodKey pod, String node) {
        if (binding.isZero()) {
            cluster.bind(pod, node);
        } else {
            later(binding, () -> cluster.bind(pod, node));
        }
    }

    private void observe() {
        if (isHidden || events.isEmpty()) {
            return;
        }
        var delta = new ClusterDelta(image);
        events.forEach(delta::replay);
        events.clear();
        image = delta.apply();
    }

    private long elapsedMillis() {
        return cluster.clock().elapsedMillis();
    }

    long nowMillis() {
        return cluster.clock().millis();
    }

    /// The node that a Deployment's pod runs on; empty where it does not.
    String nodeOf(String pod) {
        return image.pod(key(pod))
                .map(PodImage::spec)
                .filter(spec -> spec.ready() && !spec.terminating())
                .flatMap(spec -> spec.nodeName())
                .orElse("");
    }

    long ready(String deployment) {
        return image.podsOf(owner(deployment)).stream()
                .filter(pod -> pod.spec().ready() && !pod.spec().terminating())
                .count();
    }

    /// At its busiest a pod of the Deployment uses so much.
    MovingFleet peak(String deployment, long cpuMillis) {
        var used = new Resources(cpuMillis, GIB);
        var demand = new io.plimsoll.model.usage.Demand(cpuMillis, 0, GIB, 0);
        estimates.put(owner(deployment), new UsageEstimate(used, used, used, used, demand, 1, nowMillis()));
        return this;
    }

    /// Nodes were at so much of their CPU then, and those above 90 % hurt by it.
    static DayPeaks day(Map<String, Double> cpuShares, long atMillis) {
        var nodes = new TreeMap<String, DayPeaks.Peak>();
        cpuShares.forEach((node, share) -> nodes.put(
                node,
                new DayPeaks.Peak(
                        new DayPeaks.Busiest(share, atMillis),
                        new DayPeaks.Busiest(0.1, atMillis),
                        24,
                        share > 0.9
                                ? List.of(new DayPeaks.Hurt(
                                        List.of(new Trouble.Hot(Contention.CPU, share, 0.8)), atMillis))
                                : List.of())));
        return new DayPeaks(nodes);
    }

    /// Off-peak from one time to another, to the minute, as they are told by the clock on any day.
    static RegimeView quiet(long fromMillis, long untilMillis) {
        var zone = ZoneId.of("UTC");
        var window = new Window(Window.EVERY_DAY, time(fromMillis), time(untilMillis));
        var said = Optional.of(new Schedule(zone, List.of(window)));
        return new RegimeLedger(new UserHours(zone, Optional.empty(), said, List.of())).view(fromMillis);
    }

    /// A blackout of one day that ends then, by the clocks of a zone where that is midnight.
    static RegimeView blackout(long untilMillis) {
        int seconds = (int) Math.floorMod(untilMillis / 1_000, 86_400L);
        var zone = ZoneOffset.ofTotalSeconds(seconds <= 43_200 ? -seconds : 86_400 - seconds);
        var day = Instant.ofEpochMilli(untilMillis).atZone(zone).toLocalDate().minusDays(1);
        var user = new UserHours(zone, Optional.empty(), Optional.empty(), List.of(new Blackout(day, day)));
        return new RegimeLedger(user).view(untilMillis);
    }

    private static LocalTime time(long millis) {
        return LocalTime.ofSecondOfDay(Math.floorMod(millis / 60_000 * 60, 86_400L));
    }

    // What looks at it and acts on it

    Watched watched() {
        return new Watched(Neighbours.NONE, hotNodes.hot(), 1)
                .with(regimes)
                .with(peaks)
                .with(rules);
    }

    LoopContext context() {
        return new LoopContext(
                cluster.clock(),
                () -> cluster.clock().elapsedMillis() * 1_000_000,
                this::pass,
                new Random(1),
                new SimpleMeterRegistry());
    }

    Rebalancer rebalancer(RebalancerSettings settings) {
        return rebalancer(settings, plans, this, this);
    }

    Rebalancer rebalancer(RebalancerSettings settings, PlanJournal journal, ActionPort port, LivePods pods) {
        var ports = new RebalancerPorts(this, this::watched, journal, requests, port, pods, teller, context());
        return new Rebalancer(ports, new MovePlanner(config, ResizeFirst.NEVER), settings);
    }

    /// One turn of a rebalancer after the other, for so long.
    MovingFleet run(RebalancerSettings settings, Duration time) throws InterruptedException {
        var rebalancer = rebalancer(settings);
        long untilMillis = elapsedMillis() + time.toMillis();
        while (elapsedMillis() < untilMillis) {
            rebalancer.look(plans.plans());
            pass(settings.interval());
        }
        return this;
    }

    /// The plan that was made last.
    RecordedPlan plan() {
        return plans.plans().getFirst();
    }

    RecordedPlan plan(String name) {
        return plans.plans().stream()
                .filter(plan -> plan.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// The moves that are on their way.
    List<Move> underWay() {
        return plans.plans().stream()
                .flatMap(plan -> plan.steps().stream())
                .filter(step -> step.phase().isUnderWay())
                .map(MoveStep::move)
                .toList();
    }

    /// Where a move that is on its way has the pod's workload go.
    Optional<String> planned(PodKey pod) {
        var workload = pod.name().substring(0, pod.name().lastIndexOf('-'));
        return underWay().stream()
                .filter(move -> move.workload().name().equals(workload))
                .map(Move::to)
                .findFirst();
    }

    @Override
    public ClusterImage get() {
        var seen = image;
        pass(betweenPictures);
        return seen;
    }

    @Override
    public Look look(PodKey key) {
        return cluster.pod(key)
                .<Look>map(pod -> new Look.Found(new LivePod(
                        key,
                        pod.spec().uid(),
                        "1",
                        1,
                        1,
                        pod.spec().ready(),
                        pod.spec().terminating(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty())))
                .orElseGet(Look.Gone::new);
    }

    @Override
    public Outcome carryOut(Action action) {
        boolean isRecorded = plans.plans().stream()
                .flatMap(plan -> plan.steps().stream())
                .anyMatch(step -> step.move().uid().equals(action.uid()) && step.phase() == MovePhase.EVICTING);
        if (!isRecorded) {
            throw new AssertionError(action + " has no record");
        }
        var answer = trouble.apply(action);
        if (answer.isPresent()) {
            return answer.get();
        }
        var outcome = take(action);
        return isSilent ? new Outcome.Failed("no answer") : outcome;
    }

    /// Has it take effect.
    Outcome take(Action action) {
        var pod = cluster.pod(action.pod());
        beforeEvicting.run();
        var outcome = cluster.carryOut(action);
        if (outcome instanceof Outcome.Done) {
            evicted.add(action.pod());
            pod.ifPresent(there -> evictions.add(new Eviction(nowMillis(), there.spec())));
        }
        return outcome;
    }

    @Override
    public Outcome dryRun(Action action) {
        return dryTrouble.apply(action).orElseGet(() -> cluster.dryRun(action));
    }
}
