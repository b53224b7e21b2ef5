package io.plimsoll.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PlimsollTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyCommand_help_endsWell() {
        for (var name : Plimsoll.commandLine().getSubcommands().keySet()) {
            assertThat(execute(name, "--help")).as(name).isZero();
        }
    }

    @Test
    void commandLine_ofOneCommand_hasItUnderItsOwnNameAndNoOther() {
        Plimsoll.commandLine().getSubcommands().forEach((name, command) -> {
            var alone = Plimsoll.commandLineFor(name, "--help").getSubcommands();
            assertThat(alone).containsOnlyKeys(name);
            assertThat(alone.values()).allSatisfy(same -> {
                assertThat(same.getUsageMessage()).isEqualTo(command.getUsageMessage());
                assertThat(same.getSubcommands())
                        .containsOnlyKeys(command.getSubcommands().keySet());
            });
        });
        for (var first : List.of("--help", "sevre", "")) {
            assertThat(Plimsoll.commandLineFor(first).getSubcommands())
                    .containsOnlyKeys(Plimsoll.commandLine().getSubcommands().keySet());
        }
        assertThat(Plimsoll.commandLineFor().getSubcommands()).hasSize(14);
    }

    @Test
    void command_unknownOption_exits2WithOneClearLine() {
        assertThat(execute("lint", "--nonsense", "x")).isEqualTo(2);

        assertThat(err.toString()).contains("Unknown option: '--nonsense'").doesNotContain("\tat ");
    }

    @Test
    void lint_fileThatIsNotThere_exits2AndNamesIt() {
        assertThat(execute("lint", "/nowhere.yaml")).isEqualTo(2);

        assertThat(err.toString()).isEqualTo("plimsoll: cannot read /nowhere.yaml: no such file\n");
    }

    @Test
    void lint_warningsOnly_failWhenStrict(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("c.yaml"), """
                apiVersion: kubescheduler.config.k8s.io/v1
                kind: KubeSchedulerConfiguration
                extenders:
                  - {urlPrefix: "http://127.0.0.1:1/s", prioritizeVerb: p, weight: 1, httpTimeout: 1s, ignorable: true,
                     nodeCacheCapable: true}
                """);

        assertThat(execute("lint", file.toString())).isZero();
        assertThat(execute("lint", "--strict", file.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("c.yaml:4:68: warning: weight 1 lets", "0 errors, 1 warning, 1 note");
    }

    @Test
    void lint_asJson_isAList() throws Exception {
        execute(
                "lint",
                "-o",
                "json",
                Path.of("..", "scheduler-config", "tls.yaml").toString());

        assertThat(new com.fasterxml.jackson.databind.ObjectMapper().readTree(out.toString()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.get("rule").asText()).isEqualTo("percentage-of-nodes"));
    }

    @Test
    void serve_wrongSetting_exits2AndSaysWhatIsAllowed() {
        assertThat(execute("serve", "--print-config", "--set", "decisions.deadline-millis=never"))
                .isEqualTo(2);

        assertThat(err.toString())
                .contains(
                        "--set decisions.deadline-millis: decisions.deadline-millis is 'never'; allowed: a whole number,"
                                + " 1 to 5000");
    }

    @Test
    void serve_printConfig_namesTheOriginOfAValue() {
        assertThat(execute("serve", "--print-config", "--dry-run")).isZero();

        assertThat(out.toString())
                .contains("true or false. From --dry-run.\n  shadow: true\n")
                .contains("true or false. From --dry-run.\n  dry-run: true\n")
                .contains("From default.\nroles: extender\n");
    }

    @Test
    void version_asked_isThatOfTheBuild() {
        assertThat(execute("--version")).isZero();

        assertThat(out.toString()).startsWith("plimsoll " + Version.current()).doesNotContain("${");
    }

    @Test
    void completion_asked_printsAScriptWithEveryCommand() {
        assertThat(execute("completion")).isZero();

        assertThat(out.toString()).contains("complete -F", "lint", "serve", "testbed", "verify");
    }

    private int execute(String... arguments) {
        CommandLine commandLine = Plimsoll.commandLine();
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
