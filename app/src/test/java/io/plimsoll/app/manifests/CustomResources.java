package io.plimsoll.app.manifests;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Kubectl;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.resource.ContainerRecommendation;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.testbed.controlplane.ControlPlane;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;

/// The kinds of `plimsoll.io` in a real API server.
public final class CustomResources {

    static final Path MANIFESTS = Path.of("..", "manifests").toAbsolutePath().normalize();

    private static final String ADMISSION = MANIFESTS.resolve("admission").toString();

    private static final Set<ControlPlane> SERVED = new HashSet<>();
    private static final Set<ControlPlane> GUARDED = new HashSet<>();

    private CustomResources() {}

    /// Applies the definitions once to each control plane, and waits until it serves them.
    public static synchronized void serve(ControlPlane controlPlane) {
        if (SERVED.add(controlPlane)) {
            apply(new Kubectl(controlPlane));
        }
    }

    /// Has the rules of admission guard them as shipped, until [#unguard].
    public static synchronized void guard(ControlPlane controlPlane) {
        if (GUARDED.add(controlPlane)) {
            new Kubectl(controlPlane).run("apply", "--server-side", "-k", ADMISSION);
        }
    }

    /// Other tests write as the control plane's administrator. Returns when they can.
    public static synchronized void unguard(ControlPlane controlPlane) {
        serve(controlPlane); // to see it by, where no test has
        GUARDED.remove(controlPlane);
        new Kubectl(controlPlane).run("delete", "--ignore-not-found", "-k", ADMISSION);
        Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> isUnguarded(controlPlane));
    }

    private static boolean isUnguarded(ControlPlane controlPlane) {
        var probe = new GenericKubernetesResource();
        probe.setApiVersion("plimsoll.io/v1alpha1");
        probe.setKind("WorkloadRecommendation");
        probe.setMetadata(new ObjectMetaBuilder()
                .withName("probe")
                .withNamespace("default")
                .build());
        probe.setAdditionalProperty("spec", Map.of("workload", Map.of("kind", "Deployment", "name", "probe")));
        controlPlane.client().resource(probe).dryRun().create();
        return true;
    }

    /// Writes what a container `app` of the workload asks for, and should ask for.
    public static void recommend(KubernetesClient client, Owner workload, ResourceAmounts now, ResourceAmounts target)
            throws IOException {
        var container = new ContainerRecommendation(
                "app", null, now, target, target, target, target, null, 90, null, null, null, null, List.of(), "");
        var status = new WorkloadRecommendationStatus(
                1L, null, null, List.of(container), List.of(), null, null, null, null, null, List.of());
        try (var server = new ApiServer(client)) {
            new ApiRecommendations(server).write(workload, status);
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
                "crd/changerecords.plimsoll.io",
                "crd/rebalanceplans.plimsoll.io",
                "crd/rebalancerequests.plimsoll.io");
    }
}
