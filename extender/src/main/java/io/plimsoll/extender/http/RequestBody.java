package io.plimsoll.extender.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The bytes of one request as they come in. Belongs to the event loop of the scheduler's port.
///
/// Where the length is declared the bytes have room for it once the first of them came, so that little is copied
/// twice; where it is not they double, up to the largest body.
final class RequestBody {

    private byte[] bytes;
    private int length;

    RequestBody(int capacity) {
        bytes = new byte[capacity];
    }

    void clear() {
        length = 0;
    }

    /// @param bytesMax the largest body; the caller has seen to it that the chunk still fits
    void add(ByteBuf chunk, int bytesMax) {
        int count = chunk.readableBytes();
        int wanted = length + count;
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(wanted, (int) Math.min(bytesMax, 2L * bytes.length)));
        }
        chunk.getBytes(chunk.readerIndex(), bytes, length, count);
        length = wanted;
    }

    /// Makes room for a body of that length at once.
    void reserve(int capacity) {
        if (capacity > bytes.length) {
            bytes = Arrays.copyOf(bytes, capacity);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    int capacity() {
        return bytes.length;
    }
}
