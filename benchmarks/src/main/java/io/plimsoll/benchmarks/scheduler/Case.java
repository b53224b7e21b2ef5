package io.plimsoll.benchmarks.scheduler;

/// One way to run the scheduler.
///
/// @param batching whether the feature gate OpportunisticBatching is on, as it is by default since 1.35
public record Case(Server server, Verbs verbs, boolean batching) {

    /// Who answers the scheduler's calls.
    public enum Server {
        NONE,
        FLOOR,
        PLIMSOLL
    }

    /// Which calls the scheduler makes for each pod.
    public enum Verbs {
        PRIORITIZE,
        FILTER_AND_PRIORITIZE
    }

    /// The scheduler's configuration for this case, with the extender at `port`.
    String configuration(int port) {
        String head = """
                apiVersion: kubescheduler.config.k8s.io/v1
                kind: KubeSchedulerConfiguration
                clientConnection:
                  qps: 5000
                  burst: 10000
                """;
        if (server == Server.NONE) {
            return head;
        }
        String filter = verbs == Verbs.FILTER_AND_PRIORITIZE ? "  filterVerb: filter\n" : "";
        return head + """
                extenders:
                - urlPrefix: http://127.0.0.1:%d/scheduler
                  prioritizeVerb: prioritize
                  weight: 5
                  nodeCacheCapable: true
                  ignorable: true
                  httpTimeout: 500ms
                """.formatted(port) + filter;
    }

    String label() {
        String calls = server == Server.NONE ? "-" : verbs == Verbs.PRIORITIZE ? "prioritize" : "filter, prioritize";
        return "%-9s %-19s %s"
                .formatted(server.name().toLowerCase(java.util.Locale.ROOT), calls, batching ? "on" : "off");
    }
}
