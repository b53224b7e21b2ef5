package io.plimsoll.app.manifests;

import io.plimsoll.app.Kubectl;
import io.plimsoll.testbed.controlplane.ControlPlane;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// The kinds of `plimsoll.io` in a real API server.
public final class CustomResources {

    static final Path MANIFESTS = Path.of("..", "manifests").toAbsolutePath().normalize();

    private static final Set<ControlPlane> SERVED = new HashSet<>();

    private CustomResources() {}

    /// Applies the definitions once to each control plane, and waits until it serves them.
    public static synchronized void serve(ControlPlane controlPlane) {
        if (SERVED.add(controlPlane)) {
            apply(new Kubectl(controlPlane));
        }
    }

    /// Applies the definitions, again where they are there already.
    static void apply(Kubectl kubectl) {
        kubectl.run(
                "apply",
                "--server-side",
                "--force-conflicts",
                "-k",
                MANIFESTS.resolve("crds").toString());
        kubectl.run(
                "wait",
                "--for=condition=Established",
                "--timeout=60s",
                "crd/optimizationpolicies.plimsoll.io",
                "crd/clusteroptimizationpolicies.plimsoll.io",
                "crd/usagecheckpoints.plimsoll.io",
                "crd/workloadrecommendations.plimsoll.io",
                "crd/changerecords.plimsoll.io");
    }
}
