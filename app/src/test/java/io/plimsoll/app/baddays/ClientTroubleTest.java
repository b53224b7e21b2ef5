package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.HostileClient.FILTER;
import static io.plimsoll.app.baddays.HostileClient.PRIORITIZE;
import static io.plimsoll.app.baddays.Roadstead.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Other clients of the scheduler's port misbehave while a real scheduler asks.
@BadDays
class ClientTroubleTest {
    private static final int PODS = 60;
    /// Twice one of everything that may be cached or pooled on the way.
    private static final int THREADS_MORE_MAX = 8;
    private static final int FILES_MORE_MAX = 12;

    private static final byte[] TOO_LARGE = HostileClient.bytes(65 << 20, ' ');

    private Roadstead roadstead;
    private ServedPlimsoll plimsoll;
    private HostileClient hostile;
    private String day;

    @BeforeEach
    void begin(Roadstead roadstead) {
        this.roadstead = roadstead;
        plimsoll = ServedPlimsoll.start(
                roadstead, ServeOptions.DEFAULT.with("--set", "scheduler-port.request-millis-max=2000"));
        hostile = new HostileClient(plimsoll.schedulerPort());
        roadstead.scheduleWith(plimsoll.schedulerPort());
        day = roadstead.newNamespace();
        roadstead.deploy(day, "before", 10);
        roadstead.awaitBound(day, "before", 10);
    }

    @AfterEach
    void end() {
        plimsoll.close();
        roadstead.forget(day);
    }

    @Test
    void pods_besideClientsThatTalkNonsense_areAdvisedAllTheSame() throws Exception {
        var before = plimsoll.holdings();
        double decided = plimsoll.decided();
        var stop = new AtomicBoolean();
        // On a thread of its own: the tests' client of the API server lives in the common pool.
        var nonsense = new FutureTask<Void>(
                () -> {
                    do {
                        talkNonsense();
                    } while (!stop.get());
                },
                null);
        Thread.ofPlatform().name("nonsense").daemon().start(nonsense);

        roadstead.deploy(day, "web", PODS);
        roadstead.awaitBound(day, "web", PODS);

        stop.set(true);
        nonsense.get(60, TimeUnit.SECONDS);
        assertThat(plimsoll.isAlive()).isTrue();
        assertThat(plimsoll.decided() - decided).isGreaterThanOrEqualTo(PODS * 0.9);
        var metrics = plimsoll.metrics();
        for (var cause : List.of("too-large", "truncated", "too-deep", "wrong-type")) {
            assertThat(metrics.sum("plimsoll_extender_refused_total", "cause=\"" + cause + "\""))
                    .as(cause)
                    .isPositive();
        }
        assertThat(metrics.sum("plimsoll_extender_neutral_total", "cause=\"no-known-node\""))
                .isPositive();
        eventually().untilAsserted(() -> assertHeldNoMoreThan(before));
    }

    /// One of each kind; what it must be answered is what a client needs to find its mistake.
    private void talkNonsense() {
        String deep = "[".repeat(100_000);
        String pod =
                "{\"Pod\":{\"metadata\":{\"name\":\"p\",\"namespace\":\"n\",\"uid\":\"u\"},\"spec\":{\"containers\":[]}}";
        assertThat(hostile.send("POST", PRIORITIZE, TOO_LARGE)).isIn(413, -1);
        assertThat(hostile.send("POST", PRIORITIZE, "{\"Pod\":{\"metadata\"")).isEqualTo(400);
        assertThat(hostile.send("POST", PRIORITIZE, "{\"Pod\":".getBytes(StandardCharsets.UTF_8), 1 << 20))
                .isIn(400, -1);
        assertThat(hostile.send("POST", FILTER, deep)).isEqualTo(400);
        assertThat(hostile.send("POST", FILTER, "{\"Pod\":" + deep)).isEqualTo(400);
        assertThat(hostile.send("POST", FILTER, pod + ",\"NodeNames\":7}")).isEqualTo(400);
        assertThat(hostile.send("GET", FILTER, "")).isEqualTo(405);
        assertThat(hostile.send("POST", "/scheduler/nonsense", "{}")).isEqualTo(404);
        assertThat(hostile.send("POST", PRIORITIZE, pod + ",\"NodeNames\":[]}")).isEqualTo(200);
        assertThat(hostile.send("POST", PRIORITIZE, pod + ",\"NodeNames\":[\"nowhere\"]}"))
                .isEqualTo(200);
        assertThat(hostile.send("POST", PRIORITIZE, pod + ",\"NodeNames\":[\"berth-1\",\"berth-1\"]}"))
                .isEqualTo(200);
    }

    @Test
    void pods_besideManySlowClients_areAdvisedAndTheSlowOnesAreClosed() throws IOException {
        var before = plimsoll.holdings();
        double decided = plimsoll.decided();
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slow.add(hostile.sendSlowly());
        }

        roadstead.deploy(day, "web", PODS);
        roadstead.awaitBound(day, "web", PODS);

        assertThat(plimsoll.decided() - decided).isGreaterThanOrEqualTo(PODS * 0.9);
        eventually().untilAsserted(() -> assertThat(slow).allMatch(HostileClient::isClosed));
        for (var socket : slow) {
            socket.close();
        }
        var metrics = plimsoll.metrics();
        // The scheduler's own connection may be among those that were too many; it opens another.
        assertThat(metrics.sum("plimsoll_extender_connections_closed_total")).isBetween(100.0, 105.0);
        eventually().untilAsserted(() -> assertHeldNoMoreThan(before));
    }

    private void assertHeldNoMoreThan(ServedPlimsoll.Holdings before) {
        var now = plimsoll.holdings();
        assertThat(now.threads()).as("threads").isLessThanOrEqualTo(before.threads() + THREADS_MORE_MAX);
        assertThat(now.files()).as("open files").isLessThanOrEqualTo(before.files() + FILES_MORE_MAX);
    }
}
