package io.plimsoll.app.demo;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.app.UserError;
import io.plimsoll.app.explain.InspectionClient;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.ExtenderServer;
import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.DecisionSettings;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.ObserverSettings.Source;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import io.plimsoll.testbed.simulation.Moment;
import io.plimsoll.testbed.simulation.NodeUsage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/// The race on a real control plane: one API server, half of the nodes for each side, two real kube-schedulers, of
/// which one asks Plimsoll as `scheduler-config/second-scheduler.yaml` has it. The nodes are KWOK's: they run nothing,
/// and report what their pods' annotations say as used, through metrics-server.
///
/// Both sides' Deployments get the same replicas at the same times. A pod uses one amount all its life: what its kind
/// uses on average. Hot nodes are counted from these amounts, not from what was measured.
final class RealRace implements Race {

    /// The time in which usage of the pods that were there first is measured: metrics-server needs two readings.
    static final Duration LEAD = Duration.ofSeconds(30);

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration ASK_EVERY = Duration.ofSeconds(5);
    private static final Duration AVERAGED_OVER = Duration.ofHours(4);
    private static final Resources NODE = new Resources(4_000, 16L << 30);
    private static final int PODS_PER_NODE = 110;
    private static final String SIDE = "side";
    private static final String LEFT = "requests";
    private static final String RIGHT = "plimsoll";
    /// `scheduler-config/second-scheduler.yaml`, which the build puts beside this class.
    private static final String SCHEDULER_CONFIGURATION = "second-scheduler.yaml";
    private static final String EXTENDER_SHIPPED = "127.0.0.1:8888";
    /// All of a race of a thousand nodes on each side, with two calls for each pod.
    private static final int DECISIONS = 20_000;

    private static final ExtenderConfig CONFIG = new ExtenderConfig(
            ExtenderConfig.DEFAULT.scheduler(), ExtenderConfig.DEFAULT.health(), DecisionSettings.DEFAULT, DECISIONS);
    private static final int ROWS_EXPLAINED = 5;

    /// One of the two halves: its namespace, which is also its nodes' label and prefix, and who schedules its pods.
    private record Half(String name, String scheduler, Tally tally, Map<String, Integer> replicas) {

        Half(String name, String title, String scheduler) {
            this(name, scheduler, new Tally(title), new HashMap<>());
        }
    }

    private final DemoSettings settings;
    private final Duration lead;
    private final ControlPlane controlPlane;
    private final ImageWriter images;
    private final ClusterObserver observer;
    private final ExtenderServer extender;
    private final ArrayDeque<Arrival> coming;
    private final Half left = new Half(LEFT, "requests only", "default-scheduler");
    private final Half right = new Half(RIGHT, "with Plimsoll", "plimsoll");
    private long beganNanos;
    private Duration elapsed = Duration.ZERO;
    private int arrived;

    private RealRace(DemoSettings settings, Duration lead, ControlPlane controlPlane, Arrivals arrivals) {
        this.settings = settings;
        this.lead = lead;
        this.coming = new ArrayDeque<>(arrivals.arrivals());
        this.controlPlane = controlPlane;
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var clock = Clock.systemUTC();
        this.images = new ImageWriter(new UsageLedger()::record, clock, registry);
        var source = new Source("metrics-api", ASK_EVERY, ASK_EVERY, Map.of());
        this.observer = new ClusterObserver(
                controlPlane.client(), images, new ObserverSettings(List.of(source)), clock, registry);
        this.extender = new ExtenderServer(CONFIG.onFreePorts(), images, PlacementConfig.DEFAULT, clock, registry);
    }

