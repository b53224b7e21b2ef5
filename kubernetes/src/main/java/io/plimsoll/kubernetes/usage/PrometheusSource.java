package io.plimsoll.kubernetes.usage;

import io.plimsoll.kubernetes.usage.PrometheusApi.Range;
import io.plimsoll.kubernetes.usage.PrometheusApi.Series;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.CpuThrottling;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsagePast;
import io.plimsoll.model.usage.UsageSource;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Usage as a Prometheus server tells it, by a constant number of instant queries a cycle ([PrometheusQueries]).
///
/// A query that fails is told and the others are asked all the same. Settings: `url` (required), `node-label` (the
/// label that holds a node's name, `node` by default; a value such as `n1:9100` counts for `n1`),
/// `bearer-token-file` (read anew each cycle), and `query-…`.
final class PrometheusSource implements UsageSource {

    static final String NAME = "prometheus";

    private static final Logger LOG = LoggerFactory.getLogger(PrometheusSource.class);

    private final UsageSourceContext context;
    private final PrometheusApi api;
    private final PrometheusQueries queries;

    PrometheusSource(UsageSourceContext context) {
        this.context = context;
        this.api = new PrometheusApi(context);
        this.queries = PrometheusQueries.of(context);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public UsageBatch sample(ClusterImage image) {
        var cycle = new Cycle(NAME, image, context.clock());
        var nodeTimes = new HashMap<String, Long>();
        ask(
                "node times",
                queries.nodeTimes(),
                cycle,
                series -> node(series, cycle).ifPresent(name -> nodeTimes.put(name, millis(series.value()))));
        queries.nodes()
                .forEach((kind, query) -> ask(
                        kind.name(),
                        query,
                        cycle,
                        series -> node(series, cycle)
                                .ifPresentOrElse(
                                        name -> cycle.node(
                                                name, kind, series.value(), nodeTimes.getOrDefault(name, 0L)),
                                        cycle::reject)));
        var podTimes = readContainers(cycle);
        readStalls(cycle, podTimes);
        return cycle.end();
    }

    /// One reading for each container, filled by two queries and used by the third.
    ///
    /// @return when each pod was measured
    private Map<PodKey, Long> readContainers(Cycle cycle) {
        var readings = new HashMap<Cycle.Container, Reading>();
        var podTimes = new HashMap<PodKey, Long>();
        ask("container times", queries.containerTimes(), cycle, series -> {
            var container = container(series, cycle);
            readings.put(container, new Reading(millis(series.value())));
            podTimes.merge(container.pod(), millis(series.value()), Math::max);
        });
        ask("container memory", queries.memoryBytes(), cycle, series -> {
            var reading = readings.get(container(series, cycle));
            if (reading != null) {
                reading.bytes = series.value();
            }
        });
        ask("container cpu", queries.cpuMillis(), cycle, series -> {
            var container = container(series, cycle);
            var reading = readings.getOrDefault(container, Reading.MISSING);
            cycle.container(
                    container.pod(),
                    container.name(),
                    series.value(),
                    reading.atMillis,
                    reading.bytes,
                    reading.atMillis);
        });
        return podTimes;
    }

    private void readStalls(Cycle cycle, Map<PodKey, Long> podTimes) {
        var cpu = stalls("pod cpu stalls", queries.podCpuStalls(), cycle);
        var memory = stalls("pod memory stalls", queries.podMemoryStalls(), cycle);
        podTimes.forEach((pod, atMillis) ->
                cycle.stalls(pod, cpu.getOrDefault(pod, Double.NaN), memory.getOrDefault(pod, Double.NaN), atMillis));
    }

    private Map<PodKey, Double> stalls(String what, String query, Cycle cycle) {
        var shares = new HashMap<PodKey, Double>();
        ask(what, query, cycle, series -> shares.put(pod(series), series.value()));
        return shares;
    }

    private static PodKey pod(Series series) {
        return new PodKey(series.label("namespace"), series.label("pod"));
    }

    /// What is known of a container while its queries are asked.
    private static final class Reading {

        static final Reading MISSING = new Reading(0);

        final long atMillis;
        double bytes = Double.NaN;

        Reading(long atMillis) {
            this.atMillis = atMillis;
        }
    }

    private static Cycle.Container container(Series series, Cycle cycle) {
        return cycle.known(pod(series), series.label("container"));
    }

    /// The past of containers, of which the server keeps what it was told to keep; of pods that are there now
    /// alone, since nothing here tells whose the others were.
    @Override
    public Optional<UsagePast> past() {
        return Optional.of(this::between);
    }

    @Override
    public Optional<CpuThrottling> throttling() {
        return Optional.of(this::throttledShares);
    }

    private Map<String, Double> throttledShares(PodKey pod) {
        var shares = new HashMap<String, Double>();
        var query = queries.throttledShare(pod);
        try {
            if (!query.isBlank()) {
                // 0/0 where a container did not run at all.
                api.instant(
                        query,
                        series -> Optional.of(series.value())
                                .filter(Double::isFinite)
                                .ifPresent(share -> shares.put(series.label("container"), share)));
            }
        } catch (IOException e) {
            LOG.warn("How often {} is held at its CPU limit cannot be asked at {}: {}", pod, api.url(), e.getMessage());
        }
        return shares;
    }

    private UsageBatch between(ClusterImage image, long fromMillis, long toMillis, long stepMillis) {
        var cycle = new Cycle(NAME, image, context.clock());
        var memory = new HashMap<Cycle.Container, Map<Long, Double>>();
        var range = new Range(fromMillis, toMillis, stepMillis);
        askPast("container memory", queries.memoryBytes(), range, cycle, (container, series) -> {
            var bytes = memory.computeIfAbsent(container, key -> new HashMap<>());
            series.forEach((seconds, value) -> bytes.put(millis(seconds), value));
        });
        askPast("container cpu", queries.cpuMillis(), range, cycle, (container, series) -> {
            var bytes = memory.getOrDefault(container, Map.of());
            series.forEach((seconds, value) -> Optional.ofNullable(bytes.get(millis(seconds)))
                    .ifPresent(used -> cycle.container(
                            container.pod(), container.name(), value, millis(seconds), used, millis(seconds))));
        });
        var end = cycle.end();
        return new UsageBatch(NAME, toMillis, List.of(), end.containers(), end.rejected(), end.failures());
    }

    private void askPast(
            String what, String query, Range range, Cycle cycle, BiConsumer<Cycle.Container, Series> each) {
        try {
            api.range(query, range, series -> {
                var container = container(series, cycle);
                if (cycle.image().pod(container.pod()).isPresent()) {
                    each.accept(container, series);
                }
            });
        } catch (IOException e) {
            cycle.failed("query for the past of " + what + " at " + api.url() + ": " + e.getMessage());
        }
    }

    /// The node of the image that a series is about: its label's value, or that without a port.
    private Optional<String> node(Series series, Cycle cycle) {
        var value = series.label(context.setting("node-label").orElse("node"));
        var names = cycle.image().nodeTable();
        if (names.slot(value) >= 0) {
            return Optional.of(value);
        }
        int colon = value.lastIndexOf(':');
        return colon > 0 && names.slot(value.substring(0, colon)) >= 0
                ? Optional.of(value.substring(0, colon))
                : Optional.empty();
    }

    private void ask(String what, String query, Cycle cycle, Consumer<Series> each) {
        if (query.isBlank()) {
            return;
        }
        try {
            api.instant(query, each);
        } catch (IOException e) {
            cycle.failed("query for " + what + " at " + api.url() + ": " + e.getMessage());
        }
    }

    private static long millis(double seconds) {
        return Double.isFinite(seconds) ? Math.round(seconds * 1000) : 0;
    }

    @Override
    public void close() {
        api.close();
    }
}
