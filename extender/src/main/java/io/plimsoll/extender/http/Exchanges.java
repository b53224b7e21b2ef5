package io.plimsoll.extender.http;

import io.netty.buffer.ByteBuf;
import io.plimsoll.extender.ExtenderMetrics;
import io.plimsoll.extender.decision.Adviser;
import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.NeutralCause;
import io.plimsoll.extender.decision.Verb;
import io.plimsoll.extender.wire.MalformedRequest;
import io.plimsoll.extender.wire.ReplyBuffer;
import io.plimsoll.kubernetes.server.BodyRoom;
import io.plimsoll.kubernetes.server.ClientGuard;
import io.plimsoll.kubernetes.server.RequestBody;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes requests in and answers them, whatever happens. Belongs to the event loop of the scheduler's port.
///
///     head ──► room for the first bytes? ──no──► waiting, not read from ──► …
///                   │ yes                               └─ too long: closed
///                   ▼
///              they came: room for all of it? ──no──► waiting, not read from ──► …
///                   │ yes
///                   ▼
///              body complete ──► adviser ──► reply sent ──► room given back
///
/// | what is wrong | filter | prioritize |
/// |---|---|---|
/// | anything once the candidates are known | all accepted | equal scores |
/// | body over its limit, or no memory for it | 413, 503 | no scores (`[]`) |
/// | not an extender request | 400 | 400 |
/// | an error of ours before the candidates are known | 500 | no scores |
///
/// There is no neutral answer to a filter call whose nodes are not known: what is not named is rejected. A
/// scheduler with `ignorable: true` goes on without us then.
final class Exchanges {

    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);

    /// How long a body may take once others wait for its room: 16 MiB take a quarter of it at 1 Gbit/s.
    private static final long IN_THE_WAY_MILLIS = 500;

    /// How long, and how much of a body, is still read and thrown away after an answer that did not wait for it.
    private static final long LINGER_MILLIS = 2_000;

    private static final long LINGER_BYTES_MAX = 64L << 20;

    private final SchedulerPortConfig config;
    private final Adviser adviser;
    private final Consumer<Decision> decisions;
    private final ExtenderMetrics metrics;
    private final InstantSource clock;
    private final ClientGuard clients;
    private final BodyTap.OfConnections taps;
    private final BodyRoom room;
    /// Those that have room, and no complete body yet.
    private final Set<Exchange> receiving = new LinkedHashSet<>();
    /// Those that were answered before their bodies were there.
    private final Set<Exchange> lingering = new LinkedHashSet<>();
    /// As many as there ever were requests at one time; each keeps little.
    private final ArrayDeque<ReplyBuffer> spareReplies = new ArrayDeque<>();

    Exchanges(
            SchedulerPortConfig config,
            Adviser adviser,
            Consumer<Decision> decisions,
            ExtenderMetrics metrics,
            InstantSource clock,
            ClientGuard clients,
            BodyTap.OfConnections taps) {
        this.config = config;
        this.adviser = adviser;
        this.decisions = decisions;
        this.metrics = metrics;
        this.clock = clock;
        this.clients = clients;
        this.taps = taps;
        this.room = new BodyRoom(config.limits());
    }

    void receive(Verb verb, HttpServerRequest request) {
        new Exchange(verb, request).start();
    }

    long bodyBytes() {
        return room.bytes();
    }

    /// Whose bodies come too slowly for others, or come long after they were answered.
    List<HttpConnection> tooSlow(long nowMillis) {
        room.sweep(nowMillis);
        return Stream.concat(inTheWay(nowMillis), lingering(nowMillis)).toList();
    }

    /// Whose bodies hold room that others wait for, and come too slowly for that.
    private Stream<HttpConnection> inTheWay(long nowMillis) {
        return room.isAnyoneWaiting()
                ? receiving.stream()
                        .filter(exchange -> nowMillis - exchange.admittedAtMillis > IN_THE_WAY_MILLIS)
                        .map(exchange -> exchange.request.connection())
                : Stream.empty();
    }

    /// Whose bodies still come though they were answered long ago.
    private Stream<HttpConnection> lingering(long nowMillis) {
        return lingering.stream()
                .filter(exchange -> nowMillis - exchange.answeredAtMillis > LINGER_MILLIS)
                .map(exchange -> exchange.request.connection());
    }

    private record Answer(int status, Buffer json) {}

    /// One request from its head to the end of its answer.
    private final class Exchange {

        private final Verb verb;
        private final HttpServerRequest request;
        private final ReplyBuffer reply;
        private @Nullable RequestBody body;
        /// The whole body, or -1 where its length is not declared.
        private long declaredBytes;
        private long firstBytes;
        private long restBytes;
        private long admittedAtMillis;
        private long answeredAtMillis;
        private long discardedBytes;
        private boolean over;

        Exchange(Verb verb, HttpServerRequest request) {
            this.verb = verb;
            this.request = request;
            this.reply = spareReplies.isEmpty() ? new ReplyBuffer() : spareReplies.pop();
        }

        void start() {
            clients.receiving(this, request.connection());
            request.handler(chunk -> add(((BufferInternal) chunk).getByteBuf()))
                    .exceptionHandler(e -> end())
                    .endHandler(end -> complete());
            request.response().closeHandler(closed -> end());
            declaredBytes = declaredBytes();
            long first = Math.min(BodyRoom.FIRST_BYTES, roomForAll());
            if (declaredBytes > config.bodyBytesMax()) {
                tooLarge();
                taps.of(request.connection()).ifPresent(tap -> tap.receive(this::add));
            } else if (room.take(first)) {
                begin(first);
                taps.of(request.connection()).ifPresent(tap -> tap.receive(this::add));
            } else {
                await(first, () -> begin(first));
            }
        }

        private long declaredBytes() {
            var declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
            try {
                return declared == null ? -1 : Long.parseLong(declared);
            } catch (NumberFormatException e) {
                return Long.MAX_VALUE;
            }
        }

        private long roomForAll() {
            return declaredBytes < 0 ? config.bodyBytesMax() : declaredBytes;
        }

        private void await(long bytes, Runnable admit) {
            receiving.remove(this);
            request.pause();
            room.await(this, bytes, () -> {
                admit.run();
                request.resume();
            });
        }

        private void begin(long first) {
            firstBytes = first;
            admitted(() -> body = room.body((int) Math.max(0, declaredBytes), admittedAtMillis));
        }

        /// The first bytes came, so that the others are believed in.
        private void goOn(RequestBody current, long rest) {
            restBytes = rest;
            admitted(() -> current.reserve((int) declaredBytes));
        }

        private void admitted(Runnable allocation) {
            admittedAtMillis = clients.nowMillis();
            receiving.add(this);
            try {
                allocation.run();
            } catch (OutOfMemoryError e) {
                abandon(NeutralCause.NO_MEMORY, 503, "no memory for a body of " + declaredBytes + " bytes");
            }
        }

        private void add(ByteBuf chunk) {
            var current = body;
            if (over || current == null) {
                discard(chunk.readableBytes());
                return;
            }
            if (current.length() + chunk.readableBytes() > config.bodyBytesMax()) {
                tooLarge();
                return;
            }
            try {
                current.add(chunk, config.bodyBytesMax());
                if (restBytes == 0 && current.length() > firstBytes && current.length() != declaredBytes) {
                    takeRest(current);
                }
            } catch (OutOfMemoryError e) {
                abandon(NeutralCause.NO_MEMORY, 503, "no memory for the body");
            }
        }

        private void takeRest(RequestBody current) {
            long rest = roomForAll() - firstBytes;
            if (room.take(rest)) {
                goOn(current, rest);
            } else {
                taps.of(request.connection()).ifPresent(BodyTap::stop);
                await(rest, () -> goOn(current, rest));
            }
        }

        private void tooLarge() {
            abandon(NeutralCause.BODY_TOO_LARGE, 413, "the body is larger than " + config.bodyBytesMax() + " bytes");
        }

        private void abandon(NeutralCause cause, int status, String why) {
            end();
            answerEarly(withoutCandidates(cause, status, why));
        }

        /// Answers before the body is there, and lets it come for a while to be thrown away: a connection
        /// that is closed on bytes unread is reset, and the answer may get lost with it. Vert.x would close
        /// it at the end of an answer to a client that wants no other, so the answer ends when the body does.
        private void answerEarly(Answer answer) {
            answeredAtMillis = clients.nowMillis();
            lingering.add(this);
            headed(answer)
                    .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                    .putHeader(
                            HttpHeaders.CONTENT_LENGTH,
                            Integer.toString(answer.json().length()))
                    .write(answer.json())
                    .onComplete(sent -> {});
        }

        private void discard(int bytes) {
            discardedBytes += bytes;
            if (discardedBytes > LINGER_BYTES_MAX) {
                lingering.remove(this);
                request.connection().close();
            }
        }

        private void endLingering() {
            if (lingering.remove(this)) {
                request.response().end().onComplete(sent -> request.connection().close());
            }
        }

        private void complete() {
            var current = body;
            if (over || current == null) {
                endLingering();
                return;
            }
            receiving.remove(this);
            try {
                var decision = adviser.answer(verb, current.bytes(), current.length(), reply);
                Sending.of(reply).to(request.response()).onComplete(sent -> end());
                record(decision);
            } catch (MalformedRequest e) {
                metrics.refused(verb, e.kind().label());
                answer(new Answer(400, error("not an extender request: " + e.getMessage())))
                        .onComplete(sent -> end());
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        private void failed(Throwable e) {
            LOG.error("{} could not be answered", verb.label(), e);
            if (request.response().headWritten()) {
                request.connection().close();
            } else {
                answer(withoutCandidates(NeutralCause.ERROR, 500, "the decision failed: " + e))
                        .onComplete(sent -> end());
            }
        }

        private Answer withoutCandidates(NeutralCause cause, int status, String why) {
            if (verb == Verb.PRIORITIZE) {
                record(Decision.unread(clock.millis(), verb, cause, why));
                return new Answer(200, Buffer.buffer("[]"));
            }
            metrics.refused(verb, cause.label());
            return new Answer(status, error(why));
        }

        private Future<Void> answer(Answer answer) {
            return headed(answer).end(answer.json());
        }

        private HttpServerResponse headed(Answer answer) {
            return request.response().setStatusCode(answer.status()).putHeader(HttpHeaders.CONTENT_TYPE, Sending.JSON);
        }

        private void end() {
            lingering.remove(this);
            if (over) {
                return;
            }
            over = true;
            receiving.remove(this);
            clients.over(this);
            reply.clear();
            spareReplies.push(reply);
            room.leave(this);
            var current = body;
            body = null;
            if (current != null) {
                room.reuse(current);
            }
            room.give(firstBytes);
            room.give(restBytes);
        }
    }

    /// The answer is sent by then: a record that cannot be made must not cost it.
    private void record(Decision decision) {
        try {
            decisions.accept(decision);
        } catch (RuntimeException e) {
            LOG.error("a decision could not be recorded: {}", decision, e);
        }
    }

    private static Buffer error(String why) {
        return new JsonObject().put("error", why).toBuffer();
    }
}
