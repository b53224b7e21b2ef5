package io.plimsoll.kubernetes.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Connections that came in at a listening socket and are not Vert.x' yet, since their handshake is not done: it tells
/// of a connection no sooner. Stands at the socket; what is noted of a connection belongs to its event loop, of which
/// there is one.
///
///     socket ──► too many open? closed ──► handshake ──done──► ClientConnections
///                                            └─ one too many: the oldest of the address that has the most
///
/// Without this, whoever connects and says nothing costs some kilobytes for as long as a handshake may
/// take, as often as they like. Of the address that has the most the oldest goes, not the newest: an honest
/// handshake takes milliseconds, so that a flood has to bring as many as are allowed within these, from as many
/// addresses, to be in its way.
final class Handshakes extends ChannelInboundHandlerAdapter {

    static final int UNFINISHED_MAX = 128;

    private static final String NAME = "plimsoll-handshake";

    /// Sockets that may be accepted by one thread before the other has looked at them.
    private static final int BACKLOG_MAX = 256;

    private final int openMax;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    /// With their addresses, in the order in which they came.
    private final LinkedHashMap<Channel, String> unfinished = new LinkedHashMap<>();

    /// @param connectionsMax how many more may be open once their handshakes are done
    Handshakes(int connectionsMax) {
        this.openMax = connectionsMax + UNFINISHED_MAX + BACKLOG_MAX;
    }

    int openMax() {
        return openMax;
    }

    /// A socket was accepted; nothing has been made for it yet.
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof Channel client) {
            if (open.incrementAndGet() > openMax) {
                open.decrementAndGet();
                refused.incrementAndGet();
                client.unsafe().closeForcibly(); // which tells nobody of its end
                return;
            }
            client.closeFuture().addListener(end -> open.decrementAndGet());
            client.pipeline().addFirst(NAME, new Unfinished());
        }
        super.channelRead(context, message);
    }

    /// How many sockets were refused since this was last asked, since too many were open; any thread may ask.
    int takeRefused() {
        return refused.getAndSet(0);
    }

    /// What stands at the socket that a connection came in at; absent where that is no [PortLoop]'s.
    static Optional<Handshakes> at(Channel client) {
        return Optional.ofNullable(client.parent())
                .map(socket -> socket.pipeline().get(Handshakes.class));
    }

    /// The connection is Vert.x' now.
    static void done(Channel client) {
        if (client.pipeline().get(NAME) != null) {
            client.pipeline().remove(NAME);
        }
    }

    private static String address(Channel client) {
        return client.remoteAddress() instanceof InetSocketAddress remote ? remote.getHostString() : "";
    }

    private final class Unfinished extends ChannelInboundHandlerAdapter {

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            var address = address(context.channel());
            if (unfinished.size() >= UNFINISHED_MAX) {
                oldest(Crowd.of(unfinished.values(), address)).ifPresent(this::giveUp);
            }
            unfinished.put(context.channel(), address);
        }

        private Optional<Channel> oldest(Set<String> addresses) {
            return unfinished.entrySet().stream()
                    .filter(client -> addresses.contains(client.getValue()))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }

        /// Vert.x tells of it as a failed handshake.
        private void giveUp(Channel client) {
            unfinished.remove(client);
            ClientGuard.closeAtOnce(client);
        }

        /// Done, or closed.
        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            unfinished.remove(context.channel());
        }
    }
}
