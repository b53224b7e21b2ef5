package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.action.CheckpointKeeper.Pace;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.EncodedHistories;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.UsageLedger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckpointKeeperTest {

    private static final long NOON = Instant.parse("2026-03-04T12:00:00Z").toEpochMilli();
    private static final List<String> OTHERS = List.of("api", "cart", "db", "mail", "search", "web");

    /// A workload without a kind stands for any fault of our own.
    @Test
    @SuppressWarnings("NullAway")
    void round_inWhichOneWorkloadMeetsAFault_keepsAllOthers() throws InterruptedException {
        var ledger = new UsageLedger();
        OTHERS.forEach(name -> ledger.restore(new Owner("shop", "Deployment", name), histories()));
        ledger.restore(new Owner("shop", null, "broken"), histories());
        var meters = new SimpleMeterRegistry();
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{\"items\":[]}"))) {
            round(api, ledger, meters);

            assertThat(api.asked())
                    .filteredOn(request -> request.startsWith("PATCH"))
                    .extracting(request -> request.replaceFirst("PATCH .*/deployment-([a-z]+)[?].*", "$1"))
                    .containsExactlyInAnyOrderElementsOf(OTHERS);
        }
        assertThat(meters.get("plimsoll.usage.checkpoints")
                        .tag("result", "failed")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private static EncodedHistories histories() {
        var history = new ContainerHistory();
        history.add(
                new ContainerUsage(
                        new PodKey("shop", "any"),
                        "main",
                        new Sample(100, NOON, "test"),
                        new Sample(1e8, NOON, "test")),
                NOON);
        return new EncodedHistories(NOON, Map.of("main", history.encoded()));
    }

    private static void round(LoopbackApi api, UsageLedger ledger, SimpleMeterRegistry meters)
            throws InterruptedException {
        var pace = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
        var over = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var clock = Clock.systemUTC();
        var context = new LoopContext(
                clock,
                System::nanoTime,
                pause -> {
                    if (pause.equals(pace.interval())) {
                        over.countDown();
                        never.await();
                    }
                },
                new Random(1),
                meters);
        try (var server = new ApiServer(api.client());
                var writer = new ImageWriter(ledger::record, clock, meters);
                var keeper = new CheckpointKeeper(new ApiCheckpoints(server), writer, ledger, context, pace)) {
            keeper.start();
            over.await();
        }
    }
}
