package io.plimsoll.app.cluster;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Which cluster a command speaks to: the user's own kubeconfig, as kubectl finds it.
public final class ClusterOption {

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "which cluster and as whom; as for kubectl")
    private Optional<Path> kubeconfig = Optional.empty();

    public ClusterSession open() {
        return ClusterSession.open(kubeconfig);
    }
}
