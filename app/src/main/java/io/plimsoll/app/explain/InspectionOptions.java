package io.plimsoll.app.explain;

import io.plimsoll.app.UserError;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// Options of commands that ask a running service's inspection, and how it is asked: mixed into them.
public final class InspectionOptions {

    /// How answers are shown.
    enum Format {
        TABLE,
        JSON
    }

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "inspection address, default ${DEFAULT-VALUE}",
            defaultValue = "http://127.0.0.1:8889",
            scope = ScopeType.INHERIT)
    private URI server = URI.create("http://127.0.0.1:8889");

    @Option(
            names = {"-o", "--output"},
            description = "table or json, default table",
            defaultValue = "table",
            scope = ScopeType.INHERIT)
    private Format format = Format.TABLE;

    // Set by picocli before any command runs.
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /// A query that says how the answer is wanted; more may be put into it.
    public Map<String, String> query() {
        var query = new TreeMap<String, String>();
        query.put(
                "format",
                switch (format) {
                    case TABLE -> "table";
                    case JSON -> "json";
                });
        return query;
    }

    /// Whether JSON is wanted rather than a table.
    public boolean isJson() {
        return format == Format.JSON;
    }

    /// Prints the answer; returns the exit code.
    public int show(Function<InspectionClient, String> question) {
        var scheme = Optional.ofNullable(server.getScheme()).orElse("");
        if (!scheme.matches("https?") || server.getHost() == null) {
            throw UserError.ofInput("--server must be like http://127.0.0.1:8889: " + server);
        }
        try (var client = new InspectionClient(server)) {
            spec.commandLine().getOut().println(question.apply(client).stripTrailing());
        }
        return 0;
    }
}
