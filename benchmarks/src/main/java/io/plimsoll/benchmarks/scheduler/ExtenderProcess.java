package io.plimsoll.benchmarks.scheduler;

import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A running extender in a process of its own, so that it shares nothing with the driver but the machine.
final class ExtenderProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final int port;

    private ExtenderProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    int port() {
        return port;
    }

    /// Resident memory in MiB, as the kernel counts it.
    long residentMib() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// CPU time used so far.
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// Builds the floor server and starts it.
    static ExtenderProcess floor(Path source, Path folder) throws IOException, InterruptedException {
        Path binary = folder.resolve("floor");
        Process build = new ProcessBuilder("go", "build", "-o", binary.toString(), ".")
                .directory(source.toFile())
                .inheritIO()
                .start();
        if (build.waitFor() != 0) {
            throw new IllegalStateException("go build in " + source + " failed");
        }
        Path portFile = folder.resolve("floor.port");
        Files.deleteIfExists(portFile);
        Process process = new ProcessBuilder(binary.toString(), "-port-file", portFile.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("floor.log").toFile())
                .start();
        await(
                process,
                () -> Files.exists(portFile) && !Files.readString(portFile).isEmpty());
        return new ExtenderProcess(process, Integer.parseInt(Files.readString(portFile)));
    }

    /// Starts Plimsoll from this JVM's own class path and waits until it says that it is ready.
    static ExtenderProcess plimsoll(Path folder, List<String> arguments, int port, int healthPort, String heap)
            throws IOException, InterruptedException {
        var options = List.of(
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-Dio.netty.allocator.type=pooled",
                "--enable-native-access=ALL-UNNAMED");
        var all = Stream.concat(Stream.of("serve"), arguments.stream()).toList();
        Process process = new ProcessBuilder(JavaCommand.of(options, Plimsoll.class, all))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("plimsoll.log").toFile())
                .start();
        await(
                process,
                () -> get(healthPort, "/readyz").map(r -> r.statusCode() == 200).orElse(false));
        return new ExtenderProcess(process, port);
    }

    static Optional<HttpResponse<String>> get(int port, String path) throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void await(Process process, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IllegalStateException("the server did not get ready: " + process.info());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
