package io.plimsoll.extender.http;

/// Where probes, metrics and inspection are answered; read-only.
///
/// @param port 0 for any free one
/// @param inspection whether `/inspect` is served besides probes and metrics; it names pods and nodes
public record HealthPortConfig(String host, int port, boolean inspection) {

    public static final HealthPortConfig DEFAULT = new HealthPortConfig("127.0.0.1", 8889, true);

    public HealthPortConfig {
        SchedulerPortConfig.requirePort(port);
    }

    public HealthPortConfig onFreePort() {
        return new HealthPortConfig(host, 0, inspection);
    }
}
