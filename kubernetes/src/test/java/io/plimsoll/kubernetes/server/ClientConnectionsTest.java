package io.plimsoll.kubernetes.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpConnection;
import org.junit.jupiter.api.Test;

class ClientConnectionsTest {

    private final ClientConnections connections =
            new ClientConnections(new ClientLimits(1 << 20, 2 << 20, 3, 5_000, 1_000, 120_000));
    private final HttpConnection connection = TestConnection.named("first");

    @Test
    void overdue_streamThatNeverEnds_isSoThoughOthersOnTheSameConnectionGoOn() {
        connections.opened(connection, 0);
        connections.receiving("stuck", connection, 0);
        for (int millis = 100; millis <= 1_100; millis += 100) {
            connections.receiving("call-" + millis, connection, millis);
            connections.over("call-" + millis, millis);
        }

        assertThat(connections.overdue(1_000)).isEmpty();
        assertThat(connections.overdue(1_001)).containsExactly(connection);
    }

    @Test
    void overdue_connectionWithNothingOpen_isIdle() {
        connections.opened(connection, 0);
        connections.receiving("call", connection, 0);
        connections.over("call", 10);

        assertThat(connections.overdue(120_010)).isEmpty();
        assertThat(connections.overdue(120_011)).containsExactly(connection);
    }

    @Test
    void overdue_connectionThatNeverSaidAnything_isKeptLikeAnIdleOne() {
        connections.opened(connection, 0);

        assertThat(connections.overdue(120_000)).isEmpty();
        assertThat(connections.overdue(120_001)).containsExactly(connection);
    }

    @Test
    void overdue_headThatNeverEnds_isSoAfterTheTimeForARequestOnAnyConnection() {
        connections.opened(connection, 0);
        connections.receiving("call", connection, 0);
        connections.over("call", 10);
        connections.heard(connection, 50_000);
        connections.heard(connection, 50_900);

        assertThat(connections.overdue(51_000)).isEmpty();
        assertThat(connections.overdue(51_001)).containsExactly(connection);
    }

    @Test
    void overdue_requestThatTookLongForItsHead_hasOnlyTheRestOfItsTime() {
        connections.opened(connection, 0);
        connections.heard(connection, 100);
        connections.receiving("call", connection, 900);

        assertThat(connections.overdue(1_100)).isEmpty();
        assertThat(connections.overdue(1_101)).containsExactly(connection);
    }

    @Test
    void overdue_bytesOfABodyComeIn_doNotChangeItsTime() {
        connections.opened(connection, 0);
        connections.receiving("call", connection, 0);
        connections.heard(connection, 900);

        assertThat(connections.overdue(1_001)).containsExactly(connection);
    }

    @Test
    void opened_oneTooMany_namesTheQuietest() {
        connections.opened(connection, 0);
        connections.opened(TestConnection.named("second"), 1);
        connections.opened(TestConnection.named("third"), 2);
        connections.receiving("call", connection, 3);

        assertThat(connections.opened(TestConnection.named("fourth"), 4).map(Object::toString))
                .contains("second");
        assertThat(connections.count()).isEqualTo(3);
    }

    @Test
    void opened_oneTooMany_sparesTheFirstCallOfAClient() {
        connections.opened(connection, 0);
        connections.receiving("call", connection, 1);
        connections.opened(TestConnection.named("second"), 2);
        connections.opened(TestConnection.named("third"), 3);

        assertThat(connections.opened(TestConnection.named("fourth"), 4).map(Object::toString))
                .contains("second");
    }

    @Test
    void opened_oneTooMany_sparesThoseThatWereServed() {
        connections.opened(connection, 0);
        connections.receiving("call", connection, 1);
        connections.over("call", 2);
        connections.opened(TestConnection.named("second"), 3);
        connections.opened(TestConnection.named("third"), 4);

        assertThat(connections.opened(TestConnection.named("fourth"), 5).map(Object::toString))
                .contains("second");
    }

    @Test
    void receiving_onAConnectionAlreadyClosed_leavesNothingBehind() {
        connections.opened(connection, 0);
        connections.closed(connection);

        connections.receiving("late", connection, 1);
        connections.over("late", 2);

        assertThat(connections.count()).isZero();
        assertThat(connections.overdue(Long.MAX_VALUE)).isEmpty();
    }
}
