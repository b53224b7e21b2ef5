package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/// One complete list of a kind while it is read, page by page; belongs to the thread that reads.
///
/// Objects are handed on as they come; which ones there are is known, and said, at the end alone.
final class Listing<K> {

    private final WatchedKind<K> kind;
    private final Consumer<ClusterEvent> sink;
    private final Set<K> present = new HashSet<>();
    private String version = "";
    private String next = "";

    Listing(WatchedKind<K> kind, Consumer<ClusterEvent> sink) {
        this.kind = kind;
        this.sink = sink;
    }

    /// The version that the list shows, and that a watch goes on from.
    String version() {
        return version;
    }

    /// The token of the next page; empty when none was read yet and after the last.
    String next() {
        return next;
    }

    void readPage(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("the list of " + kind.resource() + " is not a JSON object");
        }
        version = "";
        next = "";
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "metadata" -> Json.object(p, this::readMetadata);
                case "items" -> Json.array(p, this::readItem);
                default -> p.skipChildren();
            }
        });
        if (version.isEmpty()) {
            throw new IOException("the list of " + kind.resource() + " has no resourceVersion");
        }
    }

    /// What there is, now that all pages were read.
    ClusterEvent complete() {
        return kind.listed().apply(present);
    }

    private void readMetadata(String field, JsonParser parser) throws IOException {
        switch (field) {
            case "resourceVersion" -> version = Json.text(parser);
            case "continue" -> next = Json.text(parser);
            default -> parser.skipChildren();
        }
    }

    private void readItem(JsonParser parser) throws IOException {
        var seen = kind.decoder().decode(parser);
        sink.accept(seen.applied());
        present.add(seen.key());
    }
}
