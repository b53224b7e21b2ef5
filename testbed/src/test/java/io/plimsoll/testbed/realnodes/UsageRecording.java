package io.plimsoll.testbed.realnodes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.ObserverSettings.Source;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What usage sources say, asked as `plimsoll serve` asks them, and kept as it comes. Safe for any thread.
final class UsageRecording implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final List<UsageBatch> batches = new CopyOnWriteArrayList<>();
    private final ImageWriter writer;
    private final ClusterObserver observer;

    private UsageRecording(KubernetesClient client, List<Source> sources) {
        var meters = new SimpleMeterRegistry();
        this.writer = new ImageWriter(
                (batch, image) -> {
                    batches.add(batch);
                    return Map.of();
                },
                Clock.systemUTC(),
                meters);
        this.observer = new ClusterObserver(client, writer, new ObserverSettings(sources), Clock.systemUTC(), meters);
    }

    /// Asks from now on, with the rights of that client.
    static UsageRecording of(KubernetesClient client, Source... sources) {
        var recording = new UsageRecording(client, List.of(sources));
        recording.observer.start();
        return recording;
    }

    static Source source(String name, Map<String, String> settings) {
        return new Source(name, INTERVAL, TIMEOUT, settings);
    }

    /// What a source last said of the only container of a pod.
    Optional<ContainerUsage> container(String source, PodKey pod) {
        return last(of(source)
                .flatMap(batch -> batch.containers().stream())
                .filter(usage -> usage.pod().equals(pod)));
    }

    /// What a source last said of a node.
    Optional<Sample> node(String source, String node, SignalKind kind) {
        return last(of(source)
                .flatMap(batch -> batch.nodes().stream())
                .filter(sample -> sample.node().equals(node) && sample.kind() == kind)
                .map(NodeSample::sample));
    }

    /// Which signals of a node a source has told so far.
    Set<SignalKind> kinds(String source, String node) {
        return of(source)
                .flatMap(batch -> batch.nodes().stream())
                .filter(sample -> sample.node().equals(node))
                .map(NodeSample::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(SignalKind.class)));
    }

    /// What could not be asked in a source's latest cycle.
    List<String> failures(String source) {
        return last(of(source)).map(UsageBatch::failures).orElse(List.of());
    }

    /// What the first source that knows it says of the last while.
    UsageBatch past(Duration back, Duration step) {
        long now = System.currentTimeMillis();
        return observer.past().orElseThrow().between(writer.get(), now - back.toMillis(), now, step.toMillis());
    }

    /// How often a container is held at its CPU limit, as the first source has it that knows.
    Optional<Double> held(PodKey pod, String container) {
        return Optional.ofNullable(observer.throttling().shares(pod).get(container));
    }

    private Stream<UsageBatch> of(String source) {
        return batches.stream().filter(batch -> batch.source().equals(source));
    }

    private static <T> Optional<T> last(Stream<T> items) {
        return items.reduce((earlier, later) -> later);
    }

    @Override
    public void close() {
        observer.close();
        writer.close();
    }
}
