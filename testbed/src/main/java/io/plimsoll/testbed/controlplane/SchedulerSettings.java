package io.plimsoll.testbed.controlplane;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the scheduler starts: its KubeSchedulerConfiguration and further flags.
///
/// @param configuration a KubeSchedulerConfiguration in YAML; the testbed fills in `clientConnection.kubeconfig` and
///     `leaderElection.leaderElect: false`, and leaves everything else as it is
/// @param flags further flags, for example `--feature-gates=OpportunisticBatching=false`
public record SchedulerSettings(String configuration, List<String> flags) {
    private static final String STOCK = """
        apiVersion: kubescheduler.config.k8s.io/v1
        kind: KubeSchedulerConfiguration
        clientConnection:
          qps: 5000
          burst: 10000
        """;

    public SchedulerSettings {
        flags = List.copyOf(flags);
    }

    /// The scheduler as it comes, with a client that is not slowed down.
    public static SchedulerSettings stock() {
        return new SchedulerSettings(STOCK, List.of());
    }

    /// The scheduler with a configuration of one's own.
    public static SchedulerSettings of(String configuration) {
        return new SchedulerSettings(configuration, List.of());
    }

    public SchedulerSettings withFlags(List<String> furtherFlags) {
        return new SchedulerSettings(configuration, furtherFlags);
    }

    /// The configuration as the scheduler gets it.
    String complete(String kubeconfig) {
        Map<String, Object> document = object(Serialization.unmarshal(configuration, Map.class));
        Map<String, Object> connection = child(document, "clientConnection");
        connection.put("kubeconfig", kubeconfig);
        child(document, "leaderElection").put("leaderElect", false);
        return Serialization.asYaml(document);
    }

    private static Map<String, Object> child(Map<String, Object> document, String key) {
        Map<String, Object> child = object(document.getOrDefault(key, Map.of()));
        document.put(key, child);
        return child;
    }

    private static Map<String, Object> object(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("the scheduler's configuration is not a YAML object: " + value);
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, entry) -> copy.put(String.valueOf(key), entry));
        return copy;
    }
}
