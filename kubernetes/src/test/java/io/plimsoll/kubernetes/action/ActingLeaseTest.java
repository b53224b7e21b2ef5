package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What the holder of a Lease does when the API server is silent or refuses.
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
class ActingLeaseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ActingLease.Terms TERMS =
            new ActingLease.Terms(Duration.ofSeconds(4), Duration.ofSeconds(2), Duration.ofMillis(200));
    private static final String MINE = """
            {"metadata":{"resourceVersion":"7"},"spec":{"holderIdentity":"one"}}""";
    private static final String ANOTHERS = """
            {"metadata":{"resourceVersion":"8"},"spec":{"holderIdentity":"another"}}""";

    private final AtomicInteger acting = new AtomicInteger();
    private final AtomicLong endedNanos = new AtomicLong();
    private final AtomicLong renewedNanos = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile String lease = MINE;
    private volatile boolean silent;
    private volatile int status = 200;
    private final LoopbackApi api = new LoopbackApi(this::answer);
    private final ApiServer server = new ApiServer(api.client());

    @AfterEach
    void close() {
        end.countDown();
        server.close();
        api.close();
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        if (silent) {
            end.await();
        }
        if (exchange.getRequestMethod().equals("PATCH")) {
            renewedNanos.set(System.nanoTime());
        }
        LoopbackApi.json(exchange, status, lease);
    }

    /// The connection stays open and nothing comes: the worst case for whoever only counts failures.
    @Test
    void holder_ofASilentApiServer_endsBeforeAnotherMayBegin() {
        try (var held = lease()) {
            await().atMost(PATIENCE).until(held::isHeld);

            silent = true;

            await().atMost(PATIENCE).until(() -> acting.get() == 0);
            assertThat(endedNanos.get() - renewedNanos.get())
                    .isLessThan(TERMS.duration().toNanos());
            assertThat(held.isHeld()).isFalse();
            assertThat(held.problem()).isEmpty();
            end.countDown();
        }
    }

    /// As long as a Lease can be renewed at all, errors in between change nothing.
    @Test
    void holder_refusedForAShortWhile_goesOnActing() {
        try (var held = lease()) {
            await().atMost(PATIENCE).until(held::isHeld);

            status = 500;
            int asked = api.asked().size();
            await().atMost(PATIENCE).until(() -> api.asked().size() > asked + 1);
            status = 200;
            long before = renewedNanos.get();
            await().atMost(PATIENCE).until(() -> renewedNanos.get() > before);

            assertThat(acting).hasValue(1);
            assertThat(endedNanos).hasValue(0);
        }
    }

    @Test
    void holder_ofALeaseThatIsAnothersByNow_endsAndDoesNotGiveItUp() {
        try (var held = lease()) {
            await().atMost(PATIENCE).until(held::isHeld);

            lease = ANOTHERS;

            await().atMost(PATIENCE).until(() -> acting.get() == 0);
        }
        assertThat(api.asked()).noneMatch(request -> request.contains("\"holderIdentity\":\"\""));
    }

    /// Its clock does not count, and neither does how old the Lease says it is.
    @Test
    void waiting_behindALeaseThatLooksLongExpired_waitsUntilItHasSeenItUnchangedForItsDuration() {
        lease = ANOTHERS.replace("\"another\"", "\"another\",\"renewTime\":\"2001-01-01T00:00:00.000000Z\"");
        long began = System.nanoTime();
        try (var waiting = lease()) {
            await().atMost(PATIENCE).until(() -> acting.get() == 1);

            assertThat(waiting.isHeld()).isTrue();
            assertThat(System.nanoTime() - began)
                    .isGreaterThanOrEqualTo(TERMS.duration().toNanos());
        }
    }

    @Test
    void terms_underWhichTheHolderMightEndTooLate_areRefused() {
        assertThatThrownBy(() ->
                        new ActingLease.Terms(Duration.ofSeconds(15), Duration.ofSeconds(14), Duration.ofSeconds(2)))
                .hasMessageContaining("renewDeadline and a retry must be below duration");
        assertThatThrownBy(() ->
                        new ActingLease.Terms(Duration.ofSeconds(15), Duration.ofSeconds(4), Duration.ofSeconds(2)))
                .hasMessageContaining("retry must be positive and at most a third of renewDeadline");
    }

    private ActingLease lease() {
        var lease = new ActingLease(
                server,
                new ActingLease.Place("here", "acting", "one"),
                TERMS,
                LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry()),
                () -> {
                    acting.incrementAndGet();
                    return () -> {
                        acting.decrementAndGet();
                        endedNanos.set(System.nanoTime());
                    };
                });
        lease.start();
        return lease;
    }
}
