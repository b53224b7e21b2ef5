package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rules for Prometheus, judged by Prometheus' own tool.
@Tag("control-plane")
class AlertsTest {

    private static final Path ALERTS = Path.of("..", "manifests", "monitoring", "alerts.yaml");
    private static final Path DASHBOARD = Path.of("..", "manifests", "monitoring", "dashboard.json");
    private static final Path CASES = Path.of("src", "test", "resources", "monitoring", "alerts-test.yaml");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void alerts_overSeriesOfGoodAndBadDays_fireOnTheBadOnesAlone() throws Exception {
        var process = new ProcessBuilder("promtool", "test", "rules", CASES.toString())
                .redirectErrorStream(true)
                .start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /// Grafana's own variables stand for times there.
    @Test
    void dashboard_eachExpression_isOneOfPrometheus() throws Exception {
        var panels = new ObjectMapper().readTree(DASHBOARD.toFile()).findValuesAsText("expr");
        assertThat(panels).hasSizeGreaterThan(10);
        var rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        panels.forEach(expression -> rules.append("      - {record: shown, expr: '")
                .append(expression.replace("$__rate_interval", "5m"))
                .append("'}\n"));
        var file = Files.writeString(folder.resolve("rules.yaml"), rules);

        var process = new ProcessBuilder("promtool", "check", "rules", "--lint=none", file.toString())
                .redirectErrorStream(true)
                .start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains(panels.size() + " rules found");
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
