package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.app.Kubectl;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.UsageHistory;
import io.plimsoll.kubernetes.watch.WatchStatus;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.JavaCommand;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@RealControlPlane
class ManifestsTest {

    private static final Path FOLDER =
            Path.of("..", "manifests").toAbsolutePath().normalize();
    private static final String NAMESPACE = "plimsoll";
    private static final String ON_HOSTS = "plimsoll-control-plane";
    private static final String ACCOUNT = "plimsoll-extender";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init")
    private ControlPlane controlPlane;

    @BeforeEach
    void remember(ControlPlane running) {
        controlPlane = running;
    }

    /// The right-sizer's and the rebalancer's overlays bring the rules of admission along.
    @AfterAll
    static void unguard(ControlPlane controlPlane) {
        CustomResources.unguard(controlPlane);
    }

    @ParameterizedTest
    @CsvSource({
        "base, extender, metrics-api",
        "overlays/tls, extender, metrics-api",
        "overlays/shadow, extender, metrics-api",
        "overlays/second-scheduler, extender, metrics-api",
        "overlays/kubelet-summary, extender, kubelet-summary",
        "overlays/prometheus, extender, prometheus",
        "overlays/rightsizer, rightsizer, metrics-api",
        "overlays/rebalancer, rebalancer, metrics-api"
    })
    void overlay_appliedToARealApiServer_isAcceptedItsPodsAdmittedAndItsSettingsRead(
            String overlay, String role, String source, KubernetesClient client, @TempDir Path folder)
            throws Exception {
        removePods(client, role);

        var output = apply(overlay);

        assertThat(output).doesNotContain("Warning");
        awaitPods(client, role, 2);
        assertThat(settings(client, role, folder))
                .contains("\nroles: " + role + "\n")
                .contains("  sources: " + source + "\n")
                .contains("  shadow: " + overlay.endsWith("shadow") + "\n");
    }

    /// On the host's network, with both ports on loopback, where the scheduler of that host asks.
    @Test
    void controlPlane_appliedToARealApiServer_getsAPodOnEachOfItsHosts_thatMaySeeTheCluster(KubernetesClient client)
            throws Exception {
        var output = apply("overlays/control-plane");

        assertThat(output).doesNotContain("Warning");
        controlPlane.addNodes(
                FakeNodes.of("host", 2).withLabels(new TreeMap<>(Map.of("node-role.kubernetes.io/control-plane", ""))));
        controlPlane.addNodes(FakeNodes.of("worker", 1));
        try {
            var pods = client.pods()
                    .inNamespace(ON_HOSTS)
                    .informOnCondition(found -> found.size() == 2
                            && found.stream().allMatch(pod -> pod.getSpec().getNodeName() != null))
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            assertThat(pods)
                    .extracting(Pod::getSpec)
                    .allSatisfy(pod -> {
                        assertThat(pod.getHostNetwork()).isTrue();
                        assertThat(pod.getContainers()
                                        .getFirst()
                                        .getLivenessProbe()
                                        .getHttpGet()
                                        .getHost())
                                .isEqualTo("127.0.0.1");
                    })
                    .extracting(PodSpec::getNodeName)
                    .containsExactlyInAnyOrder("host-0", "host-1");
            try (var account = controlPlane.newClientOf(ON_HOSTS, ACCOUNT);
                    var writer = writer();
                    var observer = observer(account, writer)) {
                observer.start();

                assertThat(observer.awaitSynced(PATIENCE)).isTrue();
            }
        } finally {
            client.namespaces().withName(ON_HOSTS).delete();
            client.nodes()
                    .withLabelIn("plimsoll.io/fake-nodes", "host", "worker")
                    .delete();
        }
    }

    /// What its command does with its account is another test's.
    @Test
    void cronJob_appliedBesideTheRebalancer_isAccepted_andAJobOfItGetsItsPod(KubernetesClient client) {
        apply("overlays/rebalancer");

        var output = apply("overlays/rebalance-once");

        assertThat(output)
                .doesNotContain("Warning")
                .contains("cronjob.batch/plimsoll-rebalance-once", "clusterrole.rbac.authorization.k8s.io");
        kubectl("-n", NAMESPACE, "delete", "job", "now", "--ignore-not-found");
        kubectl("-n", NAMESPACE, "create", "job", "now", "--from=cronjob/plimsoll-rebalance-once");
        try {
            awaitPods(client, "rebalance-once", 1);
        } finally {
            kubectl("-n", NAMESPACE, "delete", "job", "now");
        }
    }

