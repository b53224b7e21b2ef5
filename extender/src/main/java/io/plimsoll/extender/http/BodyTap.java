package io.plimsoll.extender.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes the bytes of HTTP/1.1 bodies out of Netty's buffers right where they are to be, in place of a new
/// Vert.x buffer for each piece: a body of whole nodes is megabytes of garbage otherwise. Belongs to the event
/// loop of its connection.
///
/// A request's handler asks for its body while the head is delivered; a request that does not (it waits for
/// room, or for the answer to one sent before it on the same connection) gets its body from Vert.x as ever.
final class BodyTap extends ChannelInboundHandlerAdapter {

    private static final String NAME = "plimsoll-bodies";

    private @Nullable Consumer<ByteBuf> receiver;
    private boolean delivering;

    /// The taps of connections that have one.
    static final class OfConnections {

        private final Map<HttpConnection, BodyTap> taps = new HashMap<>();

        void opened(HttpConnection connection) {
            if (connection instanceof ConnectionBase base) {
                var tap = new BodyTap();
                var context = base.channelHandlerContext();
                context.pipeline().addBefore(context.name(), NAME, tap);
                taps.put(connection, tap);
            }
        }

        void closed(HttpConnection connection) {
            taps.remove(connection);
        }

        Optional<BodyTap> of(HttpConnection connection) {
            return Optional.ofNullable(taps.get(connection));
        }
    }

    /// Hands the body of the request whose head is being delivered to `receiver`; does nothing at any other
    /// moment.
    void receive(Consumer<ByteBuf> receiver) {
        if (delivering) {
            this.receiver = receiver;
        }
    }

    /// Leaves what is still to come to Vert.x, which stops reading while its request is paused.
    void stop() {
        receiver = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof HttpRequest) {
            receiver = null;
            delivering = true;
            try {
                super.channelRead(context, message);
            } finally {
                delivering = false;
            }
        } else if (message instanceof HttpContent content && receiver != null) {
            take(context, content, receiver);
        } else {
            super.channelRead(context, message);
        }
    }

    private void take(ChannelHandlerContext context, HttpContent content, Consumer<ByteBuf> taker) throws Exception {
        boolean isLast = content instanceof LastHttpContent;
        if (content.decoderResult().isFailure()) {
            super.channelRead(context, content);
            return;
        }
        try {
            taker.accept(content.content());
        } finally {
            ReferenceCountUtil.release(content);
        }
        if (isLast) {
            receiver = null;
            super.channelRead(context, LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }
}
