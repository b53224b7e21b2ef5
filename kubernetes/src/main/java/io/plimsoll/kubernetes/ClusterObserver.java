package io.plimsoll.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.usage.UsageSourceContext;
import io.plimsoll.kubernetes.usage.UsageSourceProvider;
import io.plimsoll.kubernetes.watch.Reflector;
import io.plimsoll.kubernetes.watch.Reflectors;
import io.plimsoll.kubernetes.watch.WatchStatus;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.usage.CpuThrottling;
import io.plimsoll.model.usage.UsagePast;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees the cluster: runs all watches and usage loops, and hands what they see to an [ImageWriter].
///
/// What is listed comes in the order owners, namespaces, budgets, nodes, pods, so that a pod finds its owner
/// and its node; a list that does not come in time is not waited for any longer. Once a second, when all
/// watches are open, the image is confirmed as of the moment at which the API server was last heard; when it
/// has been silent for [#SILENCE], it is asked for a sign of life ([Pulse]).
///
///     observer.start();
///     observer.awaitSynced(Duration.ofSeconds(30));
public final class ClusterObserver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterObserver.class);
    private static final Duration LIST_PATIENCE = Duration.ofSeconds(30);
    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(1);
    static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Patience PULSE_PATIENCE = Patience.of(Duration.ofSeconds(2));

    private final ImageWriter writer;
    private final ApiServer server;
    private final LoopContext context;
    private final List<Reflector<?>> reflectors;
    private final List<UsageLoop> loops;
    private final LoopThread starter;
    private final Pulse pulse;
    private long confirmedAtMillis;
    private final CountDownLatch synced = new CountDownLatch(1);

    public ClusterObserver(
            KubernetesClient client,
            ImageWriter writer,
            ObserverSettings settings,
            InstantSource clock,
            MeterRegistry meters) {
        this(client, writer, settings, LoopContext.real(clock, meters), PULSE_PATIENCE);
    }

    ClusterObserver(
            KubernetesClient client,
            ImageWriter writer,
            ObserverSettings settings,
            LoopContext context,
            Patience pulsePatience) {
        this.writer = writer;
        this.server = new ApiServer(client);
        this.context = context;
        this.reflectors = new Reflectors(server, writer, context).all();
        this.loops = settings.sources().stream().map(this::loop).toList();
        this.starter = new LoopThread("observer", this::run);
        this.pulse = new Pulse(server, context.clock(), pulsePatience);
    }

    private UsageLoop loop(ObserverSettings.Source source) {
        var kind = UsageSourceProvider.named(source.name())
                .orElseThrow(() -> new IllegalArgumentException("there is no usage source '" + source.name()
                        + "': known are metrics-api, kubelet-summary and prometheus, and what else is on the class"
                        + " path"));
        var made = kind.create()
                .apply(new UsageSourceContext(server, context.clock(), source.timeout(), source.settings()));
        return new UsageLoop(made, writer, source.interval(), this::isSynced, context);
    }

    public void start() {
        starter.start();
        loops.forEach(UsageLoop::start);
    }

    /// Whether everything was listed once and is in the published image.
    public boolean isSynced() {
        return synced.getCount() == 0;
    }

    /// Waits until [#isSynced]; false when that did not happen in time.
    public boolean awaitSynced(Duration patience) throws InterruptedException {
        return synced.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Which of the loops has died, if one has: only a restart brings it back.
    public Optional<String> problem() {
        return Stream.of(
                        Stream.of(starter.problem()),
                        reflectors.stream().map(Reflector::problem),
                        loops.stream().map(UsageLoop::problem))
                .flatMap(problems -> problems)
                .flatMap(Optional::stream)
                .findFirst();
    }

    public List<WatchStatus> watches() {
        var all = new ArrayList<WatchStatus>();
        reflectors.forEach(reflector -> all.add(reflector.status()));
        return all;
    }

    public List<SourceStatus> sources() {
        return loops.stream().map(UsageLoop::status).toList();
    }

    /// What the first source that knows the past knows of it.
    public Optional<UsagePast> past() {
        return loops.stream().map(UsageLoop::past).flatMap(Optional::stream).findFirst();
    }

    /// As the first source knows it that does.
    public CpuThrottling throttling() {
        return loops.stream()
                .map(UsageLoop::throttling)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(CpuThrottling.UNKNOWN);
    }

    @Override
    public void close() {
        starter.interrupt();
        loops.forEach(UsageLoop::close);
        reflectors.forEach(Reflector::close);
        try {
            join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
    }

    private void join() throws InterruptedException {
        starter.join();
        for (var loop : loops) {
            loop.join();
        }
        for (var reflector : reflectors) {
            reflector.join();
        }
    }

    // The observing thread

    private void run() {
        try {
            for (var reflector : reflectors) {
                reflector.start();
                if (!reflector.awaitListed(LIST_PATIENCE)) {
                    LOG.warn(
                            "No complete list of {} yet; going on without it",
                            reflector.status().resource());
                }
            }
            for (var reflector : reflectors) {
                reflector.awaitListed(Duration.ofDays(365));
            }
            writer.settle();
            synced.countDown();
            while (true) {
                confirm();
                context.pauses().pause(CONFIRM_EVERY);
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("The observer ends");
        }
    }

    private void confirm() {
        if (!areWatchesOpen()) {
            return;
        }
        if (context.clock().millis() - heardAtMillis() >= SILENCE.toMillis()) {
            pulse.feel();
        }
        long heardAtMillis = heardAtMillis();
        if (areWatchesOpen() && heardAtMillis != confirmedAtMillis) {
            confirmedAtMillis = heardAtMillis;
            writer.accept(new ClusterEvent.Confirmed(heardAtMillis));
        }
    }

    private boolean areWatchesOpen() {
        return reflectors.stream().allMatch(Reflector::isLive);
    }

    /// When the API server last said anything; what the wall clock, set back meanwhile, puts into the future
    /// does not count.
    private long heardAtMillis() {
        long now = context.clock().millis();
        return LongStream.concat(
                        LongStream.of(pulse.feltAtMillis()),
                        reflectors.stream()
                                .mapToLong(reflector -> reflector.status().heardAtMillis()))
                .filter(at -> at <= now)
                .max()
                .orElse(0);
    }
}
