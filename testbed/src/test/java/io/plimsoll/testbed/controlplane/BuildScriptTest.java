package io.plimsoll.testbed.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the build script says on machines that cannot serve, played by stand-ins of `uname` and `go`.
class BuildScriptTest {

    @TempDir
    private Path folder = Path.of("");

    private record Outcome(int exitCode, String output, String errors) {}

    @Test
    void script_onAnotherSystem_saysLinuxOnly() throws Exception {
        standIn("uname", "echo Darwin");

        Outcome outcome = run();

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors()).contains("runs on Linux only; this is Darwin");
        assertThat(outcome.output()).isEmpty();
    }

    @Test
    void script_withAnOldGo_saysWhereToGetANewOne() throws Exception {
        standIn("go", "echo go1.19.8");

        Outcome outcome = run();

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors()).contains("is go1.19.8, too old", "https://go.dev/dl/");
    }

    @Test
    void script_askedWhetherItIsBuilt_saysNoWithoutBuilding() throws Exception {
        standIn("go", "echo go1.26.4");

        Outcome outcome = run("--check");

        assertThat(outcome).isEqualTo(new Outcome(3, "", ""));
    }

    @Test
    void script_whenGoFails_leavesNothingHalfBuilt() throws Exception {
        standIn("go", "[ \"$1\" = build ] && exit 1; echo go1.26.4");

        Outcome outcome = run();

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).contains("the build failed");
        try (var left = Files.list(folder.resolve("cache/control-plane"))) {
            assertThat(left.map(path -> String.valueOf(path.getFileName()))).containsExactly(".lock");
        }
    }

    @Test
    void script_withAnUnknownArgument_saysWhatIsAllowed() throws Exception {
        Outcome outcome = run("--fast");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors()).contains("unknown argument '--fast'; allowed: --check, --help");
    }

    private void standIn(String program, String script) throws IOException {
        Path file = folder.resolve(program);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("bash", TestbedFolder.buildScript().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment().put("PLIMSOLL_CACHE", folder.resolve("cache").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output, errors);
    }
}
