package io.plimsoll.testbed.cli;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.plimsoll.testbed.controlplane.ComponentHealth;
import io.plimsoll.testbed.controlplane.ControlPlaneDescription;
import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `testbed status`: where the standing testbed is, and how its components and nodes do.
@Command(
        name = "status",
        description = "Show the testbed's endpoints, the health of its components and its nodes.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private static final int NONE_RUNS = 3;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        StandingTestbed standing = StandingTestbed.ofThisUser();
        Optional<Path> run = standing.run();
        if (run.isEmpty()) {
            out.println(
                    standing.supervisor().isPresent()
                            ? "testbed: starting, see " + standing.log()
                            : "testbed: none runs");
            out.flush();
            return NONE_RUNS;
        }
        UpCommand.Summary.print(out, run.get());
        ControlPlaneDescription description = ControlPlaneDescription.read(run.get());
        boolean well = printHealth(out, description.health(run.get()));
        well &= printNodes(out, description.kubeconfig());
        out.flush();
        return well ? 0 : 1;
    }

    private static boolean printHealth(PrintWriter out, List<ComponentHealth> health) {
        out.println();
        for (ComponentHealth one : health) {
            out.printf(
                    "%-24s %-10s %s%s%n",
                    one.component().program(),
                    one.healthy() ? "well" : "NOT WELL",
                    one.asked(),
                    one.healthy() ? "" : "  " + one.detail());
        }
        return health.stream().allMatch(ComponentHealth::healthy);
    }

    private static boolean printNodes(PrintWriter out, String kubeconfig) {
        Config config = Config.fromKubeconfig(new File(kubeconfig));
        config.setRequestRetryBackoffLimit(0);
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            List<Node> nodes = client.nodes().list().getItems();
            long ready = nodes.stream().filter(StatusCommand::isReady).count();
            long kwok = nodes.stream().filter(StatusCommand::isKwok).count();
            out.printf("%nnodes: %d, Ready %d (KWOK %d, real %d)%n", nodes.size(), ready, kwok, nodes.size() - kwok);
            return ready == nodes.size();
        } catch (KubernetesClientException e) {
            out.println();
            out.println("nodes: cannot be listed: " + e.getMessage());
            return false;
        }
    }

    private static boolean isReady(Node node) {
        return node.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static boolean isKwok(Node node) {
        return node.getMetadata().getAnnotations().containsKey("kwok.x-k8s.io/node");
    }
}
