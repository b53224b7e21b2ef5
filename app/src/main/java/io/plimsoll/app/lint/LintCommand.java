package io.plimsoll.app.lint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.plimsoll.app.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `plimsoll lint`: checks KubeSchedulerConfiguration files.
@Command(
        name = "lint",
        description = "Finds the known traps in KubeSchedulerConfiguration files.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no errors, and with --strict no warnings",
            "1:warnings, with --strict",
            "2:errors, or a file that cannot be read"
        })
public final class LintCommand implements Callable<Integer> {

    /// How findings are printed.
    enum Format {
        TEXT,
        JSON
    }

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "files to check; - reads standard input")
    private List<Path> files = List.of();

    @Option(names = "--strict", description = "let warnings fail too")
    private boolean strict;

    @Option(
            names = {"-o", "--output"},
            description = "text or json, default text",
            defaultValue = "text")
    private Format format = Format.TEXT;

    @Option(
            names = "--deadline-millis",
            description = "the extender's own deadline, default ${DEFAULT-VALUE}",
            defaultValue = "100")
    private long deadlineMillis = 100;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        var findings = files.stream()
                .flatMap(file ->
                        SchedulerLint.lint(file.toString(), read(file), new ExtenderFacts(deadlineMillis)).stream())
                .toList();
        var out = spec.commandLine().getOut();
        switch (format) {
            case TEXT -> printText(out, findings);
            case JSON -> out.println(json(findings).toPrettyString());
        }
        return exitCode(findings);
    }

    private static void printText(PrintWriter out, List<Finding> findings) {
        findings.forEach(out::println);
        out.println(Stream.of(Severity.ERROR, Severity.WARNING, Severity.NOTE)
                .map(severity -> counted(count(findings, severity), severity.label()))
                .collect(Collectors.joining(", ")));
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static long count(List<Finding> findings, Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private static ArrayNode json(List<Finding> findings) {
        var list = new ObjectMapper().createArrayNode();
        findings.forEach(finding -> list.addObject()
                .put("file", finding.place().file())
                .put("line", finding.place().line())
                .put("column", finding.place().column())
                .put("severity", finding.severity().label())
                .put("rule", finding.rule())
                .put("message", finding.message())
                .put("remedy", finding.remedy()));
        return list;
    }

    private int exitCode(List<Finding> findings) {
        if (count(findings, Severity.ERROR) > 0) {
            return 2;
        }
        return strict && count(findings, Severity.WARNING) > 0 ? 1 : 0;
    }

    private static String read(Path file) {
        try {
            if (file.toString().equals("-")) {
                return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw UserError.ofInput(
                    "cannot read " + file + (Files.exists(file) ? ": " + e.getMessage() : ": no such file"));
        }
    }
}
