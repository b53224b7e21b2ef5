package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The rules for Prometheus, judged by Prometheus' own tool.
@Tag("control-plane")
class AlertsTest {

    private static final Path ALERTS = Path.of("..", "manifests", "monitoring", "alerts.yaml");
    private static final Path CASES = Path.of("src", "test", "resources", "monitoring", "alerts-test.yaml");

    @Test
    void alerts_overSeriesOfGoodAndBadDays_fireOnTheBadOnesAlone() throws Exception {
        var process = new ProcessBuilder("promtool", "test", "rules", CASES.toString())
                .redirectErrorStream(true)
                .start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void alerts_allOfThem_haveACase() throws Exception {
        var names = Pattern.compile("alert: (\\w+)")
                .matcher(Files.readString(ALERTS))
                .results()
                .map(found -> "alertname=\"" + found.group(1) + "\"")
                .toList();

        assertThat(names).isNotEmpty();
        assertThat(Files.readString(CASES)).contains(names);
    }
}
