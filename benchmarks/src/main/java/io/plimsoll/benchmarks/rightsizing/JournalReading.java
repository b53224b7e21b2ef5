package io.plimsoll.benchmarks.rightsizing;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.rightsizer.OomReport;
import io.plimsoll.rightsizer.Rightsizer;
import io.plimsoll.rightsizer.RightsizerSettings;
import io.plimsoll.rightsizer.Sizings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/// What it takes to read the records of a month before the first pass: a right-sizer that begins over an HTTP server
/// which makes up the pages of as many `ChangeRecord`s as are wanted, of three pods each. A tenth of the changes
/// follow a kill for memory, half of the others lower memory; of each workload's records, the last is of pods that
/// are there. Server and client share the heap.
///
/// Arguments: `[RECORDS WORKLOADS [list]]`, 300,000 and 10,000 by default; with `list`, all records are held at once.
public final class JournalReading {

    private static final int PODS = 3;
    private static final int PAGE = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Pattern CONTINUE = Pattern.compile("continue=(\\d+)");

    private final int records;
    private final int workloads;
    private final Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    /// The most that was left after a collection.
    private final AtomicLong leftBytes = new AtomicLong();
    private final CountDownLatch read = new CountDownLatch(1);

    private JournalReading(int records, int workloads) {
        this.records = records;
        this.workloads = workloads;
    }

    public static void main(String[] arguments) throws Exception {
        int records = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300_000;
        int workloads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
        var reading = new JournalReading(records, workloads);
        reading.watchCollections();
        reading.run(arguments.length > 2 && arguments[2].equals("list"));
    }

