package io.plimsoll.kubernetes.server;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/// The event loop of one port, at which no more sockets are open at one time than its limits allow.
/// What Vert.x tells of a connection comes after its handshake, which is too late for that; hence the
/// transport.
public final class PortLoop {

    private PortLoop() {}

    /// @param options of one event loop
    public static Vertx create(VertxOptions options, ClientLimits limits) {
        return Vertx.builder()
                .with(options.setEventLoopPoolSize(1))
                .withTransport(new Bounded(limits.connectionsMax()))
                .build();
    }

    private record Bounded(int connectionsMax) implements Transport {

        @Override
        public String name() {
            return "bounded";
        }

        @Override
        public boolean available() {
            return true;
        }

        @Override
        public Throwable unavailabilityCause() {
            throw new IllegalStateException("it is always available");
        }

        @Override
        public io.vertx.core.spi.transport.Transport implementation() {
            return new NioTransport() {
                @Override
                public void configure(NetServerOptions options, boolean isDomainSocket, ServerBootstrap bootstrap) {
                    super.configure(options, isDomainSocket, bootstrap);
                    bootstrap.handler(new Handshakes(connectionsMax));
                }
            };
        }
    }
}
