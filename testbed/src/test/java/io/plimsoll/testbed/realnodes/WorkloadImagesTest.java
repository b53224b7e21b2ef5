package io.plimsoll.testbed.realnodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.testbed.controlplane.TestbedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real-nodes")
class WorkloadImagesTest {
    private static final Path SOURCES =
            TestbedFolder.buildScript().resolveSibling("../workload").normalize();

    @Test
    void build_sameSourcesTwice_givesTheSameBytes(@TempDir Path folder) throws IOException, InterruptedException {
        Path first = WorkloadImages.build(SOURCES, folder.resolve("first"));

        Path second = WorkloadImages.build(SOURCES, folder.resolve("second"));

        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }

    @Test
    void program_itsOwnTests_pass() throws IOException, InterruptedException {
        Command.Result vetted =
                Command.of(WorkloadImages.go(), "vet", "./...").in(SOURCES).result();

        Command.Result tested =
                Command.of(WorkloadImages.go(), "test", "./...").in(SOURCES).result();

        assertThat(vetted.exitCode()).as(vetted.output()).isZero();
        assertThat(tested.exitCode()).as(tested.output()).isZero();
    }
}
