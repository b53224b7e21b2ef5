package io.plimsoll.kubernetes.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakesTest {

    private final Handshakes handshakes = new Handshakes(10);
    private final EmbeddedChannel socket = new EmbeddedChannel(handshakes);
    private final List<EmbeddedChannel> clients = new ArrayList<>();

    @AfterEach
    void end() {
        clients.forEach(EmbeddedChannel::finishAndReleaseAll);
        socket.finishAndReleaseAll();
    }

    @Test
    void accepted_asManyAsAllowed_areAllLeftOpen() {
        accept(Handshakes.UNFINISHED_MAX);

        assertThat(clients).allMatch(EmbeddedChannel::isOpen);
    }

    @Test
    void accepted_oneTooMany_closesTheOldestThatIsNotDone() {
        accept(Handshakes.UNFINISHED_MAX);
        Handshakes.done(clients.getFirst());
        accept(2);

        assertThat(clients.get(0).isOpen()).isTrue();
        assertThat(clients.get(1).isOpen()).isFalse();
        assertThat(clients.subList(2, clients.size())).allMatch(EmbeddedChannel::isOpen);
    }

    @Test
    void accepted_oneTooMany_closesTheOldestOfTheAddressThatHasTheMost() {
        accept("10.0.0.1", 2);
        accept("10.0.7.7", Handshakes.UNFINISHED_MAX - 2);
        accept("10.0.0.2", 1);

        assertThat(clients.get(2).isOpen()).isFalse();
        assertThat(clients).filteredOn(client -> !client.isOpen()).hasSize(1);
    }

    @Test
    void accepted_afterOthersWentThemselves_closesNobody() {
        accept(Handshakes.UNFINISHED_MAX);
        clients.getFirst().finishAndReleaseAll();
        accept(1);

        assertThat(clients.subList(1, clients.size())).allMatch(EmbeddedChannel::isOpen);
    }

    @Test
    void accepted_moreThanMayBeOpenAtAll_areClosedBeforeAnythingIsMadeForThem() {
        for (int i = 0; i < handshakes.openMax(); i++) {
            accept(1);
            Handshakes.done(clients.getLast());
        }
        accept(1);

        assertThat(clients.getLast().isOpen()).isFalse();
        assertThat(handshakes.takeRefused()).isEqualTo(1);
        assertThat(handshakes.takeRefused()).isZero();

        clients.getFirst().finishAndReleaseAll();
        accept(1);

        assertThat(clients.getLast().isOpen()).isTrue();
    }

    private void accept(int count) {
        accept("10.0.0.1", count);
    }

    private void accept(String host, int count) {
        for (int i = 0; i < count; i++) {
            var client = new EmbeddedChannel() {
                @Override
                protected SocketAddress remoteAddress0() {
                    return new InetSocketAddress(host, 40_000);
                }
            };
            clients.add(client);
            socket.writeInbound(client);
        }
    }
}
