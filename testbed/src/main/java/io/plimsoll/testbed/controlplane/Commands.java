package io.plimsoll.testbed.controlplane;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command lines of the components, all of them on loopback, each flag that is not a default with its reason.
record Commands(
        Binaries binaries, Path run, Credentials credentials, Endpoints endpoints, ControlPlaneSettings settings) {

    List<String> etcd(int peerPort) {
        String url = endpoints.url(Component.ETCD);
        String peerUrl = "http://127.0.0.1:" + peerPort;
        return command(
                Component.ETCD,
                "--data-dir=" + run.resolve("etcd"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peerUrl,
                "--initial-advertise-peer-urls=" + peerUrl,
                "--initial-cluster=default=" + peerUrl,
                // The data is thrown away with the run: nothing is gained by waiting for the disk.
                "--unsafe-no-fsync",
                "--quota-backend-bytes=" + (4L << 30),
                "--log-level=warn");
    }

    /// @param port where it listens
    List<String> apiServer(int port) {
        List<String> flags = command(
                Component.API_SERVER,
                "--etcd-servers=" + endpoints.url(Component.ETCD),
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--tls-cert-file=" + credentials.serving().certificate(),
                "--tls-private-key-file=" + credentials.serving().privateKey(),
                "--client-ca-file=" + credentials.authorityFiles().certificate(),
                "--token-auth-file=" + credentials.tokens(),
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--allow-privileged=true",
                "--service-cluster-ip-range=10.96.0.0/16",
                // No Service address leads here: loopback may not stand in an EndpointSlice.
                "--endpoint-reconciler-type=none",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + credentials.serviceAccountKeys().certificate(),
                "--service-account-signing-key-file="
                        + credentials.serviceAccountKeys().privateKey(),
                // Tests create and bind as fast as they can.
                "--max-requests-inflight=2000",
                "--max-mutating-requests-inflight=1000");
        flags.addAll(aggregationFlags());
        flags.addAll(kubeletFlags());
        flags.addAll(settings.apiServerFlags());
        return flags;
    }

    private List<String> aggregationFlags() {
        return List.of(
                "--requestheader-client-ca-file="
                        + credentials.frontProxyAuthority().certificate(),
                "--requestheader-allowed-names=" + Credentials.frontProxyUser(),
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-username-headers=X-Remote-User",
                "--proxy-client-cert-file=" + credentials.frontProxyClient().certificate(),
                "--proxy-client-key-file=" + credentials.frontProxyClient().privateKey());
    }

    private List<String> kubeletFlags() {
        return List.of(
                "--kubelet-client-certificate=" + credentials.kubeletClient().certificate(),
                "--kubelet-client-key=" + credentials.kubeletClient().privateKey(),
                "--kubelet-preferred-address-types=" + String.join(",", settings.kubeletAddressTypes()));
    }

    List<String> controllerManager() {
        return command(
                Component.CONTROLLER_MANAGER,
                "--kubeconfig=" + credentials.kubeconfigOf(Component.CONTROLLER_MANAGER),
                "--authentication-kubeconfig=" + credentials.kubeconfigOf(Component.CONTROLLER_MANAGER),
                "--authorization-kubeconfig=" + credentials.kubeconfigOf(Component.CONTROLLER_MANAGER),
                "--bind-address=127.0.0.1",
                "--secure-port=" + endpoints.port(Component.CONTROLLER_MANAGER),
                "--tls-cert-file=" + credentials.serving().certificate(),
                "--tls-private-key-file=" + credentials.serving().privateKey(),
                "--leader-elect=false",
                "--use-service-account-credentials=true",
                "--service-account-private-key-file="
                        + credentials.serviceAccountKeys().privateKey(),
                "--root-ca-file=" + credentials.authorityFiles().certificate(),
                "--cluster-signing-cert-file=" + credentials.authorityFiles().certificate(),
                "--cluster-signing-key-file=" + credentials.authorityFiles().privateKey(),
                "--node-monitor-grace-period=" + settings.nodeGraceSeconds() + "s",
                // The left-out one only tells kubelets how long to keep secrets, by a write to every node.
                "--controllers=*,-ttl-controller",
                // The defaults of 20 and 30 requests per second would take minutes for thousands of nodes.
                "--kube-api-qps=2000",
                "--kube-api-burst=4000");
    }

    List<String> scheduler(Path configuration, int port, List<String> furtherFlags) {
        List<String> flags = command(
                Component.SCHEDULER,
                "--config=" + configuration,
                "--authentication-kubeconfig=" + credentials.kubeconfigOf(Component.SCHEDULER),
                "--authorization-kubeconfig=" + credentials.kubeconfigOf(Component.SCHEDULER),
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--tls-cert-file=" + credentials.serving().certificate(),
                "--tls-private-key-file=" + credentials.serving().privateKey());
        flags.addAll(furtherFlags);
        return flags;
    }

    List<String> kwok(Path configuration) {
        return command(
                Component.KWOK,
                "--kubeconfig=" + credentials.kubeconfigOf(Component.KWOK),
                "--config=" + configuration,
                // Never all nodes: it would renew the leases of real ones too.
                "--manage-nodes-with-annotation-selector=" + FakeNodeWriter.MARK + "=" + FakeNodeWriter.MARKED,
                "--server-address=127.0.0.1:" + endpoints.port(Component.KWOK),
                "--node-ip=127.0.0.1",
                "--node-port=" + endpoints.port(Component.KWOK),
                "--tls-cert-file=" + credentials.serving().certificate(),
                "--tls-private-key-file=" + credentials.serving().privateKey(),
                "--node-lease-duration-seconds=" + settings.nodeLeaseSeconds(),
                // It warns of each node without pods at every scrape, and tells of each lease.
                "--v=ERROR");
    }

    List<String> metricsServer() {
        return command(
                Component.METRICS_SERVER,
                "--kubeconfig=" + credentials.kubeconfigOf(Component.METRICS_SERVER),
                "--authentication-kubeconfig=" + credentials.kubeconfigOf(Component.METRICS_SERVER),
                "--authorization-kubeconfig=" + credentials.kubeconfigOf(Component.METRICS_SERVER),
                "--bind-address=127.0.0.1",
                "--secure-port=" + endpoints.port(Component.METRICS_SERVER),
                "--tls-cert-file=" + credentials.serving().certificate(),
                "--tls-private-key-file=" + credentials.serving().privateKey(),
                "--kubelet-use-node-status-port",
                "--kubelet-insecure-tls",
                "--kubelet-preferred-address-types=" + String.join(",", settings.kubeletAddressTypes()),
                "--metric-resolution=" + settings.scrapeSeconds() + "s",
                // Must be below the resolution.
                "--kubelet-request-timeout=5s");
    }

    List<String> prometheus(Path configuration) {
        return List.of(
                Prerequisites.locate(Component.PROMETHEUS.program()),
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + run.resolve("prometheus"),
                "--storage.tsdb.retention.time=1d",
                "--web.listen-address=127.0.0.1:" + endpoints.port(Component.PROMETHEUS),
                "--web.enable-lifecycle",
                "--log.level=warn");
    }

    private List<String> command(Component component, String... flags) {
        List<String> command = new ArrayList<>();
        command.add(binaries.program(component.program()).toString());
        command.addAll(List.of(flags));
        return command;
    }
}
