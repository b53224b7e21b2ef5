package io.plimsoll.benchmarks.extender;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Sends one request after the other over one kept-alive connection, as kube-scheduler and the API server do, at a
/// fixed rate.
///
/// A request's latency counts from the moment it was due, not from when it could be sent: a slow answer is
/// charged to all requests that had to wait behind it (no coordinated omission).
public final class OpenLoop {

    private final byte[] request;
    private final int requestsPerSecond;

    public OpenLoop(String path, byte[] body, int requestsPerSecond) {
        var head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length + "\r\n\r\n";
        var headBytes = head.getBytes(StandardCharsets.US_ASCII);
        this.request = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, request, 0, headBytes.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        this.requestsPerSecond = requestsPerSecond;
    }

    /// Sends requests one after the other, without a pause, so that the server's code is compiled as it is after
    /// a day of work.
    public void warmUp(int port, int count) throws IOException {
        run(port, count, 0);
    }

    /// Latencies in nanoseconds of `count` requests, after a first one that also connects.
    public Histogram run(int port, int count) throws IOException {
        return run(port, count, 1_000_000_000L / requestsPerSecond);
    }

    private Histogram run(int port, int count, long interval) throws IOException {
        var latencies = new Histogram(3_600_000_000_000L, 3);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            long due = System.nanoTime();
            for (int i = -1; i < count; i++, due += interval) {
                awaitNanos(due);
                socket.getOutputStream().write(request);
                readAnswer(in);
                if (i >= 0) {
                    latencies.recordValue(Math.max(0, System.nanoTime() - due));
                }
            }
        }
        return latencies;
    }

    /// Parks until shortly before, then spins: a sleeping thread alone would add its own wake-up time to the
    /// figure.
    private static void awaitNanos(long due) {
        long left = due - System.nanoTime();
        if (left > 200_000) {
            LockSupport.parkNanos(left - 100_000);
        }
        while (System.nanoTime() < due) {
            Thread.onSpinWait();
        }
    }

    private static void readAnswer(InputStream in) throws IOException {
        var status = readLine(in);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException("the server answered " + status);
        }
        int length = -1;
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).trim());
            }
        }
        in.skipNBytes(length);
    }

    private static String readLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
