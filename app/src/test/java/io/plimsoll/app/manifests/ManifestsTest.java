package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.UsageHistory;
import io.plimsoll.kubernetes.watch.WatchStatus;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@RealControlPlane
class ManifestsTest {

    private static final Path FOLDER =
            Path.of("..", "manifests").toAbsolutePath().normalize();
    private static final String NAMESPACE = "plimsoll";
    private static final String ACCOUNT = "plimsoll-extender";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init")
    private ControlPlane controlPlane;

    @BeforeEach
    void remember(ControlPlane running) {
        controlPlane = running;
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/tls", "overlays/shadow", "overlays/second-scheduler"})
    void overlay_appliedToARealApiServer_isAcceptedAndItsPodsAdmitted(String overlay, KubernetesClient client) {
        removeAll(client);

        var output =
                kubectl("apply", "--server-side", "-k", FOLDER.resolve(overlay).toString());

        assertThat(output).doesNotContain("Warning");
        var deployment = client.apps().deployments().inNamespace(NAMESPACE).withName(ACCOUNT);
        assertThat(deployment.get()).isNotNull();
        client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/component", "extender")
                .informOnCondition(pods -> pods.size() == 2)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Test
    void secondSchedulersFile_isThatOfSchedulerConfig() throws IOException {
        assertThat(FOLDER.resolve("overlays/second-scheduler/second-scheduler.yaml"))
                .hasSameTextualContentAs(FOLDER.resolve("../scheduler-config/second-scheduler.yaml"));
    }

    @Test
    void role_asShipped_isEnoughToSeeTheCluster() throws Exception {
        applyBase();

        try (var client = controlPlane.newClientOf(NAMESPACE, ACCOUNT);
                var writer = writer();
                var observer = observer(client, writer)) {
            observer.start();

            assertThat(observer.awaitSynced(PATIENCE)).isTrue();
            assertThat(observer.watches()).allMatch(watch -> watch.failure().isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nodes",
                "pods",
                "namespaces",
                "deployments",
                "replicasets",
                "statefulsets",
                "daemonsets",
                "jobs",
                "cronjobs",
                "poddisruptionbudgets"
            })
    void role_withoutOneResource_isRefusedByTheApiServer(String resource, KubernetesClient admin) throws Exception {
        applyBase();
        takeAway(admin, resource);

        try (var client = controlPlane.newClientOf(NAMESPACE, ACCOUNT);
                var writer = writer();
                var observer = observer(client, writer)) {
            observer.start();

            awaitWatch(observer, resource, watch -> watch.failure().orElse("").contains("403"));
            assertThat(observer.isSynced()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "metrics.k8s.io,nodes,,list,true",
        "metrics.k8s.io,pods,,list,true",
        "'',secrets,,get,false",
        "'',configmaps,,list,false",
        "'',nodes,proxy,get,false",
        "'',nodes,,patch,false",
        "'',pods,,delete,false",
        "'',pods,,patch,false",
        "'',pods,eviction,create,false",
        "'',pods,resize,patch,false",
        "'',pods,binding,create,false",
        "apps,deployments,,patch,false",
        "coordination.k8s.io,leases,,create,false"
    })
    void account_asksForARight_getsOnlyWhatTheRoleGives(
            String group, String resource, String subresource, String verb, boolean allowed, KubernetesClient admin) {
        applyBase();

        assertThat(isAllowed(admin, group, resource, subresource, verb)).isEqualTo(allowed);
    }

    /// Removing takes seconds, so only the tests that look at pods do it.
    private void removeAll(KubernetesClient client) {
        kubectl("delete", "-k", FOLDER.resolve("overlays/second-scheduler").toString(), "--ignore-not-found");
        client.namespaces()
                .withName(NAMESPACE)
                .waitUntilCondition(namespace -> namespace == null, PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /// Also puts back what another test took from the role.
    private void applyBase() {
        kubectl(
                "apply",
                "--server-side",
                "--force-conflicts",
                "-k",
                FOLDER.resolve("base").toString());
    }

    private static void takeAway(KubernetesClient admin, String resource) {
        var role = admin.rbac().clusterRoles().withName(ACCOUNT);
        role.edit(found -> without(found, resource));
        assertThat(isAllowed(admin, "", resource, null, "list")).isFalse();
    }

    private static ClusterRole without(ClusterRole role, String resource) {
        for (PolicyRule rule : role.getRules()) {
            if (!rule.getApiGroups().contains("metrics.k8s.io")) {
                var left = new ArrayList<>(rule.getResources());
                left.remove(resource);
                rule.setResources(left.isEmpty() ? List.of("nothing") : left);
            }
        }
        return role;
    }

    private static boolean isAllowed(
            KubernetesClient admin, String group, String resource, String subresource, String verb) {
        ResourceAttributes attributes = new ResourceAttributesBuilder()
                .withGroup(group)
                .withResource(resource)
                .withSubresource(subresource)
                .withVerb(verb)
                .build();
        var review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:" + NAMESPACE + ":" + ACCOUNT)
                .withResourceAttributes(attributes)
                .endSpec()
                .build();
        return admin.authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }

    private static void awaitWatch(ClusterObserver observer, String resource, Predicate<WatchStatus> condition) {
        org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(observer.watches())
                        .filteredOn(watch -> watch.resource().equals(resource))
                        .singleElement()
                        .matches(condition));
    }

    private static ImageWriter writer() {
        return new ImageWriter(UsageHistory.NONE, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    private static ClusterObserver observer(KubernetesClient client, ImageWriter writer) {
        return new ClusterObserver(
                client, writer, new ObserverSettings(List.of()), Clock.systemUTC(), new SimpleMeterRegistry());
    }

    private String kubectl(String... arguments) {
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
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("cannot run " + command, e);
        }
    }
}