    /// Starts all of it; says on the way what is being started.
    ///
    /// @param lead how long the first pods run before others come, [#LEAD] for their usage to be known by then
    static RealRace start(DemoSettings settings, Duration lead, Consumer<String> progress) throws Exception {
        var controlPlane = ControlPlane.start(ControlPlaneSettings.named("demo")
                .withProgress(progress)
                .withMetricsServer()
                .withFakeNodes(nodes(LEFT, settings.nodes()))
                .withFakeNodes(nodes(RIGHT, settings.nodes())));
        var arrivals = Arrivals.of(settings);
        var race = new RealRace(settings, lead, controlPlane, arrivals);
        try {
            race.begin(arrivals.dayBefore());
            return race;
        } catch (Exception e) {
            race.close();
            throw e;
        }
    }

    private static FakeNodes nodes(String side, int count) {
        return new FakeNodes(
                side,
                count,
                Math.toIntExact(NODE.cpuMillis() / 1_000),
                NODE.memoryBytes(),
                PODS_PER_NODE,
                new TreeMap<>(Map.of(SIDE, side)));
    }

    private void begin(List<Arrival> first) throws Exception {
        observer.start();
        extender.start();
        controlPlane.startFurtherScheduler(
                "kube-scheduler-plimsoll", SchedulerSettings.of(schedulerConfiguration(extender.schedulerPort())));
        for (var half : List.of(left, right)) {
            controlPlane
                    .client()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(half.name())
                            .endMetadata()
                            .build())
                    .create();
            first.forEach(arrival -> arrive(half, arrival));
            scale(half, first);
        }
        beganNanos = System.nanoTime();
    }

    /// The second scheduler's file as shipped, but for the port at which the extender listens here.
    static String schedulerConfiguration(int extenderPort) throws IOException {
        try (var file = RealRace.class.getResourceAsStream(SCHEDULER_CONFIGURATION)) {
            if (file == null) {
                throw new IOException(SCHEDULER_CONFIGURATION + " is not in the application's jar: build it anew");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(EXTENDER_SHIPPED, "127.0.0.1:" + extenderPort);
        }
    }

    @Override
    public boolean isOver() {
        return elapsed.compareTo(length()) >= 0;
    }

    private Duration length() {
        return lead.plus(settings.length());
    }

    @Override
    public DemoState next() throws InterruptedException {
        var due = elapsed.plus(TICK);
        TimeUnit.NANOSECONDS.sleep(beganNanos + due.toNanos() - System.nanoTime());
        var now = new ArrayList<Arrival>();
        while (!coming.isEmpty() && lead.plus(coming.peek().at()).compareTo(due) < 0) {
            now.add(coming.remove());
        }
        arrived += now.size();
        for (var half : List.of(left, right)) {
            now.forEach(arrival -> arrive(half, arrival));
            scale(half, now);
            count(half);
        }
        elapsed = due;
        return state();
    }

    // Pods

    private static void arrive(Half half, Arrival arrival) {
        half.replicas().merge(workload(arrival), 1, Integer::sum);
    }

    /// Brings the Deployments that the arrivals belong to, each once, to the replicas that are wanted by now.
    private void scale(Half half, List<Arrival> arrivals) {
        var byWorkload = new TreeMap<String, Arrival>();
        arrivals.forEach(arrival -> byWorkload.putIfAbsent(workload(arrival), arrival));
        byWorkload.forEach((workload, arrival) -> {
            int replicas = half.replicas().getOrDefault(workload, 0);
            var deployments = client().apps().deployments().inNamespace(half.name());
            if (deployments.withName(workload).get() == null) {
                deployments
                        .resource(deployment(half, workload, arrival, replicas))
                        .create();
            } else {
                deployments.withName(workload).scale(replicas);
            }
        });
    }

    private static String workload(Arrival arrival) {
        return arrival.pod().owner().orElseThrow().name();
    }

    private static Deployment deployment(Half half, String workload, Arrival arrival, int replicas) {
        var requests = arrival.pod().requests();
        var uses = averageUse(arrival);
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(workload)
                .withNamespace(half.name())
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", workload)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", workload)
                .addToAnnotations(FakeNodes.USAGE_CPU, uses.cpuMillis() + "m")
                .addToAnnotations(FakeNodes.USAGE_MEMORY, String.valueOf(uses.memoryBytes()))
                .endMetadata()
                .withNewSpec()
                .withSchedulerName(half.scheduler())
                .addToNodeSelector(SIDE, half.name())
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .withNewResources()
                .addToRequests("cpu", new Quantity(requests.cpuMillis() + "m"))
                .addToRequests("memory", new Quantity(String.valueOf(requests.memoryBytes())))
                .endResources()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Resources averageUse(Arrival arrival) {
        var moments = LongStream.range(0, AVERAGED_OVER.toMinutes())
                .mapToObj(minute -> new Moment(minute * 60_000, minute * 60_000))
                .toList();
        return new Resources(
                Math.round(average(moments, arrival.demand().cpuMillis()::at)),
                Math.round(average(moments, arrival.demand().memoryBytes()::at)));
    }

    private static double average(List<Moment> moments, ToDoubleFunction<Moment> amount) {
        return moments.stream().mapToDouble(amount).average().orElse(0);
    }

    // Counting

    private void count(Half half) {
        var pods = client().pods().inNamespace(half.name()).list().getItems();
        var used = new TreeMap<String, Resources>();
        for (int i = 0; i < settings.nodes(); i++) {
            used.put(half.name() + "-" + i, Resources.NONE);
        }
        int placed = 0;
        for (var pod : pods) {
            var node = Optional.ofNullable(pod.getSpec().getNodeName());
            placed += node.isPresent() ? 1 : 0;
            node.ifPresent(name -> used.merge(name, usage(pod), Resources::plus));
        }
        var nodes = used.entrySet().stream()
                .map(e -> new NodeUsage(
                        e.getKey(), e.getValue().cpuMillis(), e.getValue().memoryBytes(), NODE))
                .toList();
        half.tally().add(nodes, TICK);
        half.tally().setPods(placed, pods.size() - placed);
    }

    private static Resources usage(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        return new Resources(
                Quantity.getAmountInBytes(new Quantity(annotations.get(FakeNodes.USAGE_CPU)))
                        .movePointRight(3)
                        .longValue(),
                Long.parseLong(annotations.get(FakeNodes.USAGE_MEMORY)));
    }

    private DemoState state() {
        return new DemoState(
                settings,
                elapsed,
                length(),
                arrived,
                left.tally().state(),
                right.tally().state(),
                answers(extender.decisions().latest(DECISIONS)),
                Optional.empty());
    }

    /// From a complete request to its complete reply, without the network, one figure for each call.
    private static AnswerTimes answers(List<Decision> decisions) {
        var millis = decisions.stream()
                .mapToDouble(decision -> decision.tookNanos() / 1e6)
                .toArray();
        int neutral = (int) decisions.stream()
                .filter(decision -> decision.neutral().isPresent())
                .count();
        return AnswerTimes.of(millis, neutral);
    }

    /// The last pod that Plimsoll ranked nodes for, explained as `plimsoll explain pod` does.
    @Override
    public List<String> epilogue() {
        return extender.decisions().latest(DECISIONS).stream()
                .filter(decision -> !decision.top().isEmpty())
                .findFirst()
                .flatMap(Decision::pod)
                .map(pod -> explained(pod.toString()))
                .orElse(List.of());
    }

    private List<String> explained(String pod) {
        var lines = new ArrayList<>(List.of("", "./plimsoll explain pod " + pod + " --server " + inspection()));
        try (var inspection = new InspectionClient(inspection())) {
            var query = Map.of("format", "table", "limit", String.valueOf(ROWS_EXPLAINED));
            inspection.get("/pods/" + pod, query).lines().forEach(lines::add);
        } catch (UserError e) {
            lines.add(String.valueOf(e.getMessage()));
        }
        return lines;
    }

    private KubernetesClient client() {
        return controlPlane.client();
    }

    @Override
    public URI inspection() {
        return URI.create("http://127.0.0.1:" + extender.healthPort());
    }

    @Override
    public void close() {
        extender.close();
        observer.close();
        images.close();
        controlPlane.close();
    }
}
