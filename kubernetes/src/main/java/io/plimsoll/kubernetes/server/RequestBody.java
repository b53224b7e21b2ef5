package io.plimsoll.kubernetes.server;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;

/// The bytes of one request as they come in. Belongs to the event loop of its port.
///
/// Where the length is declared the bytes have room for it once the first of them came, so that little is copied
/// twice; where it is not they double, up to the largest body.
public final class RequestBody {

    private byte[] bytes;
    private int length;

    public RequestBody(int capacity) {
        bytes = new byte[capacity];
    }

    void clear() {
        length = 0;
    }

    /// @param bytesMax the largest body; the caller has seen to it that the chunk still fits
    public void add(ByteBuf chunk, int bytesMax) {
        int count = chunk.readableBytes();
        int wanted = length + count;
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(wanted, (int) Math.min(bytesMax, 2L * bytes.length)));
        }
        chunk.getBytes(chunk.readerIndex(), bytes, length, count);
        length = wanted;
    }

    public void add(Buffer chunk, int bytesMax) {
        add(((BufferInternal) chunk).getByteBuf(), bytesMax);
    }

    /// Makes room for a body of that length at once.
    public void reserve(int capacity) {
        if (capacity > bytes.length) {
            bytes = Arrays.copyOf(bytes, capacity);
        }
    }

    /// Where they lie; those from [#length] on are of others.
    public byte[] bytes() {
        return bytes;
    }

    /// As many as came: a copy, unless there was room for just these.
    public byte[] whole() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    public int length() {
        return length;
    }

    int capacity() {
        return bytes.length;
    }
}
