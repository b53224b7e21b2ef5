package io.plimsoll.app.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulerConfigFilesTest {

    static final Path FOLDER = Path.of("..", "scheduler-config");

    static Stream<Path> files() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @Test
    void folder_holdsTheThreeConfigurations() throws IOException {
        assertThat(files().map(file -> file.getFileName().toString()))
                .containsExactly("kubeadm-static-pod.yaml", "second-scheduler.yaml", "tls.yaml");
    }

    @ParameterizedTest
    @MethodSource("files")
    void file_asShipped_hasNoErrorAndNoWarning(Path file) throws IOException {
        var findings = SchedulerLint.lint(file.toString(), Files.readString(file), new ExtenderFacts(100));

        assertThat(findings)
                .filteredOn(finding -> finding.severity() != Severity.NOTE)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void file_everySettingOfAnExtender_hasItsReasonAboveIt(Path file) throws IOException {
        var lines = Files.readAllLines(file);

        assertThat(withoutReason(lines)).isEmpty();
    }

    /// Settings with a value, outside of names and addresses, whose line above is no comment.
    private static List<String> withoutReason(List<String> lines) {
        return Stream.iterate(1, i -> i < lines.size(), i -> i + 1)
                .filter(i -> lines.get(i).matches(" +(- )?\\w+: .+"))
                .filter(i -> !lines.get(i).matches(" +(- )?(urlPrefix|keyFile): .+"))
                .filter(i -> !lines.get(i - 1).matches(" *#.*"))
                .map(lines::get)
                .toList();
    }
}
