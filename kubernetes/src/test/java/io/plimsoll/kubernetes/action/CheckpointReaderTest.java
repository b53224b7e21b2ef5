package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.usage.UsageLedger;
import java.time.Clock;
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
            readAll(api);

            assertThat(api.asked()).containsExactly(LIST);
        }
    }

    @Test
    void reader_apiServerFailsFirst_triesAgain() throws InterruptedException {
        var calls = new AtomicInteger();
        try (var api = new LoopbackApi(
                exchange -> LoopbackApi.json(exchange, calls.incrementAndGet() < 3 ? 503 : 200, "{\"items\":[]}"))) {
            readAll(api);

            assertThat(api.asked()).containsExactly(LIST, LIST, LIST);
        }
    }

    private static void readAll(LoopbackApi api) throws InterruptedException {
        var meters = new SimpleMeterRegistry();
        var clock = Clock.systemUTC();
        var ledger = new UsageLedger();
        var context = new LoopContext(clock, System::nanoTime, duration -> {}, new Random(1), meters);
        try (var server = new ApiServer(api.client());
                var writer = new ImageWriter(ledger::record, clock, meters);
                var reader = new CheckpointReader(new ApiCheckpoints(server), writer, ledger, context)) {
            reader.start();
            assertThat(reader.await()).isZero();
        }
    }
}
