package io.plimsoll.benchmarks.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// The equal pods of one run, in a namespace of their own.
record PendingPods(KubernetesClient client, String namespace, int count) implements AutoCloseable {

    /// Creates the namespace and all pods.
    static PendingPods create(KubernetesClient client, String namespace, int count) throws InterruptedException {
        client.namespaces()
                .resource(new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        while (client.serviceAccounts()
                        .inNamespace(namespace)
                        .withName("default")
                        .get()
                == null) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        try (var executor = Executors.newFixedThreadPool(16)) {
            IntStream.range(0, count)
                    .forEach(i -> executor.execute(() -> client.pods()
                            .inNamespace(namespace)
                            .resource(pod("pod-" + i))
                            .create()));
        }
        return new PendingPods(client, namespace, count);
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "burst")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("plimsoll.local/workload:1")
                .withNewResources()
                .addToRequests("cpu", new Quantity("100m"))
                .addToRequests("memory", new Quantity("128Mi"))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    /// Deletes the pods and waits until they are gone, so that every run finds the same empty cluster.
    @Override
    public void close() {
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
        while (!client.pods().inNamespace(namespace).list().getItems().isEmpty()) {
            LockSupport.parkNanos(200_000_000);
        }
        client.namespaces().withName(namespace).delete();
    }
}
