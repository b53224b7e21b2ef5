package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.Prerequisites;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One external command, run to its end. A failure names the command line and carries what it printed.
record Command(List<String> line, Path directory, Map<String, String> environment) {
    private static final long LIMIT_SECONDS = 300;

    static Command of(String... line) {
        List<String> located = new ArrayList<>(List.of(line));
        located.set(0, Prerequisites.locate(line[0]));
        return new Command(located, Path.of("/"), Map.of());
    }

    Command in(Path workingDirectory) {
        return new Command(line, workingDirectory, environment);
    }

    Command with(String key, String value) {
        return new Command(line, directory, Map.of(key, value));
    }

    /// What the command printed, or an exception when it did not end with 0.
    String run() throws IOException, InterruptedException {
        Result result = result();
        if (result.exitCode() != 0) {
            throw new IOException("'%s' ended with code %d: %s"
                    .formatted(
                            String.join(" ", line),
                            result.exitCode(),
                            result.output().strip()));
        }
        return result.output();
    }

    Result result() throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("'%s' did not end in %d s".formatted(String.join(" ", line), LIMIT_SECONDS));
        }
        return new Result(process.exitValue(), output);
    }

    record Result(int exitCode, String output) {}
}
