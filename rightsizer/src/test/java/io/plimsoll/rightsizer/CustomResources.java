package io.plimsoll.rightsizer;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.testbed.controlplane.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Plimsoll's own kinds, as the manifests define them.
final class CustomResources {

    private static final Path FOLDER = Path.of("..", "manifests", "crds");
    private static final List<String> NAMES = List.of(
            "changerecords",
            "clusteroptimizationpolicies",
            "optimizationpolicies",
            "usagecheckpoints",
            "workloadrecommendations");

    private CustomResources() {}

    /// Makes them known; returns when the API server serves them.
    static void apply(ControlPlane controlPlane) throws IOException {
        for (var name : NAMES) {
            try (var file = Files.newInputStream(FOLDER.resolve(name + ".plimsoll.io.yaml"))) {
                controlPlane.client().load(file).serverSideApply();
            }
        }
        for (var name : NAMES) {
            awaitServed(controlPlane.client(), name + ".plimsoll.io");
        }
    }

    static void awaitServed(KubernetesClient client, String definition) {
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(definition)
                .waitUntilCondition(CustomResources::isServed, 30, TimeUnit.SECONDS);
    }

    private static boolean isServed(CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }
}
