package io.plimsoll.benchmarks.memory;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.ObserverSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Reads a synthetic cluster of 5,000 nodes and 150,000 pods (about 8 kB of JSON each) over loopback HTTP, as the
/// service does, then its usage in cycle after cycle of a usage source, and says how long that took and what it
/// occupies. Run it with the heap that is in question:
///
///     java -Xmx256m -XX:+UseSerialGC -cp … io.plimsoll.benchmarks.memory.LargeClusterMemory \
///         [nodes pods cycles source [rules]]
///
/// The server is in the same process; it writes from small templates and keeps nothing, so that what the process
/// occupies is a little more than the service would. What is asked of a pod's two containers changes with each cycle,
/// so that histories fill.
public final class LargeClusterMemory {

    private static final int PAGE = 500;
    private static final int PODS_PER_WORKLOAD = 10;

    private static final String TOLERATIONS = """
            "tolerations":[
            {"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},
            {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],
            """;

    private final int nodes;
    private final int pods;
    private final int cycles;
    private final String source;
    private final boolean demanding;
    private final String filler = "\"note\":\"" + "x".repeat(6500) + "\"";
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger answered = new AtomicInteger();

    private LargeClusterMemory(int nodes, int pods, int cycles, String source, boolean demanding) {
        this.nodes = nodes;
        this.pods = pods;
        this.cycles = cycles;
        this.source = source;
        this.demanding = demanding;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        int pods = args.length > 1 ? Integer.parseInt(args[1]) : 150_000;
        int cycles = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        var source = args.length > 3 ? args[3] : "metrics-api";
        boolean demanding = args.length > 4 && args[4].equals("rules");
        new LargeClusterMemory(nodes, pods, cycles, source, demanding).run();
    }

