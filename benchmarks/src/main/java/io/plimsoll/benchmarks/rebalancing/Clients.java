package io.plimsoll.benchmarks.rebalancing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// One client for each service, which asks at a fixed rate as long as this is open.
///
/// A request's latency counts from the moment it was due, not from when it could be sent: a slow answer is charged to
/// all requests that had to wait behind it.
final class Clients implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Recorder latencies = new Recorder(60_000_000_000L, 3);
    private final AtomicLong failures = new AtomicLong();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final long intervalNanos;
    private final List<Thread> threads;

    /// What was measured between two questions.
    record Latencies(long requests, double p50Millis, double p90Millis, double p99Millis, double worstMillis) {

        String row(String when) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %.1f | %.1f | %.1f | %.1f |",
                    when,
                    requests,
                    p50Millis,
                    p90Millis,
                    p99Millis,
                    worstMillis);
        }
    }

    Clients(List<URI> services, int requestsPerSecond) {
        this.intervalNanos = 1_000_000_000L / requestsPerSecond;
        this.threads = IntStream.range(0, services.size())
                .mapToObj(i -> Thread.ofPlatform()
                        .daemon()
                        .name("client-" + i)
                        .start(() -> ask(services.get(i), i * intervalNanos / services.size())))
                .toList();
    }

    /// Of all services together, since this was asked last.
    Latencies sinceLast() {
        Histogram histogram = latencies.getIntervalHistogram();
        return new Latencies(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / 1e6,
                histogram.getValueAtPercentile(90) / 1e6,
                histogram.getValueAtPercentile(99) / 1e6,
                histogram.getMaxValue() / 1e6);
    }

    /// Requests that were not answered with 200.
    long failures() {
        return failures.get();
    }

    private void ask(URI service, long offsetNanos) {
        var request = HttpRequest.newBuilder(service).timeout(PATIENCE).build();
        long due = System.nanoTime() + offsetNanos;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(due - System.nanoTime());
                if (System.nanoTime() < due) {
                    continue;
                }
                exchange(request);
                latencies.recordValue(System.nanoTime() - due);
                due += intervalNanos;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void exchange(HttpRequest request) throws InterruptedException {
        try {
            if (http.send(request, BodyHandlers.discarding()).statusCode() != 200) {
                failures.incrementAndGet();
            }
        } catch (IOException e) {
            failures.incrementAndGet();
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        http.shutdownNow();
    }
}
