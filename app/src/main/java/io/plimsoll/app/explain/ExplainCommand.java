package io.plimsoll.app.explain;

import io.plimsoll.app.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `plimsoll explain`: why a node got its score, and why another did not win. Reads only.
@Command(
        name = "explain",
        description = {
            "Shows why nodes are scored as they are.",
            "Asks a running 'plimsoll serve' or demo; a pod in another cluster is reached by"
                    + " 'kubectl -n plimsoll port-forward deploy/plimsoll-extender 8889'; of moves"
                    + " deploy/plimsoll-rebalancer knows most."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(pod | node | nodes | neighbours | regime | decisions | what-if)",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:nothing known by that name, or no answer from the server",
            "2:the command line was wrong"
        })
public final class ExplainCommand implements Runnable {

    /// A namespace is a DNS label, a pod's name a DNS subdomain.
    private static final Pattern POD = Pattern.compile("([a-z0-9-]+/)?[a-z0-9.-]+");

    @Mixin
    private final InspectionOptions inspection = new InspectionOptions();

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "what to explain is missing: pod, node, nodes, neighbours, regime, decisions or what-if");
    }

    @Command(
            name = "pod",
            description = "How a pod ranks all nodes, why it is not on a certain one, and why it was moved or is not.")
    int pod(
            @Parameters(paramLabel = "NAMESPACE/NAME", description = "the pod; without a namespace, default")
                    String pod,
            @Option(names = "--node", paramLabel = "NODE", description = "why not on this node") Optional<String> node,
            @Option(names = "--limit", paramLabel = "N", description = "show the best N nodes only")
                    Optional<Integer> limit) {
        var path = "/pods/" + podPath(pod);
        return inspection.show(client -> client.get(path, query(node, limit)));
    }

    @Command(name = "node", description = "A node's signals, their ages, and what is expected there.")
    int node(@Parameters(paramLabel = "NODE", description = "the node's name") String node) {
        return inspection.show(client ->
                client.get("/nodes/" + InspectionClient.encoded(node), query(Optional.empty(), Optional.empty())));
    }

    @Command(name = "nodes", description = "All nodes with their signals.")
    int nodes() {
        return inspection.show(client -> client.get("/nodes", query(Optional.empty(), Optional.empty())));
    }

    @Command(name = "neighbours", description = "Nodes whose pods wait for others, and whose doing that is.")
    int neighbours(
            @Option(names = "--limit", paramLabel = "N", description = "show the worst N only")
                    Optional<Integer> limit) {
        return inspection.show(client -> client.get("/neighbours", query(Optional.empty(), limit)));
    }

    @Command(name = "regime", description = "Whether it is peak or off-peak, since when, until when and why.")
    int regime(
            @Option(names = "--all", description = "also of each workload") boolean all,
            @Option(names = "--limit", paramLabel = "N", description = "also of the first N workloads by name")
                    Optional<Integer> limit) {
        var query = query(Optional.empty(), limit);
        if (all) {
            query.put("all", "true");
        }
        return inspection.show(client -> client.get("/regime", query));
    }

    @Command(name = "decisions", description = "The latest decisions, and what was sent.")
    int decisions(@Option(names = "--limit", paramLabel = "N", description = "how many") Optional<Integer> limit) {
        return inspection.show(client -> client.get("/decisions", query(Optional.empty(), limit)));
    }

    @Command(name = "what-if", description = "How a pod that is not there yet would rank all nodes.")
    int whatIf(
            @Parameters(paramLabel = "FILE", description = "a pod's manifest, YAML or JSON") Path file,
            @Option(names = "--node", paramLabel = "NODE", description = "why not on this node") Optional<String> node,
            @Option(names = "--limit", paramLabel = "N", description = "show the best N nodes only")
                    Optional<Integer> limit) {
        var manifest = read(file);
        return inspection.show(client -> client.post("/what-if", query(node, limit), manifest));
    }

    private Map<String, String> query(Optional<String> node, Optional<Integer> limit) {
        var query = inspection.query();
        node.ifPresent(name -> query.put("node", name));
        limit.ifPresent(count -> query.put("limit", String.valueOf(count)));
        return query;
    }

    private static String podPath(String pod) {
        if (!POD.matcher(pod).matches()) {
            throw UserError.ofInput("a pod is named NAMESPACE/NAME, in lower case: " + pod);
        }
        return pod.contains("/") ? pod : "default/" + pod;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw UserError.ofInput("cannot read " + file.toAbsolutePath());
        }
    }
}
