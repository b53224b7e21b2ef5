package io.plimsoll.extender.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.plimsoll.extender.wire.ReplyBuffer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;

/// A reply on its way out, from where it lies: Netty copies it once, into memory that the socket reads. What is
/// longer than a slice goes slice by slice, each when the one before is gone, so that a slow client does not
/// make us hold all of it twice.
final class Sending {

    static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final int SLICE_BYTES = 1 << 20;

    private final ByteBuf reply;
    private int sent;

    private Sending(ByteBuf reply) {
        this.reply = reply;
    }

    /// @param reply must stay as it is until it is sent
    static Sending of(ReplyBuffer reply) {
        return new Sending(
                reply.isOnePiece() ? Unpooled.wrappedBuffer(reply.own(), 0, reply.length()) : composed(reply));
    }

    private static ByteBuf composed(ReplyBuffer reply) {
        var whole = new CompositeByteBuf(UnpooledByteBufAllocator.DEFAULT, false, Integer.MAX_VALUE);
        reply.forEachPiece(
                (bytes, from, to) -> whole.addComponent(true, Unpooled.wrappedBuffer(bytes, from, to - from)));
        return whole;
    }

    Future<Void> to(HttpServerResponse response) {
        int length = reply.readableBytes();
        response.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        if (length <= SLICE_BYTES) {
            return response.end(slice(length));
        }
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
        return rest(response);
    }

    private Future<Void> rest(HttpServerResponse response) {
        int left = reply.readableBytes() - sent;
        return left <= SLICE_BYTES
                ? response.end(slice(left))
                : response.write(slice(SLICE_BYTES)).compose(done -> rest(response));
    }

    private Buffer slice(int length) {
        var slice = length == reply.readableBytes() ? reply : reply.slice(sent, length);
        sent += length;
        return BufferInternal.buffer(slice);
    }
}
