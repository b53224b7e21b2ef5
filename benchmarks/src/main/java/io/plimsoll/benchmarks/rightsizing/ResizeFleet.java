package io.plimsoll.benchmarks.rightsizing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.rightsizer.RecommendationTeller;
import io.plimsoll.rightsizer.Rightsizer;
import io.plimsoll.rightsizer.RightsizerSettings;
import io.plimsoll.rightsizer.Sizings;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.FakeNodes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How long the right-sizer takes to resize a fleet under one policy on a real API server: KWOK nodes, Deployments that
/// all use three times their CPU request, no canary window. Counted is from the start of the right-sizer until it has
/// seen the last pod resized and closed its record, and what that took in writes.
///
/// Beside it the least that resizing by eviction costs: each pod is evicted once, without any record, and is counted
/// until all have a successor that is ready. Writes are those that the API server carried out, whoever sent them
/// (controllers, scheduler and the nodes' stand-in too), without dry runs and Leases.
///
/// Arguments: `[WORKLOADS REPLICAS NODES]`, 1,000, 2 and 50 by default; run in the project's folder.
public final class ResizeFleet {

    private static final String NAMESPACE = "fleet";
    private static final int SAMPLES = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String POLICY = """
            apiVersion: plimsoll.io/v1alpha1
            kind: ClusterOptimizationPolicy
            metadata: {name: fleet}
            spec:
              mode: Auto
              usage: {minConfidencePercent: 0}
              update: {canaryWindow: 0s}
            """;
    private static final Pattern REQUESTS = Pattern.compile("apiserver_request_total\\{([^}]*)\\} ([0-9.e+]+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "APPLY", "DELETE");

    private final KubernetesClient client;
    private final int workloads;
    private final int replicas;

    private ResizeFleet(KubernetesClient client, int workloads, int replicas) {
        this.client = client;
        this.workloads = workloads;
        this.replicas = replicas;
    }

    public static void main(String[] arguments) throws Exception {
        int workloads = argument(arguments, 0, 1_000);
        int replicas = argument(arguments, 1, 2);
        var settings = ControlPlaneSettings.named("benchmark")
                .withFakeNodes(FakeNodes.of("node", argument(arguments, 2, 50)))
                .withProgress(System.err::println);
        try (var controlPlane = ControlPlane.start(settings)) {
            new ResizeFleet(controlPlane.client(), workloads, replicas).run();
        }
    }

    private static int argument(String[] arguments, int place, int otherwise) {
        return arguments.length > place ? Integer.parseInt(arguments[place]) : otherwise;
    }

    private void run() throws Exception {
        define();
        deploy();
        var meters = new SimpleMeterRegistry();
        var clock = Clock.systemUTC();
        var ledger = new UsageLedger();
        try (var server = new ApiServer(client);
                var writer = new ImageWriter(ledger::record, clock, meters);
                var observer = new ClusterObserver(client, writer, new ObserverSettings(List.of()), clock, meters)) {
            observer.start();
            await("all pods run", () -> running(writer).size() == workloads * replicas);
            measure(writer, clock.millis());
            var applied = new AtomicInteger();
            var journal = new ApiChangeJournal(server, clock, RandomGenerator.getDefault());
            var teller = new RecommendationTeller(new ApiRecommendations(server), writer, clock);
            System.out.println("| arm | workloads | pods | seconds to all done | pods/s | writes | writes a pod |");
            System.out.println("|---|---:|---:|---:|---:|---:|---:|");
            timed("resized in place", () -> {
                try (var rightsizer = new Rightsizer(
                        writer,
                        new ApiPolicies(server, new ImageLabels(writer)),
                        workload -> writer.ask(() -> ledger.containers(workload)),
                        new ApiActions(server),
                        new ApiPods(server),
                        journal,
                        teller.and(counting(applied)),
                        LoopContext.real(clock, meters),
                        settings())) {
                    rightsizer.start();
                    await("all pods are resized", () -> applied.get() >= workloads * replicas);
                }
            });
            timed("evicted", () -> evict(writer));
        }
    }

    private interface Arm {
        void run() throws Exception;
    }

    private void timed(String name, Arm arm) throws Exception {
        var before = writes();
        long start = System.nanoTime();
        arm.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        TimeUnit.SECONDS.sleep(3); // the last statuses that controllers write
        var written = new TreeMap<>(writes());
        before.forEach((kind, count) -> written.merge(kind, -count, Double::sum));
        double sum = written.values().stream().mapToDouble(Double::doubleValue).sum();
        int pods = workloads * replicas;
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %.1f | %.0f | %.0f | %.2f |%n",
                name,
                workloads,
                pods,
                seconds,
                pods / seconds,
                sum,
                sum / pods);
        written.forEach((kind, count) -> {
            if (count >= 1) {
                System.err.printf(Locale.ROOT, "%s: %s %.0f%n", name, kind, count);
            }
        });
    }

