package io.plimsoll.kubernetes.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpConnection;
import org.junit.jupiter.api.Test;

class ListeningTimeTest {

    private static final int INTERVAL_MILLIS = 250;

    private long millis = 1_000_000;
    private final ListeningTime time = new ListeningTime(() -> millis, INTERVAL_MILLIS);
    private final ClientConnections connections =
            new ClientConnections(new ClientLimits(1 << 20, 2 << 20, 3, 5_000, 500, 120_000));
    private final HttpConnection connection = TestConnection.named("first");

    @Test
    void beat_theLoopComesRoundInTime_judgesByTheTimeUpToTheBeatBefore() {
        assertThat(beatAfter(250)).isZero();
        assertThat(beatAfter(250)).isEqualTo(250);
        assertThat(beatAfter(100)).isEqualTo(500);
        assertThat(beatAfter(250)).isEqualTo(600);
    }

    @Test
    void nowMillis_betweenBeats_runsForOneInterval() {
        millis += 100;
        assertThat(time.nowMillis()).isEqualTo(100);

        millis += 5_000;
        assertThat(time.nowMillis()).isEqualTo(250);
    }

    @Test
    void overdue_loopStoodStillForFiveSeconds_closesNobody() {
        connections.opened(connection, time.nowMillis());
        connections.receiving("call", connection, time.nowMillis());

        assertThat(connections.overdue(beatAfter(5_000))).isEmpty();
        // In the time up to here its bytes were read.
        assertThat(connections.overdue(beatAfter(250))).isEmpty();
    }

    @Test
    void overdue_slowClientAfterAStall_isClosedAfterItsTime() {
        connections.opened(connection, time.nowMillis());
        connections.receiving("call", connection, time.nowMillis());
        connections.overdue(beatAfter(5_000));

        // 250 ms for the stall, 250 for each beat but the last.
        assertThat(connections.overdue(beatAfter(250))).isEmpty();
        assertThat(connections.overdue(beatAfter(250))).isEmpty();
        assertThat(connections.overdue(beatAfter(250))).containsExactly(connection);
    }

    @Test
    void overdue_loopAlwaysLate_stillClosesSlowClients() {
        connections.opened(connection, time.nowMillis());
        connections.receiving("call", connection, time.nowMillis());

        for (int beat = 1; beat <= 3; beat++) {
            assertThat(connections.overdue(beatAfter(5_000))).isEmpty();
        }
        assertThat(connections.overdue(beatAfter(5_000))).containsExactly(connection);
    }

    private long beatAfter(long passedMillis) {
        millis += passedMillis;
        return time.beat();
    }
}
