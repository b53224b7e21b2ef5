package io.plimsoll.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.plimsoll.kubernetes.LoopbackApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Against servers that begin to answer and then stall. The limits are short, the time out of the test long: only a
/// missing limit reaches it.
@Timeout(60)
class ApiServerTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void answer_stalledAfterItsFirstBytes_isBrokenOffAndSaysSo() throws Exception {
        try (var api = new LoopbackApi(exchange -> stall(exchange, 200));
                var server = new ApiServer(api.client());
                var answer = server.open("/stalled", new Patience(SHORT, LONG))) {
            assertThat(answer.readNBytes(5)).asString().isEqualTo("begun");

            assertThatThrownBy(answer::read)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("/stalled")
                    .hasMessageContaining("stalled for 200 ms");
            end.countDown();
        }
    }

    /// A byte now and then is no silence.
    @Test
    void answer_thatDripsForEver_isBrokenOffWhenItsWholeTimeIsOver() throws Exception {
        try (var api = new LoopbackApi(this::drip);
                var server = new ApiServer(api.client());
                var answer = server.open("/drips", new Patience(Duration.ofSeconds(30), SHORT))) {

            assertThatThrownBy(answer::readAllBytes)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("not complete after 200 ms");
            end.countDown();
        }
    }

    @Test
    void requests_moreThanMayBeOnTheirWay_waitForTheirTurnAndAreAllAnswered() throws Exception {
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        var full = new CountDownLatch(ApiServer.REQUESTS_MAX);
        try (var api = new LoopbackApi(exchange -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    full.countDown();
                    end.await();
                    atOnce.decrementAndGet();
                    LoopbackApi.json(exchange, 200, "{}");
                });
                var server = new ApiServer(api.client());
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<byte[]>>();
            for (int i = 0; i < 3 * ApiServer.REQUESTS_MAX; i++) {
                answers.add(callers.submit(() -> {
                    try (var answer = server.open("/one", Patience.of(Duration.ofSeconds(30)))) {
                        return answer.readAllBytes();
                    }
                }));
            }
            full.await();
            end.countDown();

            for (var answer : answers) {
                assertThat(answer.get()).asString().isEqualTo("{}");
            }
            assertThat(most).hasValue(ApiServer.REQUESTS_MAX);
        }
    }

    @Test
    void request_noTurnInTime_saysSo() throws Exception {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
                var server = new ApiServer(api.client())) {
            var open = new ArrayList<InputStream>();
            for (int i = 0; i < ApiServer.REQUESTS_MAX; i++) {
                open.add(server.open("/one", Patience.of(LONG)));
            }

            assertThatThrownBy(() -> server.open("/late", Patience.of(SHORT)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no turn for")
                    .hasMessageContaining("/late");

            open.getFirst().close();
            server.open("/late", Patience.of(LONG)).close();
            for (var answer : open) {
                answer.close();
            }
        }
    }

    @Test
    void refusal_whoseWordsStall_isStillThatRefusal() throws Exception {
        try (var api = new LoopbackApi(exchange -> stall(exchange, 410));
                var server = new ApiServer(api.client())) {

            assertThatThrownBy(() -> server.open("/refused", Patience.of(SHORT)))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.isExpired()).isTrue());
            end.countDown();
        }
    }

    /// Our own time passes while another answer, opened later, is waited for until it is broken off.
    @Test
    void answer_thatIsReadSlowlyByUs_isNotBrokenOff() throws Exception {
        try (var api = new LoopbackApi(exchange -> {
                    if (exchange.getRequestURI().getPath().equals("/stalled")) {
                        stall(exchange, 200);
                    } else {
                        LoopbackApi.json(exchange, 200, "x".repeat(100_000));
                    }
                });
                var server = new ApiServer(api.client());
                var slowlyRead = server.open("/whole", new Patience(SHORT, LONG))) {
            int first = slowlyRead.read();
            try (var stalled = server.open("/stalled", new Patience(SHORT.multipliedBy(2), LONG))) {
                assertThatThrownBy(stalled::readAllBytes).isInstanceOf(SocketTimeoutException.class);
            }

            assertThat(first).isEqualTo('x');
            assertThat(slowlyRead.readAllBytes()).hasSize(99_999);
            end.countDown();
        }
    }

    private void stall(HttpExchange exchange, int status) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(status, 0);
        exchange.getResponseBody().write("begun".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        end.await();
    }

    private void drip(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        while (!end.await(20, TimeUnit.MILLISECONDS)) {
            exchange.getResponseBody().write('.');
            exchange.getResponseBody().flush();
        }
    }
}
