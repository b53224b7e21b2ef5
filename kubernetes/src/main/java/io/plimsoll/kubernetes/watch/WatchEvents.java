package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The events of one watch while they are read, `{"type": …, "object": …}` one after the other; belongs to the thread
/// that reads.
final class WatchEvents<K> {

    private static final Logger LOG = LoggerFactory.getLogger(WatchEvents.class);

    private final WatchedKind<K> kind;
    private final Consumer<ClusterEvent> sink;
    private String version;

    /// @param version that the watch starts from
    WatchEvents(WatchedKind<K> kind, Consumer<ClusterEvent> sink, String version) {
        this.kind = kind;
        this.sink = sink;
        this.version = version;
    }

    /// The last version heard: what the next watch goes on from.
    String version() {
        return version;
    }

    /// Reads one event; false at the end of the stream.
    ///
    /// @throws ApiException when the event is a `Status` that says what went wrong
    /// @throws IOException when this is no event
    boolean readOne(JsonParser parser) throws IOException {
        var token = parser.nextToken();
        if (token == null) {
            return false;
        }
        if (token != JsonToken.START_OBJECT) {
            throw new IOException("the watch sent something that is no event: " + token);
        }
        new Event().read(parser);
        return true;
    }

    /// The type comes first from every API server; where it does not, the object is buffered until it is known.
    private final class Event {

        private String type = "";
        private boolean done;
        private @Nullable TokenBuffer early;

        void read(JsonParser parser) throws IOException {
            Json.object(parser, this::readField);
            var buffered = early;
            if (buffered != null && !type.isEmpty()) {
                try (var object = buffered.asParserOnFirstToken()) {
                    readObject(object);
                }
            }
            if (!done) {
                throw new IOException("the watch sent an event without a type and an object");
            }
        }

        private void readField(String field, JsonParser parser) throws IOException {
            switch (field) {
                case "type" -> type = Json.text(parser);
                case "object" -> {
                    if (type.isEmpty()) {
                        early = parser.readValueAs(TokenBuffer.class);
                    } else {
                        readObject(parser);
                    }
                }
                default -> parser.skipChildren();
            }
        }

        private void readObject(JsonParser parser) throws IOException {
            done = true;
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
                case "BOOKMARK" -> version = bookmark(parser);
                case "ERROR" -> throw error(parser);
                default -> {
                    LOG.warn("Skipped an event of unknown type '{}' in the watch of {}", type, kind.resource());
                    parser.skipChildren();
                }
            }
        }
    }

    private static String bookmark(JsonParser parser) throws IOException {
        var metadata = new Metadata();
        Json.object(parser, (field, p) -> {
            if (field.equals("metadata")) {
                metadata.read(p, label -> false);
            } else {
                p.skipChildren();
            }
        });
        return metadata.resourceVersion;
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
}
