package io.plimsoll.testbed.realnodes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.testbed.controlplane.TestbedException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The workload program in one pod, steered while it runs, through the API server's pod proxy.
///
/// @param client reaches the API server
/// @param namespace the pod's namespace
/// @param pod the pod's name
public record WorkloadProgram(KubernetesClient client, String namespace, String pod) {
    /// The name of the container, and of its port.
    public static final String CONTAINER = "workload";

    /// Where it serves in the pod.
    public static final int PORT = 8080;

    private static final JsonMapper JSON = new JsonMapper();

    /// A pod with the program in it, which only real nodes run.
    public static Pod pod(String name, ResourceRequirements resources, WorkloadDemand initial) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(1L)
                .withAutomountServiceAccountToken(false)
                .withNodeSelector(Map.of(KubeletNodes.KEY, "true"))
                .addNewToleration()
                .withKey(KubeletNodes.KEY)
                .withOperator("Exists")
                .endToleration()
                .addNewContainer()
                .withName(CONTAINER)
                .withImage(KubeletNodes.WORKLOAD_IMAGE)
                .withImagePullPolicy("Never")
                .withArgs(arguments(initial))
                .withResources(resources)
                .addNewPort()
                .withContainerPort(PORT)
                .endPort()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/healthz")
                .withNewPort(PORT)
                .endHttpGet()
                .withPeriodSeconds(1)
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build();
    }

    /// Pods like this one, which are labelled `app` with the name.
    public static Deployment deployment(String namespace, String name, int replicas, Pod pod) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withSpec(pod.getSpec())
                .endTemplate()
                .endSpec()
                .build();
    }

    /// The program as an init container: it meets the demand and ends.
    public static Container initContainer(String name, ResourceRequirements resources, WorkloadDemand demand) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(KubeletNodes.WORKLOAD_IMAGE)
                .withImagePullPolicy("Never")
                .withArgs(Stream.concat(Stream.of("once"), arguments(demand).stream())
                        .toList())
                .withResources(resources)
                .build();
    }

    public WorkloadState state() {
        return parse(client.raw(path()));
    }

    /// Makes this its demand; returns when the memory is held and the file is written.
    public WorkloadState demand(WorkloadDemand demand) {
        Map<String, Object> body = new TreeMap<>();
        body.put("memoryBytes", demand.memoryBytes());
        body.put("cpuMillis", demand.cpuMillis());
        body.put("trafficBytesPerSecond", demand.trafficBytesPerSecond());
        body.put("trafficTarget", demand.trafficTarget());
        body.put("fileBytes", demand.fileBytes());
        body.put("readBytesPerSecond", demand.readBytesPerSecond());
        return parse(client.raw(path(), "POST", body));
    }

    public WorkloadState holdMemory(long bytes) {
        return demand(state().demand().withMemoryBytes(bytes));
    }

    public WorkloadState burnCpu(long millis) {
        return demand(state().demand().withCpuMillis(millis));
    }

    /// Sends traffic to another workload, straight from pod to pod.
    public WorkloadState sendTo(String otherPodAddress, long bytesPerSecond) {
        String sink = "http://" + otherPodAddress + ":" + PORT + "/sink";
        return demand(state().demand().withTraffic(sink, bytesPerSecond));
    }

    /// Reads of the file that it has.
    public WorkloadState readFile(long bytesPerSecond) {
        WorkloadDemand demand = state().demand();
        return demand(demand.withFile(demand.fileBytes(), bytesPerSecond));
    }

    private String path() {
        return "/api/v1/namespaces/" + namespace + "/pods/" + pod + ":" + PORT + "/proxy/";
    }

    private static List<String> arguments(WorkloadDemand demand) {
        return List.of(
                "-memory-bytes=" + demand.memoryBytes(),
                "-cpu-millis=" + demand.cpuMillis(),
                "-traffic-bytes-per-second=" + demand.trafficBytesPerSecond(),
                "-traffic-target=" + demand.trafficTarget(),
                "-file-bytes=" + demand.fileBytes(),
                "-read-bytes-per-second=" + demand.readBytesPerSecond());
    }

    private WorkloadState parse(String answer) {
        try {
            return state(JSON.readTree(answer));
        } catch (JsonProcessingException e) {
            throw new TestbedException("the pod " + namespace + "/" + pod + " answers no state: " + answer, e);
        }
    }

    private static WorkloadState state(JsonNode json) {
        WorkloadDemand demand = new WorkloadDemand(
                json.path("memoryBytes").longValue(),
                json.path("cpuMillis").longValue(),
                json.path("trafficBytesPerSecond").longValue(),
                json.path("trafficTarget").textValue(),
                json.path("fileBytes").longValue(),
                json.path("readBytesPerSecond").longValue());
        return new WorkloadState(
                demand,
                json.path("heldBytes").longValue(),
                json.path("burnedMilliseconds").longValue(),
                json.path("sentBytes").longValue(),
                json.path("sendFailures").longValue(),
                json.path("receivedBytes").longValue(),
                json.path("readBytes").longValue());
    }
}