    /// The configuration that the Deployment's container would have in force.
    private static String settings(KubernetesClient client, String role, Path folder) throws Exception {
        var pod = client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("plimsoll-" + role)
                .get()
                .getSpec()
                .getTemplate()
                .getSpec();
        var container = pod.getContainers().stream()
                .filter(each -> each.getName().equals(role))
                .findFirst()
                .orElseThrow();
        var arguments = new ArrayList<String>();
        container.getArgs().forEach(argument -> arguments.add(argument.replace("/etc/plimsoll/", folder + "/")));
        arguments.add("--print-config");
        Files.writeString(folder.resolve("serve.yaml"), mounted(client, pod).replace("/etc/plimsoll-tls", "" + folder));
        for (var file : List.of("tls.crt", "tls.key", "ca.crt")) {
            Files.createFile(folder.resolve(file));
        }
        var builder =
                new ProcessBuilder(JavaCommand.of(List.of(), Plimsoll.class, arguments)).redirectErrorStream(true);
        container.getEnv().forEach(variable -> builder.environment().put(variable.getName(), variable.getValue()));
        var process = builder.start();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    private static String mounted(KubernetesClient client, PodSpec pod) {
        return pod.getVolumes().stream()
                .filter(volume -> volume.getName().equals("configuration"))
                .map(volume -> client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withName(volume.getConfigMap().getName())
                        .get()
                        .getData()
                        .get("serve.yaml"))
                .findFirst()
                .orElseThrow();
    }

    /// cert-manager has kinds of its own, which this API server does not know: so the output is looked at. Of the
    /// webhook's overlay it has all but the certificate that Plimsoll makes, and the rights for that.
    @Test
    void webhookOfCertManager_namesItsFilesItsAuthorityAndItsService_andMayReadNoSecret() {
        var own = rendered("overlays/webhook");
        var managed = rendered("overlays/webhook-cert-manager");

        var container = only(managed, Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
        assertThat(container.getEnv())
                .extracting(EnvVar::getName)
                .contains("PLIMSOLL_WEBHOOK_TLS_CERTIFICATE_FILE", "PLIMSOLL_WEBHOOK_TLS_KEY_FILE");
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/etc/plimsoll-tls");
        var certificate = managed.stream()
                .filter(each -> each.getKind().equals("Certificate"))
                .filter(each -> each.getMetadata().getName().equals("plimsoll-webhook"))
                .map(GenericKubernetesResource.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(managed)
                .filteredOn(each -> each.getKind().equals("Certificate"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(((GenericKubernetesResource) each).<String>get("spec", "commonName"))
                        .isNotBlank());
        assertThat(certificate.<List<String>>get("spec", "dnsNames"))
                .contains(only(managed, Service.class).getMetadata().getName() + "." + NAMESPACE + ".svc");
        assertThat(only(managed, MutatingWebhookConfiguration.class)
                        .getMetadata()
                        .getAnnotations())
                .containsEntry(
                        "cert-manager.io/inject-ca-from",
                        NAMESPACE + "/" + certificate.getMetadata().getName());
        assertThat(managed).noneMatch(Role.class::isInstance).noneMatch(Secret.class::isInstance);
        assertThat(only(own, ClusterRole.class).getRules())
                .containsAll(only(managed, ClusterRole.class).getRules())
                .hasSize(only(managed, ClusterRole.class).getRules().size() + 1);
        assertThat(only(managed, ClusterRole.class).getRules())
                .flatMap(PolicyRule::getResources)
                .doesNotContain("mutatingwebhookconfigurations");
    }

    private List<HasMetadata> rendered(String manifests) {
        return controlPlane
                .client()
                .load(new ByteArrayInputStream(
                        kubectl("kustomize", FOLDER.resolve(manifests).toString())
                                .getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    private static <T> T only(List<HasMetadata> objects, Class<T> type) {
        return objects.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((one, other) -> {
                    throw new AssertionError("two of " + type);
                })
                .orElseThrow();
    }

    @Test
    void secondSchedulersFile_isThatOfSchedulerConfig() throws IOException {
        assertThat(FOLDER.resolve("overlays/second-scheduler/second-scheduler.yaml"))
                .hasSameTextualContentAs(FOLDER.resolve("../scheduler-config/second-scheduler.yaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rightsizer", "rebalancer"})
    void namespaceOfAnOverlayThatStandsAlone_isThatOfTheBase(String overlay) {
        assertThat(FOLDER.resolve("overlays").resolve(overlay).resolve("namespace.yaml"))
                .hasSameTextualContentAs(FOLDER.resolve("base/namespace.yaml"));
    }

    /// They see the same, but for where moved pods are to go, which only matters to who places them; this class takes
    /// away what the extender may see.
    @ParameterizedTest
    @ValueSource(strings = {"rightsizer", "rebalancer"})
    void roleOfAnOverlayThatStandsAlone_seesWhatTheExtenderSees(String overlay) throws IOException {
        var seen = role(FOLDER.resolve("base/rbac.yaml")).getRules();

        var granted = role(FOLDER.resolve("overlays").resolve(overlay).resolve("rbac.yaml"))
                .getRules();

        assertThat(seen)
                .filteredOn(rule -> !rule.getResources().contains("rebalanceplans"))
                .hasSizeGreaterThan(3)
                .allSatisfy(rule -> assertThat(granted)
                        .anyMatch(own -> own.getApiGroups().equals(rule.getApiGroups())
                                && own.getResources().equals(rule.getResources())
                                && own.getVerbs().containsAll(rule.getVerbs())));
    }

    private ClusterRole role(Path file) throws IOException {
        try (var text = Files.newInputStream(file)) {
            return only(controlPlane.client().load(text).items(), ClusterRole.class);
        }
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

    @Test
    void role_withoutTheVerbWatch_isRefusedForEveryResource(KubernetesClient admin) throws Exception {
        applyBase();
        admin.rbac().clusterRoles().withName(ACCOUNT).edit(role -> {
            role.getRules()
                    .forEach(rule -> rule.setVerbs(rule.getVerbs().stream()
                            .filter(verb -> !verb.equals("watch"))
                            .toList()));
            return role;
        });

        try (var client = controlPlane.newClientOf(NAMESPACE, ACCOUNT);
                var writer = writer();
                var observer = observer(client, writer)) {
            observer.start();

            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(observer.watches())
                            .isNotEmpty()
                            .allMatch(watch -> watch.failure().orElse("").contains("403")));
        }
    }

    @Test
    void account_ofTheBase_mayDoWhatTheRoleGivesAndNothingElse(KubernetesClient admin) {
        applyBase();

        awaitAllowed(admin, GIVEN, GIVEN);
        awaitNoneAllowed(admin, OF_THE_KUBELETS);
        awaitNoneAllowed(admin, OF_THE_SECOND_SCHEDULER);
        awaitNoneAllowed(admin, NEVER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/kubelet-summary", "overlays/prometheus"})
    void account_ofAnotherUsageSource_mayNoLongerAskTheMetricsApi(String overlay, KubernetesClient admin) {
        apply(overlay);

        awaitAllowed(
                admin,
                GIVEN,
                GIVEN.stream()
                        .filter(right -> !right.group().equals("metrics.k8s.io"))
                        .toList());
        awaitNoneAllowed(admin, NEVER);
    }

    @Test
    void account_ofTheKubeletSummary_mayReadThroughTheNodesProxyOnlyWithItsBinding(KubernetesClient admin) {
        apply("overlays/kubelet-summary");
        awaitAllowed(admin, OF_THE_KUBELETS, OF_THE_KUBELETS);

        admin.rbac()
                .clusterRoleBindings()
                .withName(ACCOUNT + "-kubelet-summary")
                .delete();

        awaitNoneAllowed(admin, OF_THE_KUBELETS);
    }

    @Test
    void account_ofTheSecondScheduler_mayScheduleOnlyWithItsBindings(KubernetesClient admin) {
        apply("overlays/second-scheduler");
        awaitAllowed(admin, OF_THE_SECOND_SCHEDULER, OF_THE_SECOND_SCHEDULER);
        awaitAllowed(admin, NEVER, List.of(new Right("", "pods", "", "delete")));

        admin.rbac()
                .clusterRoleBindings()
                .withName("plimsoll-scheduler-volumes")
                .delete();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(allowed(admin, OF_THE_SECOND_SCHEDULER))
                        .doesNotContain(new Right("", "persistentvolumes", "", "update"))
                        .contains(new Right("", "pods", "binding", "create")));
        kubectl(
                "delete",
                "-f",
                FOLDER.resolve("overlays/second-scheduler/rbac.yaml").toString(),
                "--ignore-not-found");

        awaitNoneAllowed(admin, OF_THE_SECOND_SCHEDULER);
    }

    /// A right that an account may have.
    private record Right(String group, String resource, String subresource, String verb) {}

    private static final List<Right> GIVEN = List.of(
            new Right("", "nodes", "", "list"),
            new Right("", "nodes", "", "watch"),
            new Right("", "pods", "", "list"),
            new Right("", "pods", "", "watch"),
            new Right("metrics.k8s.io", "nodes", "", "list"),
            new Right("metrics.k8s.io", "pods", "", "list"),
            new Right("plimsoll.io", "usagecheckpoints", "", "list"),
            new Right("plimsoll.io", "rebalanceplans", "", "list"));

    private static final List<Right> OF_THE_KUBELETS = List.of(new Right("", "nodes", "proxy", "get"));

    private static final List<Right> OF_THE_SECOND_SCHEDULER = List.of(
            new Right("coordination.k8s.io", "leases", "", "create"),
            new Right("", "pods", "binding", "create"),
            new Right("", "persistentvolumes", "", "update"));

    private static final List<Right> NEVER = List.of(
            new Right("plimsoll.io", "usagecheckpoints", "", "patch"),
            new Right("plimsoll.io", "rebalanceplans", "", "patch"),
            new Right("", "secrets", "", "get"),
            new Right("", "secrets", "", "list"),
            new Right("", "nodes", "", "update"),
            new Right("", "nodes", "proxy", "create"),
            new Right("", "pods", "", "delete"),
            new Right("", "pods", "", "create"),
            new Right("", "pods", "exec", "create"),
            new Right("", "pods", "eviction", "create"),
            new Right("", "pods", "resize", "patch"),
            new Right("apps", "deployments", "", "patch"));

    /// Those of the rights that the account has. All of a namespace are asked for in its own.
    private static List<Right> allowed(KubernetesClient admin, List<Right> rights) {
        return rights.stream().filter(right -> isAllowed(admin, right)).toList();
    }

    /// So that the next pods are those of the manifests applied next. Removing the whole namespace would take seconds.
    private static void removePods(KubernetesClient client, String role) {
        client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("plimsoll-" + role)
                .delete();
        awaitPods(client, role, 0);
    }

    private static void awaitPods(KubernetesClient client, String role, int count) {
        client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/component", role)
                .informOnCondition(pods -> pods.size() == count)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /// Also puts back what another test took from the role or gave to the account.
    private void applyBase() {
        kubectl(
                "delete",
                "--ignore-not-found",
                "-f",
                FOLDER.resolve("overlays/second-scheduler/rbac.yaml").toString(),
                "-f",
                FOLDER.resolve("overlays/kubelet-summary/rbac.yaml").toString());
        apply("base");
    }

    private String apply(String manifests) {
        return kubectl(
                "apply",
                "--server-side",
                "--force-conflicts",
                "-k",
                FOLDER.resolve(manifests).toString());
    }

    private static void takeAway(KubernetesClient admin, String resource) {
        var role = admin.rbac().clusterRoles().withName(ACCOUNT);
        role.edit(found -> without(found, resource));
        awaitNoneAllowed(admin, List.of(new Right("", resource, "", "list")));
    }

    private static void awaitNoneAllowed(KubernetesClient admin, List<Right> rights) {
        awaitAllowed(admin, rights, List.of());
    }

    /// The API server learns of rights that were given or taken away by a watch of its own, a moment later.
    ///
    /// @param expected those of the rights that the account shall have in the end, and no others
    private static void awaitAllowed(KubernetesClient admin, List<Right> rights, List<Right> expected) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(allowed(admin, rights)).isEqualTo(expected));
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

    private static boolean isAllowed(KubernetesClient admin, Right right) {
        ResourceAttributes attributes = new ResourceAttributesBuilder()
                .withNamespace(NAMESPACE)
                .withGroup(right.group())
                .withResource(right.resource())
                .withSubresource(right.subresource())
                .withVerb(right.verb())
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
        Awaitility.await()
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
        return new Kubectl(controlPlane).run(arguments);
    }
}
