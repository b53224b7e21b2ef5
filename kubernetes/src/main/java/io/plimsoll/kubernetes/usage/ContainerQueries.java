package io.plimsoll.kubernetes.usage;

/// How Prometheus is asked of containers, by cAdvisor's names.
///
/// The kubelet tells of each container at `/metrics/cadvisor` and at `/metrics/resource`, by the same names. Where
/// both are scraped, the larger counts, and not the sum.
public final class ContainerQueries {

    /// Leaves out what is told of pods as a whole, and the container that holds a pod's network.
    public static final String CONTAINERS = "container!=\"\",container!=\"POD\"";

    private ContainerQueries() {}

    /// @param matchers of labels, with commas between
    /// @param window over which the rate is taken, as Prometheus writes durations
    public static String cpuMillis(String matchers, String window) {
        return "1000 * " + ofEach("rate(container_cpu_usage_seconds_total{" + matchers + "}[" + window + "])");
    }

    /// One value for each container.
    public static String ofEach(String expression) {
        return "max by (namespace, pod, container) (" + expression + ")";
    }
}
