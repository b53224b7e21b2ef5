package io.plimsoll.testbed.cli;

import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import io.plimsoll.testbed.controlplane.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// The options of `testbed up`, which the process that watches over the control plane gets too.
final class UpOptions {
    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "10",
            description = "So many KWOK nodes, 16 cores and 64 GiB each (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--real-nodes",
            paramLabel = "K",
            defaultValue = "0",
            description = "So many real nodes: kubelet, containerd, runc; needs root (default: ${DEFAULT-VALUE}).")
    private int realNodes;

    @Option(names = "--metrics", description = "Run metrics-server; KWOK pods use what their annotations say.")
    private boolean metrics;

    @Option(names = "--prometheus", description = "Run Prometheus and scrape every component and node.")
    private boolean prometheus;

    @Option(
            names = "--scheduler-config",
            paramLabel = "FILE",
            description = "Start the scheduler with this KubeSchedulerConfiguration.")
    private Optional<Path> schedulerConfig = Optional.empty();

    int realNodes() {
        return realNodes;
    }

    /// What is wrong with the values, if anything.
    Optional<String> complaint() {
        if (nodes < 0 || realNodes < 0) {
            return Optional.of("--nodes and --real-nodes cannot be negative: " + nodes + ", " + realNodes);
        }
        return schedulerConfig
                .filter(file -> !Files.isReadable(file))
                .map(file -> "--scheduler-config: cannot read " + file.toAbsolutePath());
    }

    ControlPlaneSettings settings(Consumer<String> progress) {
        ControlPlaneSettings settings = ControlPlaneSettings.named("standing")
                .withNodesExpected(realNodes)
                .withFakeNodes(FakeNodes.of("kwok", nodes))
                .withScheduler(schedulerConfig.map(UpOptions::read).orElse(SchedulerSettings.stock()))
                .withProgress(progress);
        if (metrics) {
            settings = settings.withMetricsServer();
        }
        return prometheus ? settings.withPrometheus() : settings;
    }

    List<String> asArguments() {
        List<String> arguments = new ArrayList<>(List.of("--nodes=" + nodes, "--real-nodes=" + realNodes));
        if (metrics) {
            arguments.add("--metrics");
        }
        if (prometheus) {
            arguments.add("--prometheus");
        }
        schedulerConfig.ifPresent(file -> arguments.add("--scheduler-config=" + file.toAbsolutePath()));
        return arguments;
    }

    private static SchedulerSettings read(Path file) {
        try {
            return SchedulerSettings.of(Files.readString(file));
        } catch (IOException e) {
            throw new TestbedException("cannot read the scheduler's configuration " + file, e);
        }
    }
}
