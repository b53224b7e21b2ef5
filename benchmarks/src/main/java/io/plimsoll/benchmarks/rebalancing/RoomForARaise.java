package io.plimsoll.benchmarks.rebalancing;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import io.plimsoll.testbed.realnodes.KubeletNodes;
import io.plimsoll.testbed.realnodes.RealNodeSize;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A raise that a real kubelet has no room for: the right-sizer asks for it and waits, the rebalancer moves one pod for
/// it. Prints what was seen.
///
///     real-1   web asks for 64 MiB and is to have 160;   batch takes the rest but for 40 MiB, and is not resized
///     real-2   nobody: where there is room
///     real-3   a second replica of whoever is to go, so that it may be evicted at all
///
/// Argument: `neighbour`, where `web` is of a higher priority and `batch` is to go, or `itself`, where they are equal
/// and `web` is; as root in the project's folder.
public final class RoomForARaise {

    private static final Duration LONG = Duration.ofMinutes(12);
    private static final long MIB = 1L << 20;
    private static final Quantity BEFORE = new Quantity("64Mi");
    private static final Quantity AFTER = new Quantity("160Mi");

    private final ControlPlane controlPlane;
    private final Stage stage;
    private final boolean isNeighbourToGo;

    private RoomForARaise(ControlPlane controlPlane, Stage stage, boolean isNeighbourToGo) {
        this.controlPlane = controlPlane;
        this.stage = stage;
        this.isNeighbourToGo = isNeighbourToGo;
    }

    public static void main(String[] arguments) throws Exception {
        boolean isNeighbourToGo = arguments.length == 0 || arguments[0].equals("neighbour");
        var settings = ControlPlaneSettings.named("raise").withProgress(System.err::println);
        try (var controlPlane = ControlPlane.start(settings)) {
            var folder = controlPlane.folder().resolve(RealNodes.FOLDER);
            var sizes = List.of(RealNodeSize.SMALL, RealNodeSize.SMALL, RealNodeSize.SMALL);
            try (var nodes = new KubeletNodes().start(controlPlane, sizes, folder)) {
                new RoomForARaise(controlPlane, new Stage(controlPlane, nodes.names()), isNeighbourToGo).run();
            }
        }
        System.exit(0);
    }

    private void run() throws Exception {
        stage.install("rightsizer", "rebalancer");
        deploy();
        var measured = List.of("usage.sources=kubelet-summary", "usage.bootstrap-hours=0", "usage.interval-seconds=5");
        var extender = Served.start(controlPlane, "extender", measured);
        controlPlane.restartScheduler(SchedulerSettings.of(extender.schedulerConfiguration()));
        Served.start(controlPlane, "rebalancer", with(measured, "rebalancer.approval=automatic"));
        Served.start(controlPlane, "rightsizer", with(measured, "rightsizer.moves-seconds-max=900"));
        // Pods younger than five minutes are not moved; a raise waits three before anybody is.
        stage.say("all is ready; the policy allows the raise in three minutes");
        Thread.sleep(Duration.ofMinutes(3));
        stage.begin(Instant.now());
        allow();
        follow();
        stage.shown("kubectl", "-n", Stage.NAMESPACE, "get", "pods", "-o", "wide");
        stage.shown("kubectl", "get", "rebalanceplans", "-o", "yaml");
        stage.shown("kubectl", "-n", Stage.NAMESPACE, "get", "changerecords");
        stage.shown("kubectl", "-n", Stage.NAMESPACE, "get", "events", "--sort-by=.lastTimestamp");
    }

    private static List<String> with(List<String> settings, String further) {
        var all = new ArrayList<>(settings);
        all.add(further);
        return all;
    }

    private void deploy() {
        stage.kubectl("create", "priorityclass", "important", "--value=1000");
        stage.openOnly(stage.node(0));
        create("web", BEFORE, isNeighbourToGo ? "important" : "");
        create("batch", new Quantity((allocatable() / MIB - 64 - 40) + "Mi"), "");
        stage.openOnly(stage.node(2));
        stage.scale(mover(), 2);
        Stage.await(() -> stage.ready("web") + stage.ready("batch") == 3);
        stage.openAll();
    }

    private String mover() {
        return isNeighbourToGo ? "batch" : "web";
    }

    private void create(String name, Quantity memory, String priorityClass) {
        var requests = Map.of("cpu", new Quantity("10m"), "memory", memory);
        var deployment = Stage.deployment(name, requests, WorkloadDemand.IDLE);
        deployment.getSpec().getTemplate().getSpec().setPriorityClassName(priorityClass);
        if (name.equals("batch")) {
            deployment.getSpec().getTemplate().getMetadata().getLabels().put("opt-out.plimsoll.io/resize", "true");
        }
        stage.client().resource(deployment).create();
        Stage.await(() -> stage.ready(name) == 1);
    }

    private long allocatable() {
        return Quantity.getAmountInBytes(stage.client()
                        .nodes()
                        .withName(stage.node(0))
                        .get()
                        .getStatus()
                        .getAllocatable()
                        .get("memory"))
                .longValue();
    }

    private void allow() {
        stage.create("""
                        apiVersion: plimsoll.io/v1alpha1
                        kind: OptimizationPolicy
                        metadata: {name: sized, namespace: %s}
                        spec:
                          mode: Auto
                          usage: {minConfidencePercent: 0}
                          controlled: {resources: [memory]}
                          memory: {min: 160Mi, max: 160Mi}
                          update: {strategy: InPlaceOnly, interval: 1m}
                        """.formatted(Stage.NAMESPACE));
        stage.say("web may be raised from 64 to 160 MiB");
    }

    private void follow() {
        var web = stage.pod("web", stage.node(0));
        Stage.await(
                LONG,
                () -> stage.kubectl("-n", Stage.NAMESPACE, "get", "pod", Stage.name(web), "-o", "yaml")
                        .contains("PodResizePending"));
        stage.say("the kubelet has no room");
        stage.print(stage.kubectl(
                "-n",
                Stage.NAMESPACE,
                "get",
                "pod",
                Stage.name(web),
                "-o",
                "jsonpath={.status.conditions[?(@.type==\"PodResizePending\")]}"));
        Stage.await(
                LONG,
                () -> stage.kubectl("get", "rebalanceplans", "--no-headers").contains("moves-"));
        stage.say("a plan is there");
        var toGo = isNeighbourToGo ? stage.pod("batch", stage.node(0)) : web;
        Stage.await(
                LONG,
                () -> stage.pods(mover()).stream()
                        .noneMatch(pod -> Stage.name(pod).equals(Stage.name(toGo))));
        stage.say(Stage.name(toGo) + " is evicted");
        Stage.await(LONG, () -> stage.ready(mover()) == 2);
        stage.say("its replacement is ready");
        Stage.await(
                LONG, () -> stage.pods("web").stream().allMatch(pod -> held(pod).equals(AFTER)));
        stage.say("each pod of web has 160 MiB, as its kubelet has it");
        Stage.await(
                LONG,
                () -> stage.kubectl(
                                "-n",
                                Stage.NAMESPACE,
                                "get",
                                "changerecords",
                                "-o",
                                "jsonpath={range .items[*]}{.status.phase},{end}")
                        .matches("(\\w+,)+"));
        stage.say("its record is closed");
    }

    private static Quantity held(Pod pod) {
        var resources = pod.getStatus().getContainerStatuses().getFirst().getResources();
        return Objects.requireNonNull(resources.getRequests().get("memory"), "web asks for memory");
    }
}
