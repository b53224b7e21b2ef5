package io.plimsoll.kubernetes.usage;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An answer on its way from Vert.x, whose event loop writes it, to one thread of ours, which reads and blocks.
///
/// At most [#PIECES_MAX] pieces (of about 8 KiB) wait in between; beyond that Vert.x is told to stop reading the
/// connection. An answer of 50 MB thus occupies two.
final class AnswerPipe extends InputStream implements WriteStream<Buffer> {

    private static final int PIECES_MAX = 256;

    private final Buffer end = Buffer.buffer();
    private final Vertx vertx;
    private final Duration patience;
    private final long startNanos = System.nanoTime();
    private final BlockingQueue<Buffer> pieces = new LinkedBlockingQueue<>();
    private volatile @Nullable Handler<Void> drain;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;
    private Buffer current = Buffer.buffer();
    private int position;

    /// @param patience from now until the end is read
    AnswerPipe(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    // The reader

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        while (position == current.length()) {
            if (current == end) {
                return -1;
            }
            current = next();
            position = 0;
        }
        int count = Math.min(length, current.length() - position);
        current.getBytes(position, position + count, buffer, from);
        position += count;
        return count;
    }

    private Buffer next() throws IOException {
        try {
            var piece = pieces.poll(remainingNanos(), TimeUnit.NANOSECONDS);
            if (piece == null) {
                throw new SocketTimeoutException("no complete answer within " + patience.toMillis() + " ms");
            }
            var broken = failure;
            if (piece == end && broken != null) {
                throw new IOException(String.valueOf(broken), broken);
            }
            wakeWhenDrained();
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// What is left of the patience.
    long remainingNanos() {
        return Math.max(0, patience.toNanos() - (System.nanoTime() - startNanos));
    }

    /// Lets the rest pass by unread.
    @Override
    public void close() {
        closed = true;
        pieces.clear();
        wakeWhenDrained();
    }

    // The event loop

    @Override
    public Future<Void> write(Buffer piece) {
        if (!closed) {
            pieces.add(piece);
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> end() {
        pieces.add(end);
        return Future.succeededFuture();
    }

    /// Ends the answer where it is, for that reason.
    void fail(Throwable cause) {
        failure = cause;
        pieces.add(end);
    }

    @Override
    public boolean writeQueueFull() {
        return !closed && pieces.size() >= PIECES_MAX;
    }

    @Override
    public AnswerPipe drainHandler(@Nullable Handler<Void> handler) {
        drain = handler;
        wakeWhenDrained();
        return this;
    }

    /// Asked after each change of the queue and of the handler, so that neither can miss the other.
    private void wakeWhenDrained() {
        var handler = drain;
        if (handler != null && pieces.size() <= PIECES_MAX / 2) {
            drain = null;
            vertx.runOnContext(now -> handler.handle(null));
        }
    }

    @Override
    public AnswerPipe exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    @Override
    public AnswerPipe setWriteQueueMaxSize(int size) {
        return this;
    }
}
