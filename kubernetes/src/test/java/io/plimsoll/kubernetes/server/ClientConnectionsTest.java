package io.plimsoll.kubernetes.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpConnection;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientConnectionsTest {

    private static final String POD = "10.0.7.7";
    private static final String SERVER = "10.0.0.1";

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
    void opened_oneTooMany_isOfTheAddressThatHasTheMostThoughItsOwnWereServed() {
        serve(TestConnection.from(POD, "pod-1"), 0);
        serve(TestConnection.from(POD, "pod-2"), 2);
        connections.opened(TestConnection.from(SERVER, "server"), 1);

        assertThat(victimOf(POD, "pod-3")).isEqualTo("pod-1");
        assertThat(victimOf(POD, "pod-4")).isEqualTo("pod-3");
    }

    @Test
    void opened_oneTooManyOfAnAddress_sparesTheOneThatWasServedThoughTheOthersAreBusy() {
        serve(TestConnection.from(SERVER, "scheduler"), 0);
        for (var name : List.of("slow-1", "slow-2")) {
            var slow = TestConnection.from(SERVER, name);
            connections.opened(slow, 1);
            connections.receiving(name, slow, 1);
        }

        assertThat(victimOf(SERVER, "slow-3")).isEqualTo("slow-1");
    }

    @Test
    void opened_oneTooManyOfManyAddresses_sparesTheFirstCallOfOneThoughTheOthersWereServed() {
        serve(TestConnection.from("10.0.7.1", "pod-1"), 1);
        serve(TestConnection.from("10.0.7.2", "pod-2"), 2);
        var server = TestConnection.from(SERVER, "server");
        connections.opened(server, 0);
        connections.receiving("call", server, 0);

        assertThat(victimOf("10.0.7.3", "pod-3")).isEqualTo("pod-1");
    }

    @Test
    void opened_oneTooManyAndAllOfTheFloodBusy_isOfTheFloodAllTheSame() {
        for (var name : List.of("pod-1", "pod-2")) {
            var flood = TestConnection.from(POD, name);
            connections.opened(flood, 0);
            connections.receiving(name, flood, 0);
        }
        connections.opened(TestConnection.from(SERVER, "server"), 0);

        assertThat(victimOf(POD, "pod-3")).isEqualTo("pod-1");
    }

    /// Two of each with the newcomer, so that one of its own is the quietest.
    @Test
    void opened_oneTooManyFromAnAddressThatHasOne_countsTheNewcomer() {
        connections.opened(TestConnection.from(POD, "pod"), 0);
        connections.opened(TestConnection.from(SERVER, "server-1"), 1);
        connections.opened(TestConnection.from(SERVER, "server-2"), 2);

        assertThat(victimOf(POD, "pod-2")).isEqualTo("pod");
    }

    @Test
    void opened_oneTooManyFromAddressesThatAreNotKnown_countAsOne() {
        connections.opened(TestConnection.from(SERVER, "server"), 0);
        connections.opened(TestConnection.named("second"), 1);
        connections.opened(TestConnection.named("third"), 2);

        assertThat(connections.opened(TestConnection.named("fourth"), 3).map(Object::toString))
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

    private void serve(HttpConnection client, long nowMillis) {
        connections.opened(client, nowMillis);
        connections.receiving("call", client, nowMillis);
        connections.over("call", nowMillis);
    }

    private String victimOf(String host, String name) {
        return connections
                .opened(TestConnection.from(host, name), 10)
                .orElseThrow()
                .toString();
    }
}
