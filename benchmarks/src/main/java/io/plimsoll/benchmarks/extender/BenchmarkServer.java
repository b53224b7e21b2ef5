package io.plimsoll.benchmarks.extender;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.ExtenderServer;
import io.plimsoll.model.placement.PlacementConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;

/// The extender over a synthetic cluster, and beside it a server that reads a request and answers nothing: the
/// round trip that no extender can beat. Runs in a process of its own; prints its ports and then waits for its
/// input to end.
///
/// Arguments: `NODES PODS`.
public final class BenchmarkServer {

    private BenchmarkServer() {}

    public static void main(String[] arguments) throws Exception {
        long nowMillis = System.currentTimeMillis();
        var cluster = new SyntheticCluster(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), nowMillis);
        var image = cluster.image();
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var clock = InstantSource.fixed(Instant.ofEpochMilli(nowMillis));
        try (var server = new ExtenderServer(
                        ExtenderConfig.DEFAULT.onFreePorts(), () -> image, PlacementConfig.DEFAULT, clock, registry)
                .start()) {
            System.out.println("ports " + server.schedulerPort() + " " + server.healthPort() + " " + emptyServer());
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private static int emptyServer() {
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true));
        return vertx.createHttpServer()
                .requestHandler(BenchmarkServer::answerNothing)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    private static void answerNothing(HttpServerRequest request) {
        if (request.path().equals("/spent")) {
            request.response().end(spent());
        } else {
            request.handler(buffer -> {}).endHandler(end -> request.response().end());
        }
    }

    /// Bytes allocated and nanoseconds of CPU time spent so far by all event loops; whose they are is told apart
    /// by asking before and after a row.
    private static String spent() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        long nanos = 0;
        for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().contains("eventloop")) {
                bytes += threads.getThreadAllocatedBytes(info.getThreadId());
                nanos += threads.getThreadCpuTime(info.getThreadId());
            }
        }
        return bytes + " " + nanos;
    }
}
