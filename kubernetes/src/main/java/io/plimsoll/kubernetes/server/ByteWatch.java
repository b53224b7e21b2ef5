package io.plimsoll.kubernetes.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/// Tells that bytes come in, before they are a request: what slow heads are known by. Sits on the way into the
/// decoder of its connection.
final class ByteWatch extends ChannelInboundHandlerAdapter {

    private final Runnable heard;

    private ByteWatch(Runnable heard) {
        this.heard = heard;
    }

    static void over(HttpConnection connection, Runnable heard) {
        if (connection instanceof ConnectionBase base) {
            var pipeline = base.channelHandlerContext().pipeline();
            var decoder = pipeline.context(HttpRequestDecoder.class);
            if (decoder != null) {
                pipeline.addBefore(decoder.name(), "plimsoll-bytes", new ByteWatch(heard));
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        heard.run();
        super.channelRead(context, message);
    }
}