    private void run() throws IOException, InterruptedException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.setExecutor(threads);
            server.createContext("/", this::answer);
            server.start();
            observe("http://127.0.0.1:" + server.getAddress().getPort());
            end.countDown();
            server.stop(0);
        }
    }

    private void observe(String address) throws IOException, InterruptedException {
        var config = new ConfigBuilder(Config.empty()).withMasterUrl(address).build();
        var meters = new SimpleMeterRegistry();
        var asked = new ObserverSettings.Source(
                source, Duration.ofMillis(500), Duration.ofMinutes(1), Map.of("url", address));
        long start = System.nanoTime();
        try (var client = new KubernetesClientBuilder().withConfig(config).build();
                var writer = new ImageWriter(InstantSource.system(), meters);
                var observer = new ClusterObserver(
                        client, writer, new ObserverSettings(List.of(asked)), InstantSource.system(), meters)) {
            observer.start();
            if (!observer.awaitSynced(Duration.ofMinutes(5))) {
                throw new IllegalStateException("no complete look within 5 minutes: " + observer.watches());
            }
            System.out.printf(
                    "%d nodes, %d pods, %d workloads%n",
                    writer.get().nodeCount(),
                    writer.get().podCount(),
                    writer.get().workloadCount());
            say("listed", start);
            for (int cycle = 1; cycle <= cycles; cycle++) {
                long before = System.nanoTime();
                awaitCycle(meters, cycle, observer);
                writer.settle();
                if (cycle == 1 || cycle == cycles) {
                    say("usage cycle " + cycle, before);
                }
            }
            var known = writer.get().nodes().stream()
                    .flatMap(node -> node.pods().stream())
                    .filter(pod -> pod.usage().isPresent())
                    .count();
            System.out.printf("%d pods measured; peak resident %d MiB%n", known, peakResidentKib() >> 10);
        }
    }

    private void awaitCycle(SimpleMeterRegistry meters, int cycle, ClusterObserver observer)
            throws InterruptedException {
        double all = cycle * (2.0 * nodes + 2.0 * pods);
        var samples = meters.counter("plimsoll.usage.source.samples", "source", source);
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (samples.count() < all) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "only " + samples.count() + " of " + all + " samples within 2 minutes: " + observer.sources());
            }
            Thread.sleep(20);
        }
    }

    private static void say(String what, long sinceNanos) {
        double seconds = (System.nanoTime() - sinceNanos) / 1e9;
        System.gc();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        System.out.printf(
                "%-16s %6.1f s; heap after collection %d MiB of %d MiB%n",
                what, seconds, heap.getUsed() >> 20, heap.getMax() >> 20);
    }

    private static long peakResidentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElseThrow();
    }

    // The server

    private void answer(HttpExchange exchange) throws IOException {
        var query = String.valueOf(exchange.getRequestURI().getQuery());
        var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, 0);
        try (var body = exchange.getResponseBody()) {
            var path = exchange.getRequestURI().getPath();
            if (path.equals("/api/v1/query")) {
                prometheus(URLDecoder.decode(form, StandardCharsets.UTF_8), body);
            } else if (path.contains("metrics.k8s.io")) {
                metrics(path.endsWith("/nodes"), body);
            } else if (query.contains("watch=true")) {
                body.flush();
                end.await();
            } else {
                page(path, query, body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void page(String path, String query, OutputStream body) throws IOException {
        var resource = path.substring(path.lastIndexOf('/') + 1);
        int total =
                switch (resource) {
                    case "nodes" -> nodes;
                    case "pods" -> pods;
                    case "replicasets", "deployments" -> pods / PODS_PER_WORKLOAD;
                    default -> 0;
                };
        int from = query.contains("continue=") ? Integer.parseInt(query.replaceAll(".*continue=(\\d+).*", "$1")) : 0;
        int to = Math.min(total, from + PAGE);
        var next = to < total ? "\"continue\":\"" + to + "\"," : "";
        body.write(
                ("{\"metadata\":{" + next + "\"resourceVersion\":\"1\"},\"items\":[").getBytes(StandardCharsets.UTF_8));
        for (int i = from; i < to; i++) {
            body.write(((i > from ? "," : "") + item(resource, i)).getBytes(StandardCharsets.UTF_8));
        }
        body.write("]}".getBytes(StandardCharsets.UTF_8));
    }

    private void metrics(boolean ofNodes, OutputStream body) throws IOException {
        int cycle = ofNodes ? answered.get() : answered.incrementAndGet();
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        body.write("{\"items\":[".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < (ofNodes ? nodes : pods); i++) {
            var item = ofNodes ? nodeMetrics(i, cycle, now) : podMetrics(i, cycle, now);
            body.write(((i > 0 ? "," : "") + item).getBytes(StandardCharsets.UTF_8));
        }
        body.write("]}".getBytes(StandardCharsets.UTF_8));
    }

    /// Vectors for the queries of times, CPU and memory; empty ones for all others.
    private void prometheus(String query, OutputStream body) throws IOException {
        boolean ofNodes = !query.contains("namespace, pod, container");
        boolean times = query.contains("timestamp(");
        boolean cpu = query.contains("cpu_seconds_total") || query.contains("cpu_usage_seconds_total");
        boolean known = !ofNodes || times || cpu || query.contains("node_memory_MemTotal_bytes");
        int cycle = ofNodes && times ? answered.incrementAndGet() : answered.get();
        int count = ofNodes ? nodes : 2 * pods;
        body.write("{\"data\":{\"resultType\":\"vector\",\"result\":[".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; known && i < count; i++) {
            long value = times ? Instant.now().getEpochSecond() : cpu ? noise(i, cycle, 400) : 64L << 20;
            var item = "{\"metric\":{%s},\"value\":[1767225620.5,\"%d\"]}"
                    .formatted(ofNodes ? nodeLabels(i) : containerLabels(i / 2, i % 2), value);
            body.write(((i > 0 ? "," : "") + item).getBytes(StandardCharsets.UTF_8));
        }
        body.write("]}}".getBytes(StandardCharsets.UTF_8));
    }

    private static String nodeLabels(int i) {
        return "\"node\":\"node-%05d.eu-central-1.compute.internal\"".formatted(i);
    }

    private static String containerLabels(int i, int container) {
        int workload = i / PODS_PER_WORKLOAD;
        return "\"namespace\":\"team-%3$d\",\"pod\":\"app-%1$d-5d4f7c9b8d-%2$05d\",\"container\":\"%4$s\""
                .formatted(workload, i, workload % 100, container == 0 ? "main" : "proxy");
    }

    private String nodeMetrics(int i, int cycle, Instant now) {
        return "{\"metadata\":{\"name\":\"node-%05d.eu-central-1.compute.internal\"},\"timestamp\":\"%s\",\"usage\":{\"cpu\":\"%dm\",\"memory\":\"%dMi\"}}"
                .formatted(i, now, 1000 + noise(i, cycle, 20_000), 8192 + noise(i, cycle, 65_536));
    }

    private String podMetrics(int i, int cycle, Instant now) {
        int workload = i / PODS_PER_WORKLOAD;
        return "{\"metadata\":{\"name\":\"app-%1$d-5d4f7c9b8d-%2$05d\",\"namespace\":\"team-%3$d\"},\"timestamp\":\"%4$s\",\"containers\":[{\"name\":\"main\",\"usage\":{\"cpu\":\"%5$dm\",\"memory\":\"%6$dMi\"}},{\"name\":\"proxy\",\"usage\":{\"cpu\":\"%7$dm\",\"memory\":\"48Mi\"}}]}"
                .formatted(
                        workload,
                        i,
                        workload % 100,
                        now,
                        5 + noise(i, cycle, 400),
                        64 + noise(i, cycle, 300),
                        1 + noise(i, cycle, 40));
    }

    /// 0 to `below`, spread evenly and the same in every run.
    private static int noise(int i, int cycle, int below) {
        return Math.floorMod((i * 31 + cycle) * 0x9E3779B9, below);
    }

    private String item(String resource, int i) {
        int workload = i / PODS_PER_WORKLOAD;
        return switch (resource) {
            case "nodes" -> node(i);
            case "pods" -> pod(i, workload);
            case "replicasets" ->
                "{\"metadata\":{\"name\":\"app-%1$d-5d4f7c9b8d\",\"namespace\":\"team-%2$d\",\"resourceVersion\":\"1\",\"ownerReferences\":[{\"kind\":\"Deployment\",\"name\":\"app-%1$d\",\"controller\":true}],\"annotations\":{%3$s}},\"spec\":{\"replicas\":10}}"
                        .formatted(i, i % 100, filler);
            default ->
                "{\"metadata\":{\"name\":\"app-%d\",\"namespace\":\"team-%d\",\"resourceVersion\":\"1\",\"annotations\":{%s}},\"spec\":{\"replicas\":10}}"
                        .formatted(i, i % 100, filler);
        };
    }

    private String node(int i) {
        return "{\"metadata\":{\"name\":\"node-%1$05d.eu-central-1.compute.internal\",\"uid\":\"7b0c6a1e-0000-4000-8000-%1$012d\",\"resourceVersion\":\"1\",\"labels\":{%3$s},\"annotations\":{%2$s}},\"status\":{\"allocatable\":{\"cpu\":\"31500m\",\"memory\":\"120Gi\",\"pods\":\"110\"},\"capacity\":{\"cpu\":\"32\",\"memory\":\"128Gi\",\"pods\":\"110\"},\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}],\"nodeInfo\":{\"bootID\":\"1c9a9b5e-0000-4000-8000-%1$012d\",\"kubeletVersion\":\"v1.36.3\"}}}"
                .formatted(i, filler, labelsOfNode(i));
    }

    private static String labels(int workload) {
        return "\"app.kubernetes.io/name\":\"app-%1$d\",\"app.kubernetes.io/instance\":\"app-%1$d\",\"app.kubernetes.io/managed-by\":\"Helm\",\"app.kubernetes.io/version\":\"1.%2$d\",\"team\":\"team-%3$d\",\"pod-template-hash\":\"5d4f7c9b%4$04x\""
                .formatted(workload, workload % 50, workload % 100, workload);
    }

    /// Twelve, as a cloud provider's nodes have them.
    private static String labelsOfNode(int i) {
        return "\"kubernetes.io/hostname\":\"node-%1$05d\",\"topology.kubernetes.io/zone\":\"eu-central-1%2$s\",\"topology.kubernetes.io/region\":\"eu-central-1\",\"kubernetes.io/arch\":\"amd64\",\"kubernetes.io/os\":\"linux\",\"node.kubernetes.io/instance-type\":\"m7.8xlarge\",\"a/1\":\"x\",\"a/2\":\"x\",\"a/3\":\"x\",\"a/4\":\"x\",\"a/5\":\"x\",\"a/6\":\"x\""
                .formatted(i, (char) ('a' + i % 3));
    }

    private String pod(int i, int workload) {
        return "{\"metadata\":{\"name\":\"app-%1$d-5d4f7c9b8d-%2$05d\",\"namespace\":\"team-%3$d\",\"uid\":\"3f6d0c1a-0000-4000-8000-%2$012d\",\"resourceVersion\":\"1\",\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":\"app-%1$d-5d4f7c9b8d\",\"controller\":true}],\"labels\":{%7$s},\"annotations\":{%4$s}},\"spec\":{\"nodeName\":\"node-%5$05d.eu-central-1.compute.internal\",\"priority\":0,%8$s\"containers\":[{\"name\":\"main\",\"resources\":{\"requests\":{\"cpu\":\"%6$dm\",\"memory\":\"256Mi\"},\"limits\":{\"memory\":\"512Mi\"}}},{\"name\":\"proxy\",\"resources\":{\"requests\":{\"cpu\":\"50m\",\"memory\":\"64Mi\"}}}]},\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"True\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"},{\"type\":\"Ready\",\"status\":\"True\"}]}}"
                .formatted(
                        workload,
                        i,
                        workload % 100,
                        filler,
                        i % nodes,
                        100 + workload % 400,
                        labels(workload),
                        rules(workload));
    }

    /// The tolerations that each pod is given; where it is wanted, also its demands.
    private String rules(int workload) {
        return TOLERATIONS + (demanding ? demands(workload) : "");
    }

    /// Two zones, and to be apart from its siblings, which is another demand for each workload.
    private static String demands(int workload) {
        return """
                "affinity":{
                "nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[
                {"key":"topology.kubernetes.io/zone","operator":"In","values":["eu-central-1a","eu-central-1b"]}]}]}},
                "podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{
                "labelSelector":{"matchLabels":{"app.kubernetes.io/name":"app-%d"}},
                "topologyKey":"kubernetes.io/hostname"}]}},
                """.formatted(workload);
    }
}
