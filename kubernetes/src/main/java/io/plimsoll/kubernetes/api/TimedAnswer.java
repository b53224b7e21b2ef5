package io.plimsoll.kubernetes.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The body of an answer that is broken off when it stalls or takes too long ([Patience]).
///
/// HTTP clients limit the time until an answer begins and leave its body without a limit. Here another thread looks at
/// the body a few times within its patience and closes it when that is over, which ends the read that waits for it.
final class TimedAnswer extends FilterInputStream {

    private static final int LOOKS_WITHIN_PATIENCE = 8;
    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final String what;
    private final Patience patience;
    private final long openedNanos;
    private final ScheduledFuture<?> looks;
    /// Why it was broken off; empty while it was not.
    private volatile String broken = "";

    private volatile long waitingSinceNanos = NOT_WAITING;
    private final Runnable closed;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /// @param openedNanos when the request was sent
    /// @param closed called once, when it is closed
    TimedAnswer(
            String what,
            InputStream body,
            Patience patience,
            long openedNanos,
            ScheduledExecutorService watchdog,
            Runnable closed) {
        super(body);
        this.closed = closed;
        this.what = what;
        this.patience = patience;
        this.openedNanos = openedNanos;
        long shorter = Math.min(patience.silence().toMillis(), patience.whole().toMillis());
        long every = Math.max(1, shorter / LOOKS_WITHIN_PATIENCE);
        this.looks = watchdog.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        waitingSinceNanos = System.nanoTime();
        try {
            return in.read(buffer, from, length);
        } catch (IOException e) {
            throw broken.isEmpty() ? e : timeout(e);
        } finally {
            waitingSinceNanos = NOT_WAITING;
        }
    }

    @Override
    public void close() throws IOException {
        looks.cancel(false);
        try {
            super.close();
        } finally {
            if (isClosed.compareAndSet(false, true)) {
                closed.run();
            }
        }
    }

    private SocketTimeoutException timeout(IOException e) {
        var timeout = new SocketTimeoutException(broken);
        timeout.initCause(e);
        return timeout;
    }

    private void look() {
        long now = System.nanoTime();
        long waiting = waitingSinceNanos;
        if (now - openedNanos > patience.whole().toNanos()) {
            breakOff("the answer from " + what + " is not complete after "
                    + patience.whole().toMillis() + " ms");
        } else if (waiting != NOT_WAITING && now - waiting > patience.silence().toNanos()) {
            breakOff("the answer from " + what + " stalled for "
                    + patience.silence().toMillis() + " ms");
        }
    }

    private void breakOff(String why) {
        broken = why;
        looks.cancel(false);
        try {
            in.close();
        } catch (IOException e) {
            throw new IllegalStateException("a stalled answer does not close", e);
        }
    }
}
