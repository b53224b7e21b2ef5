package io.plimsoll.rightsizer;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a kubelet does with resizes of CPU on a KWOK node that the pods of one namespace have for themselves: what
/// fits, it gives them, and what does not, waits. It knows what it has given by the pods' status alone, as one that was
/// started again.
final class PlayedKubelet implements ResourceEventHandler<Pod>, AutoCloseable {

    private static final String PENDING = "PodResizePending";

    private final KubernetesClient client;
    private final long allocatableMillis;
    private final SharedIndexInformer<Pod> pods;

    PlayedKubelet(KubernetesClient client, String namespace, long allocatableMillis) {
        this.client = client;
        this.allocatableMillis = allocatableMillis;
        this.pods = client.pods().inNamespace(namespace).runnableInformer(0);
        pods.addEventHandler(this).start();
    }

    @Override
    public void onAdd(Pod pod) {
        look();
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        look();
    }

    @Override
    public void onDelete(Pod pod, boolean unknownFinalState) {
        look();
    }

    /// One pod a look, since what it writes is told in turn. Where somebody was faster, that is told as well.
    private void look() {
        var there = pods.getStore().list().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> !pod.getStatus().getContainerStatuses().isEmpty())
                .toList();
        try {
            there.stream().filter(pod -> !isSeen(pod, there)).findFirst().ifPresent(pod -> see(pod, there));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private boolean isSeen(Pod pod, List<Pod> pods) {
        return Objects.equals(pod.getMetadata().getGeneration(), pod.getStatus().getObservedGeneration())
                && (isGiven(pod) || !fits(pod, pods));
    }

    private void see(Pod pod, List<Pod> pods) {
        boolean isRoom = isGiven(pod) || fits(pod, pods);
        var generation = pod.getMetadata().getGeneration();
        var seen = new PodBuilder(pod)
                .editStatus()
                .withObservedGeneration(generation)
                .removeMatchingFromConditions(condition -> condition.getType().equals(PENDING))
                .endStatus();
        if (isRoom) {
            seen.editStatus()
                    .editFirstContainerStatus()
                    .withResources(asked(pod))
                    .withAllocatedResources(asked(pod).getRequests())
                    .endContainerStatus()
                    .endStatus();
        } else {
            seen.editStatus()
                    .addNewCondition()
                    .withType(PENDING)
                    .withStatus("True")
                    .withReason("Deferred")
                    .withMessage("Node didn't have enough resource: cpu")
                    .withLastTransitionTime(
                            pendingSince(pod).orElseGet(() -> Instant.now().toString()))
                    .withObservedGeneration(generation)
                    .endCondition()
                    .endStatus();
        }
        client.resource(seen.build()).updateStatus();
    }

    /// When the pod's resize was deferred, as the API server tells it.
    static Optional<String> pendingSince(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(PENDING))
                .findFirst()
                .map(PodCondition::getLastTransitionTime);
    }

    private static boolean isGiven(Pod pod) {
        return asked(pod).equals(status(pod).getResources());
    }

    /// A pod that was just started has what it asks for.
    private boolean fits(Pod pod, List<Pod> pods) {
        long others = pods.stream()
                .filter(other ->
                        !other.getMetadata().getName().equals(pod.getMetadata().getName()))
                .mapToLong(other -> cpuMillis(
                        status(other).getResources() == null
                                ? asked(other)
                                : status(other).getResources()))
                .sum();
        return others + cpuMillis(asked(pod)) <= allocatableMillis;
    }

    private static long cpuMillis(ResourceRequirements resources) {
        return Quantity.getAmountInBytes(resources.getRequests().get("cpu"))
                .movePointRight(3)
                .longValueExact();
    }

    private static ResourceRequirements asked(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getResources();
    }

    private static ContainerStatus status(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst();
    }

    @Override
    public void close() {
        pods.close();
    }
}
