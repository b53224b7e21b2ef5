package io.plimsoll.app.baddays;

import io.plimsoll.app.Plimsoll;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a [ServedPlimsoll] differs from the plainest one.
///
/// @param apiServerPort the loopback port at which it looks for the API server, where that is not the real one
/// @param arguments further arguments of `serve`
record ServeOptions(Optional<Integer> apiServerPort, List<String> arguments) {

    static final ServeOptions DEFAULT = new ServeOptions(Optional.empty(), List.of());

    ServeOptions throughPort(int port) {
        return new ServeOptions(Optional.of(port), arguments);
    }

    ServeOptions with(String... further) {
        var all = new ArrayList<>(arguments);
        all.addAll(List.of(further));
        return new ServeOptions(apiServerPort, all);
    }

    List<String> command(Roadstead roadstead, int schedulerPort, int healthPort) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Plimsoll.class.getName(),
                "serve",
                "--kubeconfig",
                roadstead.kubeconfig(apiServerPort).toString(),
                "--set",
                "scheduler-port.port=" + schedulerPort,
                "--set",
                "health-port.port=" + healthPort));
        command.addAll(arguments);
        return command;
    }
}
