package io.plimsoll.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.testbed.controlplane.ControlPlane;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// kubectl as the administrator of a control plane.
public record Kubectl(ControlPlane controlPlane) {

    /// Runs it, fails with what it says when it fails, and returns that.
    public String run(String... arguments) {
        var command = new ArrayList<String>();
        command.add(controlPlane.binaries().program("kubectl").toString());
        command.add("--kubeconfig=" + controlPlane.kubeconfig());
        command.addAll(List.of(arguments));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as(String.join(" ", command) + "\n" + output)
                    .isZero();
            return output;
        } catch (IOException e) {
            throw new AssertionError("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + command, e);
        }
    }
}
