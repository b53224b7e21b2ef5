package io.plimsoll.testbed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.testbed.controlplane.JavaCommand;
import io.plimsoll.testbed.controlplane.TestbedFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The commands as a user runs them, each in a process of its own, with a cache of their own that shares the binaries.
@Execution(ExecutionMode.CONCURRENT)
class TestbedCommandTest {

    /// Each command is a JVM or two, and beside other work one takes seconds to start.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path cache = Path.of("");

    private record Outcome(int exitCode, String output) {}

    @Test
    void help_ofEachCommand_namesItsOptions() throws Exception {
        assertThat(run("--help").output())
                .contains("up", "down", "status", "Exit codes:")
                .doesNotContain("supervise");
        assertThat(run("up", "--help").output())
                .contains("--nodes", "--real-nodes", "--metrics", "--prometheus", "--scheduler-config");
    }

    @Test
    void wrongArguments_areRefusedWithTheReason() throws Exception {
        assertThat(run())
                .satisfies(o -> assertThat(o.exitCode()).isEqualTo(2))
                .satisfies(o -> assertThat(o.output()).contains("up, down or status"));
        assertThat(run("up", "--nodes=-1").output()).contains("cannot be negative");
        assertThat(run("up", "--scheduler-config=/no/such/file").output()).contains("cannot read /no/such/file");
    }

    @Test
    void withoutATestbed_statusSaysSoAndDownDoesNothing() throws Exception {
        assertThat(run("status")).isEqualTo(new Outcome(3, "testbed: none runs\n"));
        assertThat(run("down")).isEqualTo(new Outcome(0, "testbed: none runs\n"));
    }

    @Test
    @Tag("control-plane")
    void testbed_upThenDown_standsInBetween() throws Exception {
        shareBinaries();

        Outcome up = run("up", "--nodes", "3");
        Outcome status = run("status");
        Outcome again = run("up");
        Outcome down = run("down");

        assertThat(up.exitCode()).as(up.output()).isZero();
        assertThat(up.output()).contains("API server:", "kubeconfig:");
        assertThat(status.exitCode()).as(status.output()).isZero();
        assertThat(status.output()).contains("/livez", "/readyz", "nodes: 3, Ready 3 (KWOK 3, real 0)");
        assertThat(again).isEqualTo(new Outcome(1, "testbed: one already runs; end it with: plimsoll testbed down\n"));
        assertThat(down).isEqualTo(new Outcome(0, "testbed: ended\n"));
        assertThat(processes()).isEmpty();
        assertThat(run("status").exitCode()).isEqualTo(3);
    }

    @Test
    @Tag("control-plane")
    void testbed_interruptedWhileItStarts_leavesNothing() throws Exception {
        shareBinaries();
        Process up = start("up");
        BufferedReader said = up.inputReader();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> String.valueOf(said.readLine()).contains("starting kube-apiserver"));

        up.destroy();

        assertThat(up.waitFor(20, TimeUnit.SECONDS)).isTrue();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(processes()).isEmpty());
    }

    @Test
    @Tag("control-plane")
    void testbed_whoseWatcherIsKilled_isCleanedUpByDown() throws Exception {
        shareBinaries();
        assertThat(run("up", "--nodes", "1").exitCode()).isZero();
        String watcher = Files.readString(cache.resolve("testbed/standing/supervisor"));

        ProcessHandle.of(Long.parseLong(watcher.split(" ")[0])).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(PATIENCE).until(() -> run("status").exitCode() == 3);
        Outcome down = run("down");

        assertThat(down.exitCode()).isZero();
        assertThat(down.output()).contains("cleaned up after a crashed run");
        assertThat(processes()).isEmpty();
    }

    /// The command lines of all processes that have to do with this test's cache.
    private List<String> processes() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(cache.toString()))
                .toList();
    }

    private void shareBinaries() throws IOException {
        Files.createSymbolicLink(
                cache.resolve("control-plane"),
                Files.createDirectories(TestbedFolder.cache().resolve("control-plane")));
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = JavaCommand.of(
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                TestbedMain.class,
                List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PLIMSOLL_CACHE", cache.toString()));
        return builder.start();
    }
}
