package io.plimsoll.benchmarks.rebalancing.soak;

import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FreePorts;
import io.plimsoll.testbed.controlplane.JavaCommand;
import io.plimsoll.testbed.controlplane.ProcessSpec;
import io.plimsoll.testbed.controlplane.RunningProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `plimsoll serve` as a process that can be killed and started again, on ports of its own.
final class Replica {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final ControlPlane controlPlane;
    private final String name;
    private final List<String> arguments;
    private final int schedulerPort = FreePorts.next();
    private final int healthPort = FreePorts.next();
    private RunningProcess process;

    Replica(ControlPlane controlPlane, String name, List<String> arguments) {
        this.controlPlane = controlPlane;
        this.name = name;
        this.arguments = List.copyOf(arguments);
        this.process = launch();
    }

    private RunningProcess launch() {
        var all = new ArrayList<>(List.of(
                "serve", "--set", "scheduler-port.port=" + schedulerPort, "--set", "health-port.port=" + healthPort));
        all.addAll(arguments);
        var options = List.of("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");
        return controlPlane.processes().start(new ProcessSpec(name, JavaCommand.of(options, Plimsoll.class, all)));
    }

    String name() {
        return name;
    }

    int schedulerPort() {
        return schedulerPort;
    }

    /// Ends it as a crash does.
    void kill() {
        controlPlane.processes().kill(process);
    }

    void startAgain() {
        process = launch();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isReady() {
        return get("/readyz").filter(answer -> answer.statusCode() == 200).isPresent();
    }

    /// Whether it holds the Lease.
    boolean isActing() {
        return get("/metrics")
                .map(answer -> answer.body().lines())
                .filter(lines -> lines.anyMatch(line -> line.startsWith("plimsoll_move_acting 1")))
                .isPresent();
    }

    String report() {
        return process.report();
    }

    private Optional<HttpResponse<String>> get(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + healthPort + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return Optional.of(HTTP.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
