package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Prometheus' configuration: it scrapes every component, the usage that KWOK simulates, real kubelets, and what the
/// user adds.
record PrometheusConfiguration(Endpoints endpoints, Credentials credentials, NodeTargets nodes, int nodeScrapeSeconds) {

    Path write(Path folder, List<ScrapeTarget> targets) {
        Path file = folder.resolve("prometheus.yaml");
        try {
            Files.writeString(file, text(folder, targets));
            return file;
        } catch (IOException e) {
            throw new TestbedException("cannot write Prometheus' configuration " + file, e);
        }
    }

    private String text(Path folder, List<ScrapeTarget> targets) throws IOException {
        Path token = folder.resolve("prometheus.token");
        Certificate.writePrivate(token, credentials.adminToken());
        StringBuilder text = new StringBuilder("""
            global:
              scrape_interval: 10s
              scrape_timeout: 5s
            scrape_configs:
            """);
        for (Component component : List.of(
                Component.API_SERVER, Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.METRICS_SERVER)) {
            text.append(component(component, token));
        }
        text.append(plain("etcd", "127.0.0.1:" + endpoints.port(Component.ETCD), "/metrics"));
        text.append(nodes("kwok-nodes", token, "/metrics/resource", "/kwok"));
        text.append(nodes("kubelet-resource", token, "/metrics/resource", "/real"));
        text.append(nodes("kubelet-cadvisor", token, "/metrics/cadvisor", "/real"));
        targets.forEach(target -> text.append(plain(target.job(), target.address(), target.path())));
        return text.toString();
    }

    private String component(Component component, Path token) {
        return """
            - job_name: %s
              scheme: https
              authorization: {credentials_file: "%s"}
              tls_config: {ca_file: "%s"}
              static_configs: [{targets: ["127.0.0.1:%d"]}]
            """.formatted(
                component.program(), token, credentials.authorityFiles().certificate(), endpoints.port(component));
    }

    private static String plain(String job, String address, String path) {
        return """
            - job_name: %s
              metrics_path: %s
              static_configs: [{targets: ["%s"]}]
            """.formatted(job, path, address);
    }

    private String nodes(String job, Path token, String path, String discovery) {
        return """
            - job_name: %s
              scheme: https
              metrics_path: %s
              scrape_interval: %ds
              authorization: {credentials_file: "%s"}
              # Kubelets sign their own certificates.
              tls_config: {insecure_skip_verify: true}
              http_sd_configs: [{url: "%s", refresh_interval: %ds}]
            """.formatted(job, path, nodeScrapeSeconds, token, nodes.url(discovery), nodeScrapeSeconds);
    }
}
