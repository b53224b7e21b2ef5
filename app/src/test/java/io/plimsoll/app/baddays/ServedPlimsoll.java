package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plimsoll.testbed.controlplane.ProcessSpec;
import io.plimsoll.testbed.controlplane.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// `plimsoll serve` as a process of its own, so that it can be killed, and its threads and files counted from outside.
final class ServedPlimsoll implements AutoCloseable {
    /// Twice one for each of the ten watches, which the client of the API server keeps for a minute once they all came
    /// back at one time; far less than one for each hostile client or each request that failed.
    private static final int THREADS_MORE_MAX = 20;
    /// Twice one of everything that may be cached or pooled on the way.
    private static final int FILES_MORE_MAX = 12;

    private static final AtomicInteger STARTED = new AtomicInteger();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Roadstead roadstead;
    private final ServeOptions options;
    private final ServePorts ports;
    private RunningProcess process;

    private ServedPlimsoll(Roadstead roadstead, ServePorts ports, ServeOptions options) {
        this.roadstead = roadstead;
        this.ports = ports;
        this.options = options;
        this.process = launch();
    }

    /// Starts one on free ports and returns when it is ready.
    static ServedPlimsoll start(Roadstead roadstead, ServeOptions options) {
        return start(roadstead, ServePorts.free(), options);
    }

    /// Starts one and returns when it is ready.
    static ServedPlimsoll start(Roadstead roadstead, ServePorts ports, ServeOptions options) {
        var served = new ServedPlimsoll(roadstead, ports, options);
        try {
            served.awaitReady();
            return served;
        } catch (RuntimeException | Error e) {
            served.close();
            throw e;
        }
    }

    int schedulerPort() {
        return ports.scheduler();
    }

    /// Ends it as a crash does.
    void kill() {
        roadstead.controlPlane().processes().kill(process);
    }

    /// Starts it again on the same ports and returns when it is ready.
    void startAgain() {
        process = launch();
        awaitReady();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Metrics metrics() {
        return Metrics.of(get("/metrics").body());
    }

    /// Answers that were not neutral; those that came too late for a decision count, since a busy machine is no fault.
    double decided() {
        var metrics = metrics();
        return metrics.sum("plimsoll_extender_request_seconds_count", "verb=\"prioritize\"")
                - metrics.sum("plimsoll_extender_neutral_total", "verb=\"prioritize\"")
                + metrics.sum("plimsoll_extender_neutral_total", "cause=\"deadline\",verb=\"prioritize\"");
    }

    /// All that was advised, as far as `decisions.kept` reaches back.
    Advice advice() {
        try {
            var decisions = new ArrayList<JsonNode>();
            JSON.readTree(get("/inspect/decisions?limit=1000000").body()).forEach(decisions::add);
            return new Advice(decisions, metrics());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The CPU use of a node as it was last measured, in thousandths of a core; NaN where it never was.
    double cpuMillis(String node) {
        return cpu(node).path("value").asDouble(Double.NaN);
    }

    /// How long ago that was; -1 where it never was.
    long cpuAgeMillis(String node) {
        return cpu(node).path("ageMillis").asLong(-1);
    }

    private JsonNode cpu(String node) {
        try {
            return JSON.readTree(get("/inspect/nodes/" + node).body()).findPath("cpu-usage-millis");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> get(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.health() + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(process.report(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// What it holds of the machine.
    Holdings holdings() {
        return new Holdings(count("task"), count("fd"));
    }

    /// @param threads of the operating system
    /// @param files open ones, connections among them
    record Holdings(int threads, int files) {}

    /// Waits until it holds no more than it did before, but for what may be cached or pooled on the way.
    void awaitHoldsNoMoreThan(Holdings before) {
        eventually().untilAsserted(() -> {
            var now = holdings();
            assertThat(now.threads()).as("threads").isLessThanOrEqualTo(before.threads() + THREADS_MORE_MAX);
            assertThat(now.files()).as("open files").isLessThanOrEqualTo(before.files() + FILES_MORE_MAX);
        });
    }

    String log() {
        try {
            return Files.readString(process.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private void awaitReady() {
        eventually().ignoreExceptions().untilAsserted(() -> {
            var ready = get("/readyz?verbose");
            assertThat(ready.statusCode())
                    .as(() -> ready.body() + process.report())
                    .isEqualTo(200);
        });
    }

    private RunningProcess launch() {
        String name = "plimsoll-" + STARTED.incrementAndGet();
        return roadstead.controlPlane().processes().start(new ProcessSpec(name, options.command(roadstead, ports)));
    }

    private int count(String folder) {
        try (var entries =
                Files.list(Path.of("/proc", Long.toString(process.identity().pid()), folder))) {
            return (int) entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
