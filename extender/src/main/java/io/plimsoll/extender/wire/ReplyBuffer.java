package io.plimsoll.extender.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One reply, reused for the next. Belongs to one thread.
///
/// What is echoed in one long piece (all names, a whole node) is not copied but kept as a range of the request's
/// body, which therefore has to stay as it is until the reply is sent:
///
///     own bytes   {"Nodes":            ,"NodeNames":null,…}
///     body                 {…60 MB…}
public final class ReplyBuffer {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int START_BYTES = 4 << 10;
    private static final int KEPT_BYTES_MAX = 1 << 20;
    private static final int RANGE_BYTES_MIN = 4 << 10;
    private static final int RANGES_KEPT_MAX = 1_000;

    /// Takes the pieces of a reply in their order.
    public interface Pieces {
        void piece(byte[] bytes, int from, int to);
    }

    private byte[] bytes = new byte[START_BYTES];
    private int length;
    private byte[] body = {};
    private int ranges;
    /// For each range: how many own bytes come before it, where it begins and where it ends.
    private int[] rangeAt = new int[4];

    private int[] rangeFrom = new int[4];
    private int[] rangeTo = new int[4];
    private int rangeBytes;

    /// Empties it and lets go of the body, and of what only a huge reply needs.
    public void clear() {
        length = 0;
        ranges = 0;
        rangeBytes = 0;
        body = new byte[0];
        if (bytes.length > KEPT_BYTES_MAX) {
            bytes = new byte[START_BYTES];
        }
        if (rangeAt.length > RANGES_KEPT_MAX) {
            rangeAt = new int[4];
            rangeFrom = new int[4];
            rangeTo = new int[4];
        }
    }

    public int length() {
        return length + rangeBytes;
    }

    /// Bytes of memory that it keeps, without the body.
    public int capacity() {
        return bytes.length;
    }

    /// Whether nothing of it lies in the body, but all in [#own].
    public boolean isOnePiece() {
        return ranges == 0;
    }

    public byte[] own() {
        return bytes;
    }

    public void forEachPiece(Pieces pieces) {
        int from = 0;
        for (int i = 0; i < ranges; i++) {
            if (rangeAt[i] > from) {
                pieces.piece(bytes, from, rangeAt[i]);
            }
            pieces.piece(body, rangeFrom[i], rangeTo[i]);
            from = rangeAt[i];
        }
        if (length > from) {
            pieces.piece(bytes, from, length);
        }
    }

    /// Copies bytes into the reply.
    public ReplyBuffer put(byte[] source) {
        int at = room(source.length);
        System.arraycopy(source, 0, bytes, at, source.length);
        return this;
    }

    /// Echoes a part of the request's body, which is one and the same for the whole reply.
    ReplyBuffer echo(byte[] body, int from, int to) {
        int count = to - from;
        if (count >= RANGE_BYTES_MIN) {
            range(body, from, to);
        } else {
            int at = room(count);
            System.arraycopy(body, from, bytes, at, count);
        }
        return this;
    }

    ReplyBuffer put(char ascii) {
        int at = room(1);
        bytes[at] = (byte) ascii;
        return this;
    }

    /// Makes room for `count` bytes, which the caller then writes, and returns where.
    private int room(int count) {
        int at = length;
        if (at + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(at + count, bytes.length * 2));
        }
        length = at + count;
        return at;
    }

    private void range(byte[] source, int from, int to) {
        body = source;
        if (ranges == rangeAt.length) {
            rangeAt = Arrays.copyOf(rangeAt, ranges * 4);
            rangeFrom = Arrays.copyOf(rangeFrom, ranges * 4);
            rangeTo = Arrays.copyOf(rangeTo, ranges * 4);
        }
        rangeAt[ranges] = length;
        rangeFrom[ranges] = from;
        rangeTo[ranges] = to;
        ranges++;
        rangeBytes += to - from;
    }

    // Scores

    private static final int HOST_BYTES = 9;
    private static final int SCORE_BYTES_MAX = 14;
    /// `{"Host":`, a quote after it; then a name; then `","Score"`, a colon, one or two digits, `},`.
    private static final long HOST = word("{\"Host\":");

    private static final long SCORE = word("\",\"Score");

    /// Writes `{"Host":"name","Score":7},`, eight bytes at a time where it can: it is most of what is ever sent.
    ///
    /// @param score 0 to 99
    void hostAndScore(byte[] body, int nameFrom, int nameTo, int score) {
        int count = nameTo - nameFrom;
        int at = room(HOST_BYTES + count + SCORE_BYTES_MAX);
        LONGS.set(bytes, at, HOST);
        bytes[at + 8] = '"';
        at += HOST_BYTES;
        copy(body, nameFrom, at, count);
        at += count;
        LONGS.set(bytes, at, SCORE);
        bytes[at + 8] = '"';
        bytes[at + 9] = ':';
        at += 10;
        if (score >= 10) {
            bytes[at++] = (byte) ('0' + score / 10);
        }
        bytes[at++] = (byte) ('0' + score % 10);
        bytes[at++] = '}';
        bytes[at++] = ',';
        length = at;
    }

    /// Copies a few dozen bytes, in words where it may write over its end: what comes after is not there yet.
    private void copy(byte[] source, int from, int to, int count) {
        if (from + count + 8 > source.length) {
            System.arraycopy(source, from, bytes, to, count);
            return;
        }
        for (int i = 0; i < count; i += 8) {
            LONGS.set(bytes, to + i, (long) LONGS.get(source, from + i));
        }
    }

    /// Takes the last byte back.
    void dropLast() {
        length--;
    }

    private static long word(String eightBytes) {
        return (long) LONGS.get(eightBytes.getBytes(StandardCharsets.US_ASCII), 0);
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        forEachPiece((piece, from, to) -> text.append(new String(piece, from, to - from, StandardCharsets.UTF_8)));
        return text.toString();
    }
}
