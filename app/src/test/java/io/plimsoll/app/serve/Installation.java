package io.plimsoll.app.serve;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Kubectl;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.app.settings.SettingsReader;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.JavaCommand;
import io.plimsoll.testbed.controlplane.ProcessSpec;
import io.plimsoll.testbed.controlplane.RunningProcess;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Plimsoll's roles at a real control plane, with their accounts, definitions and rules of
/// admission as shipped, and what their processes are started with.
record Installation(ControlPlane controlPlane, KubernetesClient client) {

    static final String NAMESPACE = "plimsoll";
    static final String RIGHTSIZER = "plimsoll-rightsizer";
    static final String EXTENDER = "plimsoll-extender";
    static final String REBALANCER = "plimsoll-rebalancer";
    static final String WEBHOOK = "plimsoll-webhook";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path MANIFESTS = Path.of("..", "manifests");

    /// Usage from the kubelets, since there is no metrics server here.
    private static final String SUMMARY = """
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: test-summary},
             roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole,
                       name: plimsoll-extender-kubelet-summary},
             subjects: [{kind: ServiceAccount, name: plimsoll-rightsizer, namespace: plimsoll}]}""";

    /// The rebalancer and the extender, each of which may ask the kubelets what pods use.
    void installRebalancer() {
        CustomResources.serve(controlPlane);
        apply("-f", "overlays/rebalancer/namespace.yaml");
        apply("-f", "overlays/rebalancer/rbac.yaml");
        kubectl("apply", "--server-side", "--force-conflicts", "-n", NAMESPACE, "-f", manifest("base/rbac.yaml"));
        apply("-f", "overlays/kubelet-summary/rbac.yaml");
        create(SUMMARY.replace(RIGHTSIZER, REBALANCER).replace("test-summary", "test-summary-rebalancer"));
    }

    ServeConfiguration extender() {
        return configuration(settings(EXTENDER, moving(Map.of("roles", "extender", "scheduler-port.port", "0"))));
    }

    ServeConfiguration rebalancer() {
        return configuration(settings(
                REBALANCER,
                moving(Map.of(
                        "roles", "rebalancer",
                        "rebalancer.interval-seconds", "1",
                        "rebalancer.age-seconds-min", "1",
                        "rightsizer.lease.namespace", NAMESPACE))));
    }

    private static Map<String, String> moving(Map<String, String> further) {
        var settings = new HashMap<>(Map.of("usage.sources", "kubelet-summary", "usage.interval-seconds", "1"));
        settings.putAll(further);
        return settings;
    }

    /// The right-sizer, guarded until [CustomResources#unguard].
    void installRightsizer() {
        CustomResources.serve(controlPlane);
        apply("-f", "overlays/rightsizer/namespace.yaml");
        apply("-f", "overlays/rightsizer/rbac.yaml");
        apply("-f", "overlays/kubelet-summary/rbac.yaml");
        create(SUMMARY);
        CustomResources.guard(controlPlane);
    }

    ServeConfiguration rightsizer(Map<String, String> further) {
        return configuration(settings(RIGHTSIZER, ofRightsizer(further)));
    }

    /// Started as a process of its own, with the same settings as one within this process.
    RunningProcess startRightsizerProcess(String name, Map<String, String> further) {
        var arguments = new ArrayList<>(List.of("serve"));
        settings(RIGHTSIZER, ofRightsizer(further)).forEach((key, value) -> {
            arguments.add("--set");
            arguments.add(key + "=" + value);
        });
        var options = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        return controlPlane
                .processes()
                .start(new ProcessSpec(name, JavaCommand.of(options, Plimsoll.class, arguments)));
    }

    private static Map<String, String> ofRightsizer(Map<String, String> further) {
        var settings = new HashMap<>(Map.of(
                "roles", "rightsizer",
                "usage.sources", "kubelet-summary",
                "usage.interval-seconds", "1",
                "rightsizer.interval-seconds", "1",
                "rightsizer.lease.namespace", NAMESPACE,
                "rightsizer.lease.retry-millis", "200"));
        settings.putAll(further);
        return settings;
    }

    /// Asked about each new pod from now on, until [#removeWebhook]. Its manifests have been applied.
    PlimsollService startWebhook() throws Exception {
        return startWebhook(Map.of());
    }

    PlimsollService startWebhook(Map<String, String> further) throws Exception {
        var settings = new HashMap<>(Map.of(
                "roles", "webhook",
                "webhook.port", "0",
                "webhook.names", "localhost,127.0.0.1",
                "webhook.interval-seconds", "1"));
        settings.putAll(further);
        var service = PlimsollService.start(configuration(settings(WEBHOOK, settings)));
        await().atMost(PATIENCE).until(() -> service.webhookPort().isPresent());
        point("https://127.0.0.1:" + service.webhookPort().orElseThrow() + "/mutate-pods");
        return service;
    }

    /// No Service of a testbed leads anywhere, so the API server is told an address.
    private void point(String url) {
        kubectl("patch", "mutatingwebhookconfiguration", WEBHOOK, "--type=json", "-p", """
                [{"op": "remove", "path": "/webhooks/0/clientConfig/service"},
                 {"op": "add", "path": "/webhooks/0/clientConfig/url", "value": "%s"}]""".formatted(url));
    }

    /// Other tests make pods, too.
    void removeWebhook() {
        delete("mutatingwebhookconfiguration", WEBHOOK);
        delete("-n", NAMESPACE, "deployment", WEBHOOK);
        delete("-n", NAMESPACE, "secret", "plimsoll-webhook-tls");
    }

    private Map<String, String> settings(String account, Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.put(
                "cluster.kubeconfig",
                Accounts.kubeconfig(controlPlane, NAMESPACE, account).toString());
        all.put("scheduler-port.drain-millis", "0");
        all.put("health-port.port", "0");
        return all;
    }

    private static ServeConfiguration configuration(Map<String, String> settings) {
        var reader = new SettingsReader(ServeSettings.API_VERSION, ServeSettings.KIND, ServeSettings.all());
        settings.forEach((key, value) -> reader.flag(key, value, key));
        return ServeConfiguration.of(reader.read());
    }

    /// @param option `-f` for a file of the manifests, `-k` for a folder
    String apply(String option, String path) {
        return kubectl("apply", "--server-side", "--force-conflicts", option, manifest(path));
    }

    /// What is not there is no error.
    void delete(String... options) {
        var arguments = new ArrayList<>(List.of("delete", "--ignore-not-found"));
        arguments.addAll(List.of(options));
        kubectl(arguments.toArray(String[]::new));
    }

    static String manifest(String path) {
        return MANIFESTS.resolve(path).toString();
    }

    void create(String text) {
        client.load(new ByteArrayInputStream(("---\n" + text).getBytes(StandardCharsets.UTF_8)))
                .serverSideApply();
    }

    String kubectl(String... arguments) {
        return new Kubectl(controlPlane).run(arguments);
    }
}
