package io.plimsoll.kubernetes.watch;

import io.plimsoll.kubernetes.Backoff;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.cluster.ClusterEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps telling what there is of one kind: lists it, then watches it, on one virtual thread.
///
///              ┌────────────── 410 Gone ──────────────┐
///              ▼                                      │
///     list, page by page ──► watch from the list's version ──► ended, failed or silent for too long:
///              ▲                          ▲                    watch again from the last version heard
///              └─ failed: list again      └───────────────────────────┘
///
/// Between any two of these requests lies a pause that doubles from one to the next, unless a watch has *lived*: it
/// was open for [#LIVED_MIN] at least. So neither a server that refuses nor one that ends every watch at once, says
/// 410 again and again or answers with nonsense is asked in a tight loop.
///
/// Objects are decoded from the stream one by one and handed on at once: neither a page nor an object is ever whole in
/// memory. What the sink cannot take yet stays in the connection. Duplicates are handed on: events are states, and
/// applying one twice changes nothing.
public final class Reflector<K> implements AutoCloseable {

    static final int PAGE_OBJECTS = 500;
    static final Duration WATCH = Duration.ofSeconds(290);
    static final Duration LIVED_MIN = Duration.ofSeconds(5);
    static final Patience PAGE_PATIENCE = new Patience(Duration.ofSeconds(30), Duration.ofMinutes(5));
    /// Bookmarks come about once a minute, and the server ends the watch after [#WATCH]: what is silent for longer
    /// than the one or open for longer than the other may be dead. It need not be: of a kind of which nothing has
    /// changed since the API server's start, no bookmarks come.
    static final Patience WATCH_PATIENCE = new Patience(Duration.ofSeconds(100), WATCH.plusSeconds(30));

