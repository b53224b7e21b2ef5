package io.plimsoll.rightsizer.admission;

import io.plimsoll.kubernetes.server.BodyRoom;
import io.plimsoll.kubernetes.server.ClientGuard;
import io.plimsoll.kubernetes.server.ClientLimits;
import io.plimsoll.kubernetes.server.RequestBody;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Takes bodies in within their room and time, and answers them. Belongs to the event loop of the webhook's port.
///
/// The first bytes of a body always have room, since each connection has one request at a time: nobody
/// who sends unfinished bodies keeps out a review that is no longer than these, as nearly all are.
/// Longer ones share what is left, and get 503 where that is not enough: the pod is made as its
/// template has it, which is better than late.
///
/// | limits 4 and 24 MiB, 256 connections | |
/// |---|---|
/// | first 64 KiB of each | 16 MiB |
/// | what is longer | 8 MiB, of which those of over a mebibyte 4 |
final class Intake {

    private final ClientLimits limits;
    private final UnaryOperator<byte[]> reviews;
    private final ClientGuard clients;
    private final Consumer<String> refusals;
    private final BodyRoom room;
    private final Set<HttpConnection> connections = new HashSet<>();
    private long firstBytes;

    /// @param reviews answers a body with a body
    /// @param refusals told why of each request that is refused: `too-large`, `no-room`
    Intake(ClientLimits limits, UnaryOperator<byte[]> reviews, ClientGuard clients, Consumer<String> refusals) {
        this.limits = limits;
        this.reviews = reviews;
        this.clients = clients;
        this.refusals = refusals;
        this.room = new BodyRoom(limits.beyondFirstBytes());
    }

    void receive(HttpServerRequest request) {
        if (connections.contains(request.connection())) {
            clients.close(request.connection(), "pipelined"); // no API server does that
            return;
        }
        new Incoming(request).start();
    }

    /// Bytes that bodies have room for.
    long bytes() {
        return firstBytes + room.bytes();
    }

    static Future<Void> refuse(HttpServerRequest request, int status, String why) {
        return request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("error", why).toBuffer());
    }

    /// One request from its head to the end of its answer.
    private final class Incoming {

        private final HttpServerRequest request;
        /// The largest body where its length is not declared.
        private final long declaredBytes;
        private final int ownFirstBytes;
        private final RequestBody body;
        private long restBytes;
        private boolean isOver;

        Incoming(HttpServerRequest request) {
            this.request = request;
            this.declaredBytes = declaredBytes(request);
            this.ownFirstBytes = (int) Math.min(BodyRoom.FIRST_BYTES, declaredBytes);
            this.body = new RequestBody(ownFirstBytes);
        }

        private long declaredBytes(HttpServerRequest of) {
            var declared = of.getHeader(HttpHeaders.CONTENT_LENGTH);
            try {
                return declared == null ? limits.bodyBytesMax() : Long.parseLong(declared);
            } catch (NumberFormatException e) {
                return Long.MAX_VALUE;
            }
        }

        void start() {
            connections.add(request.connection());
            firstBytes += ownFirstBytes;
            clients.receiving(this, request.connection());
            request.handler(this::add).exceptionHandler(e -> end()).endHandler(end -> complete());
            request.response().closeHandler(closed -> end());
            if (declaredBytes > limits.bodyBytesMax()) {
                tooLarge();
            }
        }

        private void add(Buffer chunk) {
            int length = body.length() + chunk.length();
            if (isOver) {
                return;
            }
            if (length > limits.bodyBytesMax()) {
                tooLarge();
            } else if (length > ownFirstBytes && restBytes == 0 && !hasTakenRest()) {
                refuse(503, "no-room", "too many long bodies at one time");
            } else {
                body.add(chunk, limits.bodyBytesMax());
            }
        }

        private boolean hasTakenRest() {
            long rest = declaredBytes - ownFirstBytes;
            if (!room.take(rest)) {
                return false;
            }
            restBytes = rest;
            body.reserve((int) declaredBytes);
            return true;
        }

        private void tooLarge() {
            refuse(413, "too-large", "more than " + limits.bodyBytesMax() + " bytes");
        }

        private void refuse(int status, String cause, String why) {
            refusals.accept(cause);
            end();
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            Intake.refuse(request, status, why)
                    .onComplete(sent -> request.connection().close()); // else Vert.x waits for the rest of the body
        }

        private void complete() {
            if (!isOver) {
                request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(Buffer.buffer(reviews.apply(body.whole())))
                        .onComplete(sent -> end());
            }
        }

        private void end() {
            if (isOver) {
                return;
            }
            isOver = true;
            connections.remove(request.connection());
            firstBytes -= ownFirstBytes;
            clients.over(this);
            room.give(restBytes);
        }
    }
}
