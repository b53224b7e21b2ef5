package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FreePorts;
import io.plimsoll.testbed.controlplane.JavaCommand;
import io.plimsoll.testbed.controlplane.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One role of Plimsoll as a process of its own, with the rights of its own account. It ends with the control plane.
///
/// @param schedulerPort where schedulers are answered
/// @param healthPort where inspection is answered
record Served(int schedulerPort, int healthPort) {

    private static final String NAMESPACE = "plimsoll";

    static Served start(ControlPlane controlPlane, String role, List<String> settings) throws IOException {
        var served = new Served(FreePorts.next(), FreePorts.next());
        var arguments = new ArrayList<>(List.of(
                "serve",
                "--kubeconfig",
                kubeconfig(controlPlane, "plimsoll-" + role).toString()));
        var all = new ArrayList<>(settings);
        all.addAll(List.of(
                "roles=" + role,
                "scheduler-port.port=" + served.schedulerPort(),
                "health-port.port=" + served.healthPort(),
                "rightsizer.lease.namespace=" + NAMESPACE));
        all.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        var options = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        var command = JavaCommand.of(options, Plimsoll.class, arguments);
        controlPlane.processes().start(new ProcessSpec("plimsoll-" + role, command));
        return served;
    }

    private static Path kubeconfig(ControlPlane controlPlane, String account) throws IOException {
        try (var itself = controlPlane.newClientOf(NAMESPACE, account)) {
            var text = Files.readString(controlPlane.kubeconfig())
                    .replace(
                            controlPlane.adminToken(), itself.getConfiguration().getOauthToken());
            return Files.writeString(controlPlane.folder().resolve(account + ".kubeconfig"), text);
        }
    }

    String schedulerConfiguration() {
        return """
                apiVersion: kubescheduler.config.k8s.io/v1
                kind: KubeSchedulerConfiguration
                extenders:
                - urlPrefix: http://127.0.0.1:%d/scheduler
                  filterVerb: filter
                  prioritizeVerb: prioritize
                  weight: 5
                  nodeCacheCapable: true
                  ignorable: true
                  httpTimeout: 500ms
                """.formatted(schedulerPort);
    }

    String inspection() {
        return "http://127.0.0.1:" + healthPort;
    }
}
