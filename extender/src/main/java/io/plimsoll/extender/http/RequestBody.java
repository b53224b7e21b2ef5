package io.plimsoll.extender.http;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/// The bytes of one request as they come in; reused. Belongs to the event loop of the scheduler's port.
final class RequestBody {

    private static final int START_BYTES = 64 << 10;

    private byte[] bytes = new byte[START_BYTES];
    private int length;

    void clear() {
        length = 0;
    }

    void add(Buffer chunk, int bytesMax) {
        int wanted = length + chunk.length();
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(wanted, Math.min(bytesMax, 2 * bytes.length)));
        }
        chunk.getBytes(bytes, length);
        length = wanted;
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
