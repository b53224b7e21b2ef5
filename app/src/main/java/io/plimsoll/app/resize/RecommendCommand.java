package io.plimsoll.app.resize;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plimsoll recommend`: what workloads should ask for, and why. Reads only.
@Command(
        name = "recommend",
        description = {
            "Shows what the containers of each workload should ask for, and why.",
            "Reads the WorkloadRecommendations of the cluster that your kubeconfig names. With -o yaml it prints one"
                    + " strategic merge patch a workload, for 'kubectl patch --patch-file' or a kustomization."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown, also when there is nothing to show",
            "1:the recommendations cannot be read, and the message says why",
            "2:the command line or the kubeconfig was wrong"
        })
public final class RecommendCommand implements Callable<Integer> {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final String ROOT = "/apis/plimsoll.io/v1alpha1/";
    private static final String PLURAL = "workloadrecommendations";

    /// How recommendations are shown.
    enum Format {
        TABLE,
        JSON,
        YAML
    }

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            description = "of this namespace only, default all")
    private Optional<String> namespace = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            description = "table, json or yaml (patches), default table",
            defaultValue = "table")
    private Format format = Format.TABLE;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var found = recommendations();
        out.print(
                switch (format) {
                    case TABLE -> found.isEmpty() ? nothing() : RecommendationView.table(found);
                    case JSON -> RecommendationView.json(found);
                    case YAML -> RecommendationView.patches(found);
                });
        out.flush();
        return 0;
    }

    private List<JsonNode> recommendations() {
        var path = ROOT + namespace.map(name -> "namespaces/" + name + "/").orElse("") + PLURAL;
        var found = new ArrayList<JsonNode>();
        try (var session = cluster.open()) {
            ApiPages.read(session.server(), path, PATIENCE, found::add);
            return found;
        } catch (IOException e) {
            throw ClusterSession.unreadable(PLURAL, e);
        }
    }

    private String nothing() {
        return "There is no recommendation"
                + namespace.map(name -> " in namespace " + name).orElse("")
                + ": they come once a policy selects a workload; 'kubectl get optpol,coptpol -A' lists policies.\n";
    }
}
