package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps telling what there is of one kind: lists it, then watches it, on one virtual thread.
///
///              ┌────────────── 410 Gone ──────────────┐
///              ▼                                      │
///     list, page by page ──► watch from the list's version ──► ended, failed or silent:
///              ▲                          ▲                    watch again from the last version heard
///              └─ failed: wait, again     └───────────────────────────┘  (after a failure: wait first)
///
/// Objects are decoded from the stream one by one and handed on at once: neither a page nor an object is ever whole in
/// memory. What the sink cannot take yet stays in the connection. Duplicates are handed on: events are states, and
/// applying one twice changes nothing.
public final class Reflector<K> implements AutoCloseable {

    static final int PAGE_OBJECTS = 500;
    static final Duration WATCH = Duration.ofSeconds(290);
    /// Bookmarks come about once a minute; a watch that is silent for longer than this is taken for dead.
    static final Duration SILENCE_MAX = Duration.ofSeconds(100);
    static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);

    private final WatchedKind<K> kind;
    private final ApiServer server;
    private final Consumer<ClusterEvent> sink;
    private final InstantSource clock;
    private final Pauses pauses;
    private final Backoff backoff;
    private final MeterRegistry meters;
    private final CountDownLatch listed = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean open;
    private volatile long heardAtMillis;
    private volatile @Nullable String failure;
    private volatile @Nullable InputStream stream;

    Reflector(
            WatchedKind<K> kind,
            ApiServer server,
            Consumer<ClusterEvent> sink,
            InstantSource clock,
            Pauses pauses,
            RandomGenerator random,
            MeterRegistry meters) {
        this.kind = kind;
        this.server = server;
        this.sink = sink;
        this.clock = clock;
        this.pauses = pauses;
        this.backoff = new Backoff(random);
        this.meters = meters;
        this.thread = Thread.ofVirtual().name("watch-" + kind.resource()).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// Waits for the first complete list; false when it did not come in time.
    public boolean awaitListed(Duration patience) throws InterruptedException {
        return listed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    public WatchStatus status() {
        return new WatchStatus(
                kind.resource(), listed.getCount() == 0, open, heardAtMillis, Optional.ofNullable(failure));
    }

    /// Whether a watch is open and was heard not too long ago.
    public boolean isLive(long nowMillis) {
        return open && nowMillis - heardAtMillis <= SILENCE_MAX.toMillis();
    }

    /// Breaks off a watch that has been silent for too long; the reflector then watches again from where it was.
    public void breakSilence(long nowMillis) {
        if (open && nowMillis - heardAtMillis > SILENCE_MAX.toMillis()) {
            LOG.warn("The watch of {} has been silent for too long; opening it again", kind.resource());
            closeStream();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        closeStream();
    }

    /// Waits until the thread has ended.
    public void join() throws InterruptedException {
        thread.join();
    }

    // The reflecting thread

    private void run() {
        try {
            while (!closed) {
                try {
                    listAndWatch();
                } catch (CancellationException e) {
                    throw e;
                } catch (RuntimeException e) {
                    LOG.error("Cannot make sense of {}", kind.resource(), e);
                    failed("read", new IOException(e));
                }
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("The watch of {} ends", kind.resource());
        } finally {
            open = false;
        }
    }

    private void listAndWatch() throws InterruptedException {
        String version;
        try {
            version = list();
        } catch (IOException e) {
            failed("list", e);
            return;
        }
        backoff.reset();
        listed.countDown();
        while (!closed && !version.isEmpty()) {
            version = watch(version);
        }
    }

    /// Reads all pages, and returns the version of the list.
    private String list() throws IOException {
        meters.counter("plimsoll.watch.lists", "resource", kind.resource()).increment();
        var present = new HashSet<K>();
        var page = new Page("", "");
        do {
            page = readPage(page.next(), present);
        } while (!page.next().isEmpty());
        sink.accept(kind.listed().apply(present));
        heardAtMillis = clock.millis();
        return page.version();
    }

    /// @param next the token of the next page, empty on the last
    private record Page(String version, String next) {}

    private Page readPage(String token, Set<K> present) throws IOException {
        var path = kind.path() + "?limit=" + PAGE_OBJECTS + selector()
                + (token.isEmpty() ? "" : "&continue=" + quoted(token));
        var texts = new String[] {"", ""};
        try (var answer = opened(path);
                var parser = Json.parser(answer)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the list of " + kind.resource() + " is not a JSON object");
            }
            Json.object(parser, (field, p) -> {
                switch (field) {
                    case "metadata" ->
                        Json.object(p, (name, q) -> {
                            switch (name) {
                                case "resourceVersion" -> texts[0] = Json.text(q);
                                case "continue" -> texts[1] = Json.text(q);
                                default -> q.skipChildren();
                            }
                        });
                    case "items" -> Json.array(p, item -> present.add(applied(item)));
                    default -> p.skipChildren();
                }
            });
        } finally {
            stream = null;
        }
        if (texts[0].isEmpty()) {
            throw new IOException("the list of " + kind.resource() + " has no resourceVersion");
        }
        return new Page(texts[0], texts[1]);
    }

    private K applied(JsonParser item) throws IOException {
        var seen = kind.decoder().decode(item);
        sink.accept(seen.applied());
        return seen.key();
    }

    /// Watches from `version` until the watch ends; returns the version to go on from, or nothing when it is too old.
    private String watch(String version) throws InterruptedException {
        var state = new Watching(version);
        try {
            var path = kind.path() + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + WATCH.toSeconds()
                    + selector() + "&resourceVersion=" + quoted(version);
            try (var answer = opened(path)) {
                // A parser reads at once, and a quiet watch says nothing for a minute: it is open all the same.
                opened();
                try (var parser = Json.parser(answer)) {
                    while (!closed && parser.nextToken() == JsonToken.START_OBJECT) {
                        state.readEvent(parser);
                        heardAtMillis = clock.millis();
                        backoff.reset();
                    }
                }
            }
        } catch (ApiException e) {
            if (e.isExpired()) {
                LOG.info("The API server no longer knows version {} of {}; listing again", version, kind.resource());
                return "";
            }
            failed("watch", e);
        } catch (IOException e) {
            failed("watch", e);
        } finally {
            open = false;
            stream = null;
        }
        return state.version;
    }

    private void opened() {
        heardAtMillis = clock.millis();
        failure = null;
        open = true;
        meters.counter("plimsoll.watch.starts", "resource", kind.resource()).increment();
    }

    private InputStream opened(String path) throws IOException {
        var answer = server.open(path, ANSWER_MAX);
        stream = answer;
        if (closed) {
            answer.close();
        }
        return answer;
    }

    /// What is known while a watch is read.
    private final class Watching {

        private String version;

        Watching(String version) {
            this.version = version;
        }

        /// Reads `{"type": …, "object": …}`. The type comes first from every API server; where it does not, the object
        /// is buffered until it is known.
        void readEvent(JsonParser parser) throws IOException {
            var type = new String[] {""};
            var early = new TokenBuffer[1];
            Json.object(parser, (field, p) -> {
                switch (field) {
                    case "type" -> type[0] = Json.text(p);
                    case "object" -> {
                        if (type[0].isEmpty()) {
                            early[0] = p.readValueAs(TokenBuffer.class);
                        } else {
                            readObject(type[0], p);
                        }
                    }
                    default -> p.skipChildren();
                }
            });
            if (early[0] != null) {
                try (var buffered = early[0].asParserOnFirstToken()) {
                    readObject(type[0], buffered);
                }
            }
        }

        private void readObject(String type, JsonParser parser) throws IOException {
            switch (type) {
                case "ADDED", "MODIFIED" -> {
                    var seen = kind.decoder().decode(parser);
                    sink.accept(seen.applied());
                    version = seen.resourceVersion();
                }
                case "DELETED" -> {
                    var seen = kind.decoder().decode(parser);
                    sink.accept(seen.deleted());
                    version = seen.resourceVersion();
                }
                case "BOOKMARK" -> {
                    var metadata = new Metadata();
                    Json.object(parser, (field, p) -> {
                        if (field.equals("metadata")) {
                            metadata.read(p, label -> false);
                        } else {
                            p.skipChildren();
                        }
                    });
                    version = metadata.resourceVersion;
                }
                case "ERROR" -> throw error(parser);
                default -> {
                    LOG.warn("Skipped an event of unknown type '{}' in the watch of {}", type, kind.resource());
                    parser.skipChildren();
                }
            }
        }
    }

    private ApiException error(JsonParser parser) throws IOException {
        var message = new String[] {""};
        var code = new int[1];
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "message" -> message[0] = Json.text(p);
                case "code" -> code[0] = Json.count(p);
                default -> p.skipChildren();
            }
        });
        return new ApiException("the watch of " + kind.resource() + " says: " + message[0], code[0]);
    }

    private void failed(String verb, IOException e) throws InterruptedException {
        if (closed) {
            return;
        }
        var what = described(verb, e);
        failure = what;
        meters.counter("plimsoll.watch.failures", "resource", kind.resource()).increment();
        var wait = backoff.next();
        LOG.warn("{}; trying again in {} ms", what, wait.toMillis());
        pauses.pause(wait);
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

    private void closeStream() {
        var current = stream;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                LOG.debug("The stream of {} did not close", kind.resource(), e);
            }
        }
    }

    private String selector() {
        return kind.selector().isEmpty() ? "" : "&fieldSelector=" + quoted(kind.selector());
    }

    private static String quoted(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
