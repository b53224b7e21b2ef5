package io.plimsoll.extender.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of one reply, growing as it is written and reused for the next. Belongs to one thread.
public final class ReplyBuffer {

    private byte[] bytes = new byte[4096];
    private int length;

    public void clear() {
        length = 0;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public ReplyBuffer put(byte[] source) {
        return put(source, 0, source.length);
    }

    ReplyBuffer put(byte[] source, int from, int to) {
        int count = to - from;
        reserve(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    ReplyBuffer put(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /// @param number 0 to 99
    ReplyBuffer put(int number) {
        return number < 10
                ? put((char) ('0' + number))
                : put((char) ('0' + number / 10)).put(number % 10);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void reserve(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
    }
}
