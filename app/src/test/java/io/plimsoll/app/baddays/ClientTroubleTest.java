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
    private static final int SLOW = 100;

    private static final String POD =
            "{\"Pod\":{\"metadata\":{\"name\":\"p\",\"namespace\":\"n\",\"uid\":\"u\"},\"spec\":{\"containers\":[]}}";
    private static final int TOO_LARGE = 60_000_000;
    private static final int LARGE = 15 << 20;

    private Roadstead roadstead;
    private ServedPlimsoll plimsoll;
    private HostileClient hostile;
    private String day;

    @BeforeEach
    void begin(Roadstead roadstead) {
        this.roadstead = roadstead;
        plimsoll = ServedPlimsoll.start(
                roadstead,
                ServeOptions.DEFAULT
                        .with("--set", "scheduler-port.request-millis-max=2000")
                        .with("--set", "decisions.kept=10000"));
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
        plimsoll.advice().assertGivenFor(roadstead.boundPods(day, "web"));
        var metrics = plimsoll.metrics();
        for (var cause : List.of("too-large", "truncated", "too-deep", "wrong-type")) {
            assertThat(metrics.sum("plimsoll_extender_refused_total", "cause=\"" + cause + "\""))
                    .as(cause)
                    .isPositive();
        }
        for (var cause : List.of("no-known-node", "too-large")) {
            assertThat(metrics.sum("plimsoll_extender_neutral_total", "cause=\"" + cause + "\""))
                    .as(cause)
                    .isPositive();
        }
        plimsoll.awaitHoldsNoMoreThan(before);
    }

    /// One of each kind; what it must be answered is what a client needs to find its mistake.
    private void talkNonsense() {
        String deep = "[".repeat(100_000);
        assertThat(hostile.sendHead("POST", FILTER, TOO_LARGE)).isEqualTo(413);
        // No scores are a neutral answer, whatever was asked; filter has none for nodes that it does not know.
        assertThat(hostile.sendHead("POST", PRIORITIZE, TOO_LARGE)).isEqualTo(200);
        // So is one that goes on sending all the same.
        assertThat(hostile.send("POST", FILTER, HostileClient.bytes(TOO_LARGE, ' ')))
                .isEqualTo(413);
        assertThat(hostile.send("POST", PRIORITIZE, "{\"Pod\":{\"metadata\"")).isEqualTo(400);
        // It ends its side before all is there that it promised: there is nobody left to answer.
        assertThat(hostile.send("POST", PRIORITIZE, "{\"Pod\":".getBytes(StandardCharsets.UTF_8), 1 << 20))
                .isEqualTo(-1);
        assertThat(hostile.send("POST", PRIORITIZE, "")).isEqualTo(400);
        assertThat(hostile.send("POST", FILTER, deep)).isEqualTo(400);
        assertThat(hostile.send("POST", FILTER, "{\"Pod\":" + deep)).isEqualTo(400);
        assertThat(hostile.send("POST", FILTER, POD + ",\"NodeNames\":7}")).isEqualTo(400);
        assertThat(hostile.send("POST", FILTER, POD + "}")).isEqualTo(200);
        assertThat(hostile.send("GET", FILTER, "")).isEqualTo(405);
        assertThat(hostile.send("POST", "/scheduler/nonsense", "{}")).isEqualTo(404);
        assertThat(hostile.send("POST", PRIORITIZE, POD + ",\"NodeNames\":[]}")).isEqualTo(200);
        assertThat(hostile.send("POST", PRIORITIZE, POD + ",\"NodeNames\":[\"nowhere\"]}"))
                .isEqualTo(200);
        assertThat(hostile.send("POST", PRIORITIZE, POD + ",\"NodeNames\":[\"berth-1\",\"berth-1\"]}"))
                .isEqualTo(200);
        assertThat(hostile.send("POST", PRIORITIZE, large())).isEqualTo(200);
    }

    /// A sound request of [#LARGE] bytes, nearly all of them in a field that nobody reads.
    private static byte[] large() {
        byte[] body = HostileClient.bytes(LARGE, 'x');
        byte[] start = (POD + ",\"NodeNames\":[\"berth-1\",\"berth-2\"],\"More\":\"").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(start, 0, body, 0, start.length);
        body[LARGE - 2] = '"';
        body[LARGE - 1] = '}';
        return body;
    }

    @Test
    void pods_besideManySlowClients_areAdvisedAndTheSlowOnesAreClosed() throws IOException {
        var before = plimsoll.holdings();
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < SLOW; i++) {
            slow.add(hostile.sendSlowly());
        }

        roadstead.deploy(day, "web", PODS);
        roadstead.awaitBound(day, "web", PODS);

        plimsoll.advice().assertGivenFor(roadstead.boundPods(day, "web"));
        eventually().untilAsserted(() -> assertThat(slow).allMatch(HostileClient::isClosed));
        for (var socket : slow) {
            socket.close();
        }
        // A spare connection of the scheduler that it never used may be among those that were too many.
        assertThat(plimsoll.metrics().sum("plimsoll_extender_connections_closed_total"))
                .isBetween((double) SLOW, SLOW + 1.0);
        plimsoll.awaitHoldsNoMoreThan(before);
    }
}