    private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);

    private final WatchedKind<K> kind;
    private final ApiServer server;
    private final Consumer<ClusterEvent> sink;
    private final LoopContext context;
    private final Patience watchPatience;
    private final Backoff backoff;
    private final CountDownLatch listed = new CountDownLatch(1);
    private final LoopThread thread;
    private volatile boolean closed;
    private volatile boolean open;
    private volatile long heardAtMillis;
    private volatile @Nullable String failure;
    private volatile @Nullable InputStream stream;

    Reflector(
            WatchedKind<K> kind,
            ApiServer server,
            Consumer<ClusterEvent> sink,
            LoopContext context,
            Patience watchPatience) {
        this.kind = kind;
        this.server = server;
        this.sink = sink;
        this.context = context;
        this.watchPatience = watchPatience;
        this.backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), context.random());
        this.thread = new LoopThread("watch-" + kind.resource(), this::run);
    }

    public void start() {
        thread.start();
    }

    /// Waits for the first complete list; false when it did not come in time.
    public boolean awaitListed(Duration patience) throws InterruptedException {
        return listed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Whether a watch is open: what it does not tell has not happened.
    public boolean isLive() {
        return open;
    }

    /// What the watch has died of, if it has.
    public Optional<String> problem() {
        return thread.problem();
    }

    public WatchStatus status() {
        return new WatchStatus(
                kind.resource(), listed.getCount() == 0, open, heardAtMillis, Optional.ofNullable(failure));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        var current = stream;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                LOG.debug("The stream of {} did not close", kind.resource(), e);
            }
        }
    }

    /// Waits until the thread has ended.
    public void join() throws InterruptedException {
        thread.join();
    }

    // The reflecting thread

    private void run() {
        try {
            var version = "";
            while (!closed) {
                version = turn(version);
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("The watch of {} ends", kind.resource());
        } finally {
            open = false;
        }
    }

    /// Lists without a version, watches with one; returns the version to go on from.
    private String turn(String version) throws InterruptedException {
        try {
            return version.isEmpty() ? list() : watch(version);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("Cannot make sense of {}", kind.resource(), e);
            failed("read", new IOException(e));
            pause();
            return "";
        }
    }

    private String list() throws InterruptedException {
        try {
            count("plimsoll.watch.lists");
            var listing = new Listing<>(kind, sink);
            do {
                readPage(listing);
            } while (!listing.next().isEmpty());
            sink.accept(listing.complete());
            heardAtMillis = context.clock().millis();
            listed.countDown();
            return listing.version();
        } catch (IOException e) {
            if (!expired(e)) {
                failed("list", e);
            }
            pause();
            return "";
        }
    }

    private void readPage(Listing<K> listing) throws IOException {
        var token = listing.next();
        var path = kind.path() + "?limit=" + PAGE_OBJECTS + selector()
                + (token.isEmpty() ? "" : "&continue=" + quoted(token));
        try (var answer = answer(path, PAGE_PATIENCE);
                var parser = Json.parser(answer)) {
            listing.readPage(parser);
        } finally {
            stream = null;
        }
    }

    /// Watches from `version` until the watch ends; returns the version to go on from, or nothing when it is too old.
    private String watch(String version) throws InterruptedException {
        var events = new WatchEvents<>(kind, sink, version);
        long start = context.nanoTime().getAsLong();
        boolean expired = false;
        boolean failed = false;
        try {
            readEvents(events);
        } catch (IOException e) {
            expired = expired(e);
            failed = !expired && !isSilence(e);
            if (failed) {
                failed("watch", e);
            }
        } finally {
            open = false;
            stream = null;
        }
        boolean lived = context.nanoTime().getAsLong() - start >= LIVED_MIN.toNanos();
        if (lived) {
            backoff.reset();
        }
        if (failed || !lived) {
            pause();
        }
        return expired ? "" : events.version();
    }

    /// An open watch that told nothing may be a quiet one: only asking again shows whether it was dead.
    private boolean isSilence(IOException e) {
        boolean isSilence = open && e instanceof SocketTimeoutException;
        if (isSilence) {
            LOG.debug("The watch of {} tells nothing; opening it again", kind.resource());
        }
        return isSilence;
    }

    private void readEvents(WatchEvents<K> events) throws IOException {
        var path = kind.path() + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + WATCH.toSeconds() + selector()
                + "&resourceVersion=" + quoted(events.version());
        try (var answer = answer(path, watchPatience)) {
            // A parser reads at once, and a quiet watch says nothing for a minute: it is open all the same.
            heardAtMillis = context.clock().millis();
            failure = null;
            open = true;
            count("plimsoll.watch.starts");
            try (var parser = Json.parser(answer)) {
                while (!closed && events.readOne(parser)) {
                    heardAtMillis = context.clock().millis();
                }
            }
        }
    }

    private InputStream answer(String path, Patience patience) throws IOException {
        var answer = server.open(path, patience);
        stream = answer;
        if (closed) {
            answer.close();
        }
        return answer;
    }

    private boolean expired(IOException e) {
        boolean expired = e instanceof ApiException answer && answer.isExpired();
        if (expired) {
            LOG.info("The API server no longer knows the version of {}; listing again", kind.resource());
            count("plimsoll.watch.expirations");
        }
        return expired;
    }

    private void failed(String verb, IOException e) {
        if (!closed) {
            var what = described(verb, e);
            failure = what;
            count("plimsoll.watch.failures");
            LOG.warn("{}", what);
        }
    }

    private void pause() throws InterruptedException {
        if (!closed) {
            var wait = backoff.next();
            LOG.debug("Asking for {} again in {} ms", kind.resource(), wait.toMillis());
            context.pauses().pause(wait);
        }
    }

    private String described(String verb, IOException e) {
        if (e instanceof ApiException answer && answer.isDenied()) {
            return answer.code() == 401
                    ? "The API server does not know who we are (401): check the token or client certificate in the"
                            + " kubeconfig, or the service account; it says: " + answer.getMessage()
                    : "The API server does not let us %s %s (403): grant the verbs list and watch on them; it says: %s"
                            .formatted(verb, kind.resource(), answer.getMessage());
        }
        return "Cannot %s %s: %s".formatted(verb, kind.resource(), e.getMessage());
    }

    private void count(String meter) {
        context.meters().counter(meter, "resource", kind.resource()).increment();
    }

    private String selector() {
        return kind.selector().isEmpty() ? "" : "&fieldSelector=" + quoted(kind.selector());
    }

    private static String quoted(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
