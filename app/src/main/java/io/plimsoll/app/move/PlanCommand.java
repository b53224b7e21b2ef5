package io.plimsoll.app.move;

import io.plimsoll.app.UserError;
import io.plimsoll.app.explain.InspectionClient;
import java.net.URI;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plimsoll plan`: which pods would be moved, where to, and why others are not. Reads only.
@Command(
        name = "plan",
        description = {
            "Shows which pods would be moved to make hurt nodes right again, where to, and why others are not.",
            "It is read only: nobody carries it out.",
            "Asks a running 'plimsoll serve'; one in another cluster is reached by"
                    + " 'kubectl -n plimsoll port-forward deploy/plimsoll-extender 8889'."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:no answer from the server, or its picture of the cluster is too old to plan by",
            "2:the command line was wrong"
        })
public final class PlanCommand implements Callable<Integer> {

    /// How the plan is shown.
    enum Format {
        TABLE,
        JSON
    }

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "inspection address, default ${DEFAULT-VALUE}",
            defaultValue = "http://127.0.0.1:8889")
    private URI server = URI.create("http://127.0.0.1:8889");

    @Option(
            names = {"-o", "--output"},
            description = "table or json, default table",
            defaultValue = "table")
    private Format format = Format.TABLE;

    @Option(names = "--all", description = "also name every pod of a hurt node that is not moved, and why")
    private boolean all;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        var scheme = Optional.ofNullable(server.getScheme()).orElse("");
        if (!scheme.matches("https?") || server.getHost() == null) {
            throw UserError.ofInput("--server must be like http://127.0.0.1:8889: " + server);
        }
        var query = new TreeMap<String, String>();
        query.put(
                "format",
                switch (format) {
                    case TABLE -> "table";
                    case JSON -> "json";
                });
        if (all) {
            query.put("all", "true");
        }
        try (var client = new InspectionClient(server)) {
            spec.commandLine().getOut().println(client.get("/plan", query).stripTrailing());
        }
        return 0;
    }
}
