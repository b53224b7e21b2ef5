package io.plimsoll.app.baddays;

import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.JavaCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a [ServedPlimsoll] differs from the plainest one.
///
/// @param apiServerPort the loopback port at which it looks for the API server, where that is not the real one
/// @param kubeconfig as whom it acts, where that is not the administrator
/// @param arguments further arguments of `serve`
record ServeOptions(Optional<Integer> apiServerPort, Optional<Path> kubeconfig, List<String> arguments) {

    static final ServeOptions DEFAULT = new ServeOptions(Optional.empty(), Optional.empty(), List.of());

    ServeOptions throughPort(int port) {
        return new ServeOptions(Optional.of(port), kubeconfig, arguments);
    }

    ServeOptions as(Path file) {
        return new ServeOptions(apiServerPort, Optional.of(file), arguments);
    }

    ServeOptions with(String... further) {
        var all = new ArrayList<>(arguments);
        all.addAll(List.of(further));
        return new ServeOptions(apiServerPort, kubeconfig, all);
    }

    List<String> command(Roadstead roadstead, ServePorts ports) {
        var all = new ArrayList<>(List.of(
                "serve",
                "--kubeconfig",
                kubeconfig.orElseGet(() -> roadstead.kubeconfig(apiServerPort)).toString(),
                "--set",
                "scheduler-port.port=" + ports.scheduler(),
                "--set",
                "health-port.port=" + ports.health()));
        all.addAll(arguments);
        return JavaCommand.of(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), Plimsoll.class, all);
    }
}
