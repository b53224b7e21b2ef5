package io.plimsoll.rightsizer.admission;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.limit.ApiNamespaceLimits;
import io.plimsoll.kubernetes.server.PortLoop;
import io.plimsoll.kubernetes.tls.TlsSource;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.rightsizer.Claims;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The webhook as a whole: what it knows, and the port that it answers on. Each replica runs one. Any thread may start
/// and close it.
///
/// Where the port cannot be opened (its certificate is kept at an API server that is away, say), that is tried again
/// until it can: pods are created as their templates have them meanwhile.
public final class AdmissionWebhook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionWebhook.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final StartingSizesFeed feed;
    private final Supplier<AdmissionPort> ports;
    private final LoopContext context;
    private final LoopThread opening = new LoopThread("admission-port", this::open);
    /// Nothing but the webhook's port runs here.
    private final Vertx loop;

    private volatile Optional<AdmissionPort> port = Optional.empty();

    /// @param server the API server, read from; its owner closes it
    /// @param policies asked once an interval
    /// @param claims what other autoscalers own
    /// @param isDryRun whether nothing may be changed at all: each pod is then left as it is
    public AdmissionWebhook(
            AdmissionSettings settings,
            TlsSource tls,
            ApiServer server,
            Supplier<ClusterImage> images,
            Supplier<List<ResizePolicy>> policies,
            Claims claims,
            boolean isDryRun,
            LoopContext context) {
        var recommendations = new ApiRecommendations(server);
        feed = new StartingSizesFeed(
                () -> new StartingSizes.Read(
                        isDryRun ? List.of() : recommendations.listed(),
                        policies.get(),
                        Claims.byWorkload(claims.now(), images.get()),
                        new ApiNamespaceLimits(server).list()),
                settings.interval(),
                context);
        var reviews = new AdmissionReviews(
                feed, images, context.clock(), context.nanoTime(), new AdmissionMetrics(context.meters()));
        this.context = context;
        loop = PortLoop.create(new VertxOptions().setWorkerPoolSize(1).setUseDaemonThread(true), settings.clients());
        ports = () -> new AdmissionPort(
                settings,
                Optional.of(tls),
                reviews::answer,
                context.meters(),
                context.clock(),
                () -> context.nanoTime().getAsLong() / 1_000_000);
    }

    /// Returns at once; [#unready] says when the port answers. Until the first reading, pods are left as they are.
    public void start() {
        feed.start();
        opening.start();
    }

    private void open() {
        try {
            while (!isOpened()) {
                context.pauses().pause(PAUSE);
            }
        } catch (InterruptedException e) {
            LOG.debug("The webhook's port is not opened any more");
        }
    }

    private boolean isOpened() throws InterruptedException {
        var next = ports.get();
        try {
            loop.deployVerticle(next)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            port = Optional.of(next);
            LOG.info("New pods are asked about at port {}", next.port());
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The webhook's port is not open yet, and is tried again: {}", reason(e));
            return false;
        }
    }

    private static String reason(Exception e) {
        return Optional.ofNullable(e.getCause()).map(Throwable::toString).orElseGet(e::toString);
    }

    /// The port that is listened on, once it is.
    public Optional<Integer> port() {
        return port.map(AdmissionPort::port);
    }

    /// Why no pod is sized yet, if so.
    public Optional<String> unready() {
        return port.isEmpty() ? Optional.of("its port is not open yet") : Optional.empty();
    }

    /// What it has died of, if it has: only a restart brings it back.
    public Optional<String> problem() {
        return feed.problem().or(opening::problem);
    }

    @Override
    public void close() {
        opening.interrupt();
        try {
            opening.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.close().await();
        feed.close();
    }
}
