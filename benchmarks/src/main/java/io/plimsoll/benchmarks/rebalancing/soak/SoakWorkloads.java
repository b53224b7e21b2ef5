package io.plimsoll.benchmarks.rebalancing.soak;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Equal Deployments, ten of a namespace, all of them with budgets.
///
/// | of twenty | budget | pods that may be away |
/// |---|---|---|
/// | 1 | `minAvailable` of all of them | none, ever |
/// | 9 | `minAvailable` of all but one | 1 |
/// | 1 | two budgets on the same pods | none: the Eviction API refuses such pods |
/// | 4 | `maxUnavailable: 10%` | a tenth |
/// | 5 | `minAvailable: 50%` | half |
///
/// @param count Deployments
/// @param replicas of each
record SoakWorkloads(int count, int replicas) {

    /// What all pods are labelled with.
    static final String LABEL = "soak";

    private static final int PER_NAMESPACE = 10;
    private static final int KINDS = 20;

    /// The least number of healthy pods of each Deployment that its budgets demand, by `namespace/name`.
    SortedMap<String, Integer> minimums() {
        var minimums = new TreeMap<String, Integer>();
        for (int i = 0; i < count; i++) {
            minimums.put(namespace(i) + "/" + name(i), minimum(i));
        }
        return minimums;
    }

    private int minimum(int i) {
        int kind = i % KINDS;
        if (kind == 0) {
            return replicas;
        }
        if (kind < 10) {
            return replicas - 1;
        }
        // Kubernetes rounds both up: a budget's least number, and how many may be away.
        return kind < 15 && kind > 10 ? replicas - (replicas + 9) / 10 : (replicas + 1) / 2;
    }

    void create(KubernetesClient client) {
        IntStream.range(0, (count + PER_NAMESPACE - 1) / PER_NAMESPACE)
                .mapToObj(i -> namespace(i * PER_NAMESPACE))
                .forEach(name -> createNamespace(client, name));
        for (int i = 0; i < count; i++) {
            client.resource(budget(i, name(i))).create();
            if (i % KINDS == 10) {
                client.resource(budget(i, name(i) + "-too")).create();
            }
            client.resource(deployment(i)).create();
        }
    }

    private static void createNamespace(KubernetesClient client, String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        // Pods are refused until the controller manager has made the namespace's service account.
        client.serviceAccounts()
                .inNamespace(name)
                .withName("default")
                .waitUntilCondition(account -> account != null, 60, TimeUnit.SECONDS);
    }

    static String namespace(int i) {
        return "team-" + i / PER_NAMESPACE;
    }

    static String name(int i) {
        return "w" + i;
    }

    private PodDisruptionBudget budget(int i, String name) {
        int kind = i % KINDS;
        var budget = new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace(i))
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app", name(i))
                .endSelector()
                .endSpec()
                .build();
        if (kind > 10 && kind < 15) {
            budget.getSpec().setMaxUnavailable(new IntOrString("10%"));
        } else {
            budget.getSpec().setMinAvailable(kind < 10 ? new IntOrString(minimum(i)) : new IntOrString("50%"));
        }
        return budget;
    }

    private Deployment deployment(int i) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name(i))
                .withNamespace(namespace(i))
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", name(i))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name(i))
                .addToLabels(LABEL, "true")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("64Mi")))
                .endResources()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
