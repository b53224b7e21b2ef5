package io.plimsoll.rightsizer.admission;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.tls.TlsSource;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.rightsizer.Claims;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The webhook as a whole: what it knows, and the port that it answers on. Each replica runs one. Any thread may start
/// and close it.
public final class AdmissionWebhook implements AutoCloseable {

    private static final long START_SECONDS_MAX = 30;

    private final StartingSizesFeed feed;
    private final AdmissionPort port;
    /// Nothing but the webhook's port runs here.
    private final Vertx loop = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setUseDaemonThread(true));

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
                        ApiNamespaceLimits.list(server)),
                settings.interval(),
                context);
        var reviews = new AdmissionReviews(
                feed, images, context.clock(), context.nanoTime(), new AdmissionMetrics(context.meters()));
        port = new AdmissionPort(settings, Optional.of(tls), reviews::answer, context.meters(), context.clock());
    }

    /// Returns once the port answers; until the first reading, pods are left as they are.
    public AdmissionWebhook start() throws Exception {
        feed.start();
        Future<String> deployed = loop.deployVerticle(port);
        deployed.toCompletionStage().toCompletableFuture().get(START_SECONDS_MAX, TimeUnit.SECONDS);
        return this;
    }

    /// The port that is listened on, known once started.
    public int port() {
        return port.port();
    }

    /// What it has died of, if it has: only a restart brings it back.
    public Optional<String> problem() {
        return feed.problem();
    }

    @Override
    public void close() {
        loop.close().await();
        feed.close();
    }
}
