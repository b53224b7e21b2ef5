package io.plimsoll.kubernetes.usage;

import java.util.List;

/// The kinds of usage sources that need nothing further: the metrics API, the kubelets, Prometheus.
public final class StandardSources implements UsageSourceProvider {

    @Override
    public List<UsageSourceKind> kinds() {
        return List.of(
                new UsageSourceKind(MetricsApiSource.NAME, MetricsApiSource::new),
                new UsageSourceKind(KubeletSummarySource.NAME, KubeletSummarySource::new),
                new UsageSourceKind(PrometheusSource.NAME, PrometheusSource::new));
    }
}
