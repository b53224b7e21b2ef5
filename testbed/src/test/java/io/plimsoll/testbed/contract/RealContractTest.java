package io.plimsoll.testbed.contract;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The contract, kept by the real control plane: KWOK starts and ends the pods of its nodes, nobody those of others.
@RealControlPlane
class RealContractTest extends ClusterContract {

    // Set before each test.
    @SuppressWarnings("NullAway.Init")
    private ContractCluster real;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient once;

    /// A client that asks again does so for 19 s when it is refused by a budget.
    @BeforeEach
    void connect(ControlPlane controlPlane, TestNamespace namespace) {
        once = controlPlane.newClient(new ConfigBuilder(controlPlane.clientConfig())
                .withNamespace(namespace.name())
                .withRequestRetryBackoffLimit(0)
                .build());
        real = new Real(controlPlane, once, namespace.name());
    }

    @AfterEach
    void disconnect() {
        once.close();
    }

    @Override
    ContractCluster cluster() {
        return real;
    }

    private record Real(ControlPlane controlPlane, KubernetesClient client, String namespace)
            implements ContractCluster {

        private static final long PATIENCE_SECONDS = 30;

        @Override
        public String createNode(String name) {
            controlPlane.addNodes(FakeNodes.of(namespace + "-" + name, 1).withCapacity(4, 8L << 30));
            return namespace + "-" + name + "-0";
        }

        @Override
        public String createSilentNode(String name) {
            var room = Map.of("cpu", new Quantity("4"), "memory", new Quantity("8Gi"), "pods", new Quantity("110"));
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName(namespace + "-" + name)
                            .addToLabels("kubernetes.io/os", "linux")
                            .endMetadata()
                            .withNewStatus()
                            .withAllocatable(room)
                            .withCapacity(room)
                            .endStatus()
                            .build())
                    .create();
            return namespace + "-" + name;
        }

        @Override
        public String createPod(String name, Map<String, String> labels, ContainerSpec container) {
            return client.resource(new PodBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .withLabels(labels)
                            .endMetadata()
                            .withNewSpec()
                            .withSchedulerName("nobody")
                            .addNewContainer()
                            .withName(container.name())
                            .withImage("example.com/none")
                            .withNewResources()
                            .withRequests(quantities(container.requests()))
                            .withLimits(quantities(container.limits()))
                            .endResources()
                            .endContainer()
                            .endSpec()
                            .build())
                    .create()
                    .getMetadata()
                    .getUid();
        }

        @Override
        public void createBudget(String name, Map<String, String> labels, int minAvailable, int disruptionsAllowed) {
            client.resource(new PodDisruptionBudgetBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .withNewSpec()
                            .withNewSelector()
                            .withMatchLabels(labels)
                            .endSelector()
                            .withNewMinAvailable(minAvailable)
                            .endSpec()
                            .build())
                    .create();
            client.policy()
                    .v1()
                    .podDisruptionBudget()
                    .withName(name)
                    .waitUntilCondition(
                            budget -> budget != null
                                    && budget.getStatus() != null
                                    && budget.getStatus().getObservedGeneration() != null
                                    && budget.getStatus().getDisruptionsAllowed() == disruptionsAllowed,
                            PATIENCE_SECONDS,
                            TimeUnit.SECONDS);
        }

        @Override
        public Outcome bind(String pod, String node) {
            var binding = Map.of(
                    "apiVersion",
                    "v1",
                    "kind",
                    "Binding",
                    "metadata",
                    Map.of("name", pod),
                    "target",
                    Map.of("kind", "Node", "name", node));
            return send(pod + "/binding", request -> request.post("application/json", json(binding)));
        }

        @Override
        public Outcome delete(String pod) {
            return send(pod, request -> request.delete("application/json", "{}"));
        }

        @Override
        public Outcome evict(String pod, String uid) {
            var eviction = Map.of(
                    "apiVersion",
                    "policy/v1",
                    "kind",
                    "Eviction",
                    "metadata",
                    Map.of("name", pod),
                    "deleteOptions",
                    Map.of("preconditions", Map.of("uid", uid)));
            return send(pod + "/eviction", request -> request.post("application/json", json(eviction)));
        }

        @Override
        public Outcome resize(String pod, String uid, ContainerSpec wanted) {
            var resources = new TreeMap<String, Object>(Map.of("requests", quantities(wanted.requests())));
            if (!wanted.limits().isZero()) {
                resources.put("limits", quantities(wanted.limits()));
            }
            var patch = Map.of(
                    "metadata",
                    Map.of("uid", uid),
                    "spec",
                    Map.of("containers", List.of(Map.of("name", wanted.name(), "resources", resources))));
            return send(
                    pod + "/resize", request -> request.patch("application/strategic-merge-patch+json", json(patch)));
        }

        @Override
        public void awaitRunning(String pod) {
            client.pods().withName(pod).waitUntilCondition(Real::isReady, PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void awaitGone(String pod) {
            client.pods().withName(pod).waitUntilCondition(found -> found == null, PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public long requestedCpuMillis(String pod) {
            return client.pods()
                    .withName(pod)
                    .get()
                    .getSpec()
                    .getContainers()
                    .getFirst()
                    .getResources()
                    .getRequests()
                    .get("cpu")
                    .getNumericalAmount()
                    .movePointRight(3)
                    .longValueExact();
        }

        private static boolean isReady(Pod pod) {
            return pod != null
                    && pod.getStatus().getConditions().stream()
                            .anyMatch(c ->
                                    c.getType().equals("Ready") && c.getStatus().equals("True"));
        }

        private Outcome send(String path, Consumer<HttpRequest.Builder> method) {
            var base = controlPlane.apiServer() + "/api/v1/namespaces/" + namespace + "/pods/";
            var request = client.getHttpClient().newHttpRequestBuilder().uri(URI.create(base + path));
            method.accept(request);
            try {
                var answer = client.getHttpClient()
                        .sendAsync(request.build(), String.class)
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                return outcome(answer.code(), String.valueOf(answer.body()));
            } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                return new Outcome.Failed(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Outcome.Failed("interrupted");
            }
        }

        private static Outcome outcome(int status, String body) {
            return switch (status) {
                case 200, 201, 202 -> new Outcome.Done();
                case 403 -> refused(Refusal.FORBIDDEN, body);
                case 404 -> refused(Refusal.GONE, body);
                case 409 -> refused(Refusal.CONFLICT, body);
                // The resize subresource finds another uid immutable, where other calls find it a conflict.
                case 422 -> refused(body.contains("\"metadata.uid\"") ? Refusal.CONFLICT : Refusal.INVALID, body);
                case 429 -> refused(body.contains("DisruptionBudget") ? Refusal.BUDGET : Refusal.OVERLOAD, body);
                case 500 ->
                    body.contains("more than one PodDisruptionBudget")
                            ? refused(Refusal.SEVERAL_BUDGETS, body)
                            : new Outcome.Failed(body);
                default -> new Outcome.Failed(status + " " + body);
            };
        }

        private static Outcome refused(Refusal reason, String body) {
            return new Outcome.Refused(reason, body, Optional.empty());
        }

        private static String json(Object value) {
            return Serialization.asJson(value);
        }

        private static Map<String, Quantity> quantities(Resources amount) {
            var quantities = new TreeMap<String, Quantity>();
            if (amount.cpuMillis() > 0) {
                quantities.put("cpu", new Quantity(amount.cpuMillis() + "m"));
            }
            if (amount.memoryBytes() > 0) {
                quantities.put("memory", new Quantity(Long.toString(amount.memoryBytes())));
            }
            return quantities;
        }
    }
}
