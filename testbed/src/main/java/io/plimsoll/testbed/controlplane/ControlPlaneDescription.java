package io.plimsoll.testbed.controlplane;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What another process needs to know to ask a control plane how it does; kept as JSON in the run's folder.
///
/// @param ports the port of each component, whether it runs or not
/// @param kubeconfig the administrator's kubeconfig
/// @param caCertificate the file with the authority's certificate
/// @param adminToken the administrator's bearer token
public record ControlPlaneDescription(
        Map<Component, Integer> ports, String kubeconfig, String caCertificate, String adminToken) {
    private static final String FILE = "control-plane.json";
    private static final JsonMapper JSON = new JsonMapper();

    /// Reads the description of a run.
    public static ControlPlaneDescription read(Path run) {
        Path file = run.resolve(FILE);
        try {
            return JSON.readValue(file.toFile(), ControlPlaneDescription.class);
        } catch (IOException e) {
            throw new TestbedException("cannot read " + file, e);
        }
    }

    /// Asks each component of the run that has a process how it does.
    public List<ComponentHealth> health(Path run) {
        List<String> processes = ProcessLedger.read(run).stream()
                .flatMap(ledger -> ledger.children().stream())
                .map(ProcessLedger.Child::name)
                .toList();
        List<Component> started = List.of(Component.values()).stream()
                .filter(component -> processes.contains(component.program()))
                .toList();
        try (HealthCheck check = new HealthCheck(new Endpoints(ports), new LoopbackHttp(ca(), adminToken))) {
            return check.of(started);
        }
    }

    /// The address of a component.
    public String url(Component component) {
        return new Endpoints(ports).url(component);
    }

    void write(Path run) {
        try {
            Certificate.writePrivate(run.resolve(FILE), JSON.writeValueAsString(this));
        } catch (IOException e) {
            throw new TestbedException("cannot describe the run in " + run, e);
        }
    }

    private String ca() {
        try {
            return Files.readString(Path.of(caCertificate));
        } catch (IOException e) {
            throw new TestbedException("cannot read " + caCertificate, e);
        }
    }
}
