package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.UsageLedger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CheckpointReaderTest {

    private static final String LIST = "GET /apis/plimsoll.io/v1alpha1/usagecheckpoints?limit=500";

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void reader_kindForbiddenOrNotInstalled_asksOnce(int status) throws InterruptedException {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, status, "{}"))) {
            assertThat(readAll(api)).isZero();

            assertThat(api.asked()).containsExactly(LIST);
        }
    }

    @Test
    void reader_apiServerFailsFirst_triesAgain() throws InterruptedException {
        var calls = new AtomicInteger();
        try (var api = new LoopbackApi(
                exchange -> LoopbackApi.json(exchange, calls.incrementAndGet() < 3 ? 503 : 200, "{\"items\":[]}"))) {
            assertThat(readAll(api)).isZero();

            assertThat(api.asked()).containsExactly(LIST, LIST, LIST);
        }
    }

    /// Two workloads, of which one is known for two days and the other for an hour.
    @Test
    void reader_ofHistories_tellsTheSpanOfTheLongest() throws InterruptedException {
        var items = checkpoint("web", Duration.ofDays(2)) + "," + checkpoint("db", Duration.ofHours(1));
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{\"items\":[" + items + "]}"))) {
            assertThat(readAll(api)).isEqualTo(Duration.ofDays(2));
        }
    }

    private static String checkpoint(String workload, Duration span) {
        var history = new ContainerHistory();
        long end = Instant.parse("2026-03-04T12:00:00Z").toEpochMilli();
        for (long at : List.of(end - span.toMillis(), end)) {
            history.add(
                    new ContainerUsage(
                            new PodKey("shop", "any"),
                            "main",
                            new Sample(100, at, "test"),
                            new Sample(1e8, at, "test")),
                    at);
        }
        return """
                {"metadata": {"namespace": "shop", "name": "deployment-%1$s"},
                 "spec": {"workload": {"kind": "Deployment", "name": "%1$s"},
                          "lastSampleTime": "2026-03-04T12:00:00Z",
                          "containers": [{"container": "main", "history": "%2$s"}]}}""".formatted(workload, Base64.getEncoder().encodeToString(history.encoded()));
    }

    private static Duration readAll(LoopbackApi api) throws InterruptedException {
        var meters = new SimpleMeterRegistry();
        var clock = Clock.systemUTC();
        var ledger = new UsageLedger();
        var context = new LoopContext(clock, System::nanoTime, duration -> {}, new Random(1), meters);
        try (var server = new ApiServer(api.client());
                var writer = new ImageWriter(ledger::record, clock, meters);
                var reader = new CheckpointReader(new ApiCheckpoints(server), writer, ledger, context)) {
            reader.start();
            return reader.await();
        }
    }
}
