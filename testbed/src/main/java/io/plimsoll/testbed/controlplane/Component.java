package io.plimsoll.testbed.controlplane;

/// A program of the control plane, in the order in which they start.
public enum Component {
    ETCD("etcd", "/health"),
    API_SERVER("kube-apiserver", "/readyz"),
    CONTROLLER_MANAGER("kube-controller-manager", "/healthz"),
    SCHEDULER("kube-scheduler", "/readyz"),
    KWOK("kwok", "/healthz"),
    /// Alive is all that can be asked: ready it is only after the second scrape of a node.
    METRICS_SERVER("metrics-server", "/livez"),
    PROMETHEUS("prometheus", "/-/ready");

    private final String program;
    private final String healthPath;

    Component(String program, String healthPath) {
        this.program = program;
        this.healthPath = healthPath;
    }

    /// What the program is called, on disk and in logs.
    public String program() {
        return program;
    }

    String healthPath() {
        return healthPath;
    }

    /// etcd and Prometheus listen without TLS; both only on loopback.
    String scheme() {
        return this == ETCD || this == PROMETHEUS ? "http" : "https";
    }
}
