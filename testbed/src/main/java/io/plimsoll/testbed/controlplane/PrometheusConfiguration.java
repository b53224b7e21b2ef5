package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Prometheus' configuration: it scrapes every component, the usage that KWOK simulates, real kubelets, and what the
/// user adds.
record PrometheusConfiguration(Endpoints endpoints, Credentials credentials, int nodeScrapeSeconds) {

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
        text.append(kwokNodes("kwok-nodes", token));
        text.append(realNodes("kubelet-resource", token, "/metrics/resource"));
        text.append(realNodes("kubelet-cadvisor", token, "/metrics/cadvisor"));
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

    private String kwokNodes(String job, Path token) {
        return discovery(job, token) + """
              relabel_configs:
              - {source_labels: [__meta_kubernetes_node_annotationpresent_kwok_x_k8s_io_node], regex: "true", action: keep}
              - {source_labels: [__meta_kubernetes_node_annotation_metrics_k8s_io_resource_metrics_path], target_label: __metrics_path__}
              - {source_labels: [__meta_kubernetes_node_name], target_label: node}
            """;
    }

    private String realNodes(String job, Path token, String path) {
        return discovery(job, token) + """
              metrics_path: %s
              relabel_configs:
              - {source_labels: [__meta_kubernetes_node_annotationpresent_kwok_x_k8s_io_node], regex: "true", action: drop}
              - {source_labels: [__meta_kubernetes_node_name], target_label: node}
            """.formatted(path);
    }

    private String discovery(String job, Path token) {
        return """
            - job_name: %s
              scheme: https
              scrape_interval: %ds
              authorization: {credentials_file: "%s"}
              # Kubelets sign their own certificates.
              tls_config: {insecure_skip_verify: true}
              kubernetes_sd_configs:
              - role: node
                api_server: %s
                authorization: {credentials_file: "%s"}
                tls_config: {ca_file: "%s"}
            """.formatted(
                        job,
                        nodeScrapeSeconds,
                        token,
                        endpoints.url(Component.API_SERVER),
                        token,
                        credentials.authorityFiles().certificate());
    }
}