    private void watchCollections() {
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, context) -> left(
                                    GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())),
                            null,
                            null);
        }
    }

    private void left(GarbageCollectionNotificationInfo info) {
        long bytes = info.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                .filter(pool ->
                        !pool.getKey().contains("Metaspace") && !pool.getKey().contains("Code"))
                .filter(pool -> !pool.getKey().contains("Class"))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
        leftBytes.accumulateAndGet(bytes, Math::max);
    }

    private void run(boolean isList) throws Exception {
        var image = image();
        System.gc();
        long imageBytes = usedBytes();
        leftBytes.set(imageBytes);
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::answer);
        http.start();
        long start = System.nanoTime();
        try (var client = new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                                .withMasterUrl(
                                        "http://127.0.0.1:" + http.getAddress().getPort())
                                .build())
                        .build();
                var server = new ApiServer(client);
                var rightsizer = rightsizer(image, server, isList)) {
            rightsizer.start();
            if (!read.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("not read within " + PATIENCE + ": "
                        + rightsizer.problem().orElse("it still reads"));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.gc();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %,d | %.0f | %.0f | %.0f | %.0f | %.0f |%n",
                    isList ? "all held at once" : "page by page",
                    records,
                    workloads,
                    workloads * PODS,
                    seconds,
                    Runtime.getRuntime().maxMemory() / 1048576.0,
                    imageBytes / 1048576.0,
                    leftBytes.get() / 1048576.0,
                    usedBytes() / 1048576.0);
        } finally {
            http.stop(0);
        }
    }

    private static long usedBytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private Rightsizer rightsizer(ClusterImage image, ApiServer server, boolean isList) {
        var clock = Clock.systemUTC();
        ChangeJournal journal = new ApiChangeJournal(server, clock, RandomGenerator.getDefault());
        return new Rightsizer(
                () -> image,
                List::of,
                workload -> Map.of(),
                new ApiActions(server),
                new ApiPods(server),
                isList ? new HeldAtOnce(journal) : journal,
                new Sizings() {
                    @Override
                    public void decided(List<WorkloadSizing> sizings) {}

                    @Override
                    public void ended(Change change, ChangeResult result) {}

                    /// Is told when the past is known.
                    @Override
                    public void killed(Map<Owner, List<OomReport>> reports) {
                        read.countDown();
                    }
                },
                LoopContext.real(clock, new SimpleMeterRegistry()),
                new RightsizerSettings(
                        Duration.ofMinutes(1), 200, PATIENCE, false, RightsizerSettings.DEFAULT.transaction()));
    }

    /// A journal as a list.
    private record HeldAtOnce(ChangeJournal journal) implements ChangeJournal {

        @Override
        public Entry intend(Change change) {
            return journal.intend(change);
        }

        @Override
        public Closing close(String name, ChangeResult result) {
            return journal.close(name, result);
        }

        @Override
        public void read(java.util.function.Consumer<Logged> each) {
            journal.records(any -> true).forEach(each);
        }

        @Override
        public List<Logged> undos() {
            return journal.undos();
        }
    }

    private ClusterImage image() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        for (int workload = 0; workload < workloads; workload++) {
            var owner = owner(workload);
            delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(owner, Optional.empty(), PODS, Set.of())));
            int last = records - workloads + workload;
            for (int pod = 0; pod < PODS; pod++) {
                delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                        new PodKey(owner.namespace(), name(last, pod)),
                        uid(last, pod),
                        Optional.of(owner),
                        Optional.of("node-" + workload % 100),
                        PodPhase.RUNNING,
                        true,
                        0,
                        0,
                        false,
                        List.of(new ContainerSpec("main", new Resources(100, 256 << 20), new Resources(0, 512 << 20))),
                        Resources.NONE,
                        Set.of())));
            }
        }
        delta.replay(new ClusterEvent.Confirmed(now.toEpochMilli()));
        return delta.apply();
    }

    private static Owner owner(int workload) {
        return new Owner("team-" + workload % 200, "Deployment", "workload-" + workload);
    }

    /// Of a record's pod: those of the last records are there.
    private static String name(int record, int pod) {
        return "workload-" + record + "-7c9d8b6f5-" + pod;
    }

    private static String uid(int record, int pod) {
        return "0b2f8a52-%04d-4c1e-9d3b-%012d".formatted(pod, record);
    }

    // The server

    /// Of what else is asked there is nothing.
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            var asked = exchange.getRequestURI();
            boolean isRecords = asked.getPath().endsWith("/changerecords")
                    && !String.valueOf(asked.getQuery()).contains("labelSelector");
            var page = isRecords ? page(asked) : "{\"metadata\":{},\"items\":[]}";
            exchange.getResponseBody().write(page.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String page(URI asked) {
        var at = CONTINUE.matcher(String.valueOf(asked.getQuery()));
        int from = at.find() ? Integer.parseInt(at.group(1)) : 0;
        int to = Math.min(records, from + PAGE);
        return "{\"metadata\":{\"continue\":\"%s\"},\"items\":[%s]}"
                .formatted(
                        to == records ? "" : to,
                        IntStream.range(from, to).mapToObj(this::record).collect(Collectors.joining(",")));
    }

    private String record(int number) {
        int workload = Math.floorMod(number - (records - workloads), workloads);
        var owner = owner(workload);
        boolean isRaise = number % 10 == 0;
        boolean isCut = !isRaise && number % 2 == 0;
        var created = now.minusSeconds((long) ((records - number) * (30.0 * 86_400 / records)));
        var before = "{\"container\":\"main\",\"requests\":{\"cpu\":\"100m\",\"memory\":\"256Mi\"},"
                + "\"limits\":{\"memory\":\"%s\"}}".formatted(isCut ? "1Gi" : isRaise ? "256Mi" : "512Mi");
        var after = "{\"container\":\"main\",\"requests\":{\"cpu\":\"250m\",\"memory\":\"256Mi\"},"
                + "\"limits\":{\"memory\":\"512Mi\"}}";
        var pods = IntStream.range(0, PODS)
                .mapToObj(pod -> "{\"name\":\"%s\",\"uid\":\"%s\",\"before\":[%s],\"after\":[%s]}"
                        .formatted(name(number, pod), uid(number, pod), before, after))
                .collect(Collectors.joining(","));
        var outcomes = IntStream.range(0, PODS)
                .mapToObj(pod -> "{\"name\":\"%s\",\"uid\":\"%s\",\"phase\":\"Applied\",\"time\":\"%s\"}"
                        .formatted(name(number, pod), uid(number, pod), created))
                .collect(Collectors.joining(","));
        return """
                {"apiVersion":"plimsoll.io/v1alpha1","kind":"ChangeRecord",
                 "metadata":{"namespace":"%s","name":"%s-%08d-abcd","creationTimestamp":"%s","uid":"%s",
                   "resourceVersion":"%d","managedFields":[]},
                 "spec":{"workload":{"kind":"Deployment","name":"%s"},
                   "policy":{"kind":"OptimizationPolicy","name":"sizes"},
                   "reason":{"code":"%s","message":"CPU: uses 180m at its peaks, asks for 100m; memory: uses 190 MiB"},
                   "pods":[%s]},
                 "status":{"observedGeneration":1,"phase":"Applied","pods":[%s]}}
                """.formatted(
                        owner.namespace(),
                        owner.name(),
                        number,
                        created,
                        uid(number, 9),
                        number,
                        owner.name(),
                        isRaise ? "OomKilled" : "UsageChanged",
                        pods,
                        outcomes);
    }
}
