package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process that {@link Processes} started, and the file that holds all it says.
public final class RunningProcess {
    private static final int LAST_LINES = 15;
    private static final long LAST_BYTES_MAX = 16 * 1024;

    private final String name;
    private final Process process;
    private final ProcessIdentity identity;
    private final Path log;

    RunningProcess(String name, Process process, ProcessIdentity identity, Path log) {
        this.name = name;
        this.process = process;
        this.identity = identity;
        this.log = log;
    }

    public String name() {
        return name;
    }

    public ProcessIdentity identity() {
        return identity;
    }

    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// What went wrong, for a message: whether it ended, where its log is, and the log's last lines.
    public String report() {
        String state = isAlive() ? name + " runs" : name + " ended with exit code " + process.exitValue();
        return state + "; its log: " + log + "; last lines:\n    " + String.join("\n    ", lastLines());
    }

    /// The last lines of the log, as far as they can be read.
    public List<String> lastLines() {
        try (var channel = Files.newByteChannel(log)) {
            channel.position(Math.max(0, channel.size() - LAST_BYTES_MAX));
            byte[] tail = Channels.newInputStream(channel).readAllBytes();
            List<String> lines =
                    new String(tail, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
        } catch (IOException e) {
            return List.of("(the log cannot be read: " + e.getMessage() + ")");
        }
    }

    /// Asks the process to end, and ends it by force when it has not within the time.
    void stop(Duration patience) {
        process.destroy();
        if (!endsWithin(patience)) {
            kill();
        }
    }

    /// Ends the process at once, as a crash would (SIGKILL), and waits until it is gone.
    void kill() {
        process.destroyForcibly();
        endsWithin(Duration.ofSeconds(10));
    }

    private boolean endsWithin(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
