package io.plimsoll.benchmarks.admission;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.benchmarks.extender.OpenLoop;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.StoredRecommendation;
import io.plimsoll.rightsizer.admission.AdmissionPort;
import io.plimsoll.rightsizer.admission.AdmissionReviews;
import io.plimsoll.rightsizer.admission.AdmissionSettings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.HdrHistogram.Histogram;

/// Measures the webhook under open-loop load of 300 pods a second beside an empty round trip of the same body: 5,000
/// workloads with a recommendation each, and pods that are changed, that fit already, and that nothing is known of.
///
/// Rows take turns, so that a noisy moment of the machine falls on all of them. Arguments: `[SECONDS]` for each row, 20
/// by default.
public final class AdmissionBenchmark {

    private static final int REQUESTS_PER_SECOND = 300;
    private static final int WARM_UP = 20_000;
    private static final int TURNS = 4;
    private static final int WORKLOADS = 5_000;
    private static final long MIB = 1 << 20;
    private static final double MILLION = 1e6;

    private AdmissionBenchmark() {}

    /// One kind of request to one server.
    private record Row(String name, int port, OpenLoop load, Histogram latencies) {}

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true));
        var empties = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true));
        var clock = InstantSource.system();
        var meters = new SimpleMeterRegistry();
        var reviews = AdmissionReviews.knowing(
                recommendations(),
                List.of(policy()),
                image(clock.millis()),
                InstantSource.fixed(clock.instant()),
                meters);
        var port = new AdmissionPort(
                AdmissionSettings.DEFAULT.onFreePort(),
                Optional.empty(),
                reviews::answer,
                meters,
                clock,
                () -> System.nanoTime() / 1_000_000);
        vertx.deployVerticle(port).await();
        measure(rows(port.port(), emptyServer(empties)), seconds);
        vertx.close().await();
        empties.close().await();
    }

    private static List<Row> rows(int port, int empty) {
        var changed = review("web-17", "1", "1Gi");
        return List.of(
                row("empty round trip", empty, changed),
                row("changed", port, changed),
                row("fits already", port, review("web-17", "250m", "256Mi")),
                row("nothing known", port, review("other", "1", "1Gi")));
    }

    private static Row row(String name, int port, byte[] body) {
        return new Row(
                name,
                port,
                new OpenLoop(AdmissionPort.PATH, body, REQUESTS_PER_SECOND),
                new Histogram(3_600_000_000_000L, 3));
    }

    private static void measure(List<Row> rows, int seconds) throws Exception {
        for (var row : rows) {
            row.load().warmUp(row.port(), WARM_UP);
        }
        for (int turn = 0; turn < TURNS; turn++) {
            for (var row : rows) {
                row.latencies().add(row.load().run(row.port(), REQUESTS_PER_SECOND * seconds / TURNS));
            }
        }
        var empty = rows.getFirst().latencies();
        System.out.println("| request | p50, ms | p99, ms | p99.9, ms | p99, times the empty round trip |");
        System.out.println("|---|---:|---:|---:|---:|");
        for (var row : rows) {
            var found = row.latencies();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.3f | %.3f | %.3f | %.2f |%n",
                    row.name(),
                    found.getValueAtPercentile(50) / MILLION,
                    found.getValueAtPercentile(99) / MILLION,
                    found.getValueAtPercentile(99.9) / MILLION,
                    (double) found.getValueAtPercentile(99) / empty.getValueAtPercentile(99));
        }
    }

    private static int emptyServer(Vertx vertx) {
        return vertx.createHttpServer()
                .requestHandler(AdmissionBenchmark::answerNothing)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    private static void answerNothing(HttpServerRequest request) {
        request.handler(buffer -> {}).endHandler(end -> request.response().end());
    }

    private static List<StoredRecommendation> recommendations() {
        var target = new Resources(250, 256 * MIB);
        var found = new ArrayList<StoredRecommendation>();
        for (int i = 0; i < WORKLOADS; i++) {
            found.add(new StoredRecommendation(
                    deployment(i),
                    Optional.empty(),
                    List.of(
                            new StoredRecommendation.Container("app", target, target, target, target, 1, false, ""),
                            new StoredRecommendation.Container(
                                    "proxy", target, target, target, target, 1, false, ""))));
        }
        return found;
    }

    private static ResizePolicy policy() {
        return new ResizePolicy(
                new PolicyCandidate(Optional.empty(), "all", 0, 0, false, workload -> true),
                ResizePolicy.Mode.AUTO,
                "high-water",
                name -> Optional.of(ContainerSizing.DEFAULT),
                time -> true,
                0,
                0);
    }

    private static Owner deployment(int number) {
        return new Owner("shop", "Deployment", "web-" + number);
    }

    private static ClusterImage image(long nowMillis) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        for (int i = 0; i < WORKLOADS; i++) {
            var set = new Owner("shop", "ReplicaSet", "web-" + i + "-7d4b9c");
            delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(deployment(i), Optional.empty(), 3, Set.of())));
            delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(set, Optional.of(deployment(i)), 3, Set.of())));
        }
        delta.replay(new ClusterEvent.Confirmed(nowMillis));
        return delta.apply();
    }

    /// A pod of two containers with 40 variables each, some 9 KiB.
    private static byte[] review(String deployment, String cpu, String memory) {
        var review = Json.MAPPER.createObjectNode();
        var request = review.putObject("request")
                .put("uid", "705ab4f5-6393-11e8-b7cc-42010a800002")
                .put("operation", "CREATE")
                .put("namespace", "shop");
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
        var pod = request.putObject("object");
        var metadata = pod.putObject("metadata").put("generateName", deployment + "-7d4b9c-");
        metadata.putObject("labels").put("app", deployment).put("pod-template-hash", "7d4b9c");
        metadata.putArray("ownerReferences")
                .addObject()
                .put("kind", "ReplicaSet")
                .put("name", deployment + "-7d4b9c")
                .put("controller", true);
        var spec = pod.putObject("spec").put("serviceAccountName", "default");
        for (var name : List.of("app", "proxy")) {
            var container = spec.withArray("containers").addObject();
            container.put("name", name).put("image", "registry.example.com/shop/" + name + ":1.42.0");
            container
                    .putObject("resources")
                    .putObject("requests")
                    .put("cpu", cpu)
                    .put("memory", memory);
            for (int i = 0; i < 40; i++) {
                container
                        .withArray("env")
                        .addObject()
                        .put("name", "SETTING_NUMBER_" + i)
                        .put("value", "a value of usual length, the " + i + "th of this container, in its variables");
            }
            container
                    .withArray("volumeMounts")
                    .addObject()
                    .put("name", "kube-api-access-x7k2p")
                    .put("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount");
        }
        return review.toString().getBytes(StandardCharsets.UTF_8);
    }
}