    private void evict(ImageWriter writer) throws InterruptedException {
        var former = running(writer);
        try (var executor = Executors.newFixedThreadPool(16)) {
            for (var pod : former) {
                executor.execute(() -> client.pods()
                        .inNamespace(pod.key().namespace())
                        .withName(pod.key().name())
                        .evict());
            }
        }
        var uids = former.stream().map(pod -> pod.spec().uid()).collect(Collectors.toSet());
        await("each has a successor", () -> {
            var now = running(writer);
            return now.size() == former.size()
                    && now.stream().noneMatch(pod -> uids.contains(pod.spec().uid()));
        });
    }

    private static RightsizerSettings settings() {
        var standard = RightsizerSettings.DEFAULT;
        return new RightsizerSettings(
                Duration.ofSeconds(1), standard.changesMax(), standard.imageAgeMax(), false, standard.transaction());
    }

    private static Sizings counting(AtomicInteger applied) {
        return new Sizings() {
            @Override
            public void decided(List<WorkloadSizing> sizings) {}

            @Override
            public void ended(Change change, ChangeResult result) {
                if (result.isApplied()) {
                    applied.addAndGet(result.pods().size());
                }
            }
        };
    }

    // The cluster

    private void define() throws Exception {
        try (var files = Files.newDirectoryStream(Path.of("manifests", "crds"), "*.plimsoll.io.yaml")) {
            for (var file : files) {
                client.load(Files.newInputStream(file)).serverSideApply();
            }
        }
        TimeUnit.SECONDS.sleep(3); // until they are served
        client.load(new ByteArrayInputStream(POLICY.getBytes(StandardCharsets.UTF_8)))
                .create();
    }

    private void deploy() throws InterruptedException {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        try (var executor = Executors.newFixedThreadPool(16)) {
            IntStream.range(0, workloads)
                    .forEach(i -> executor.execute(
                            () -> client.resource(deployment("web-" + i)).create()));
        }
    }

    private Deployment deployment(String name) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .addToAnnotations(FakeNodes.RESIZES, "true")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("plimsoll.local/workload:1")
                .withNewResources()
                .addToRequests("cpu", new Quantity("50m"))
                .addToRequests("memory", new Quantity("64Mi"))
                .endResources()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static List<PodImage> running(ImageWriter writer) {
        var image = writer.get();
        return image.workloads().stream()
                .filter(workload -> workload.owner().namespace().equals(NAMESPACE))
                .flatMap(workload -> image.podsOf(workload.owner()).stream())
                .filter(pod ->
                        pod.spec().phase() == PodPhase.RUNNING && pod.spec().ready())
                .toList();
    }

    /// An hour of samples of each pod, up to now.
    private static void measure(ImageWriter writer, long nowMillis) {
        var pods = running(writer);
        for (int minute = SAMPLES; minute > 0; minute--) {
            long at = nowMillis - minute * 60_000L;
            var samples = new ArrayList<ContainerUsage>();
            for (var pod : pods) {
                samples.add(new ContainerUsage(
                        pod.key(), "main", new Sample(150, at, "benchmark"), new Sample(48 << 20, at, "benchmark")));
            }
            writer.observe(new UsageBatch("benchmark", at, List.of(), samples, 0, List.of()));
        }
        writer.settle();
    }

    /// What was written since the API server's start, by verb and kind.
    private Map<String, Double> writes() {
        var metrics = String.valueOf(client.raw("/metrics"));
        return REQUESTS.matcher(metrics)
                .results()
                .map(request -> Map.entry(labels(request.group(1)), Double.parseDouble(request.group(2))))
                .filter(request -> isWrite(request.getKey()))
                .collect(Collectors.groupingBy(
                        request -> "%s %s/%s"
                                .formatted(
                                        request.getKey().get("verb"),
                                        request.getKey().get("resource"),
                                        request.getKey().get("subresource")),
                        Collectors.summingDouble(Map.Entry::getValue)));
    }

    private static boolean isWrite(Map<String, String> request) {
        return WRITING.contains(request.getOrDefault("verb", ""))
                && request.getOrDefault("code", "").startsWith("2")
                && request.getOrDefault("dry_run", "").isEmpty()
                && !request.getOrDefault("resource", "").equals("leases");
    }

    private static Map<String, String> labels(String text) {
        return LABEL.matcher(text)
                .results()
                .collect(Collectors.toMap(label -> label.group(1), label -> label.group(2)));
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("it did not come about within " + PATIENCE + " that " + what);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
