package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import java.io.IOException;

/// Reads namespaces: their names, their labels, what they opt out of, whether they are being deleted.
final class NamespaceDecoder implements ObjectDecoder<String> {

    private final Pool pool;

    NamespaceDecoder(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Seen<String> decode(JsonParser parser) throws IOException {
        var metadata = new Metadata();
        Json.object(parser, (field, p) -> {
            if (field.equals("metadata")) {
                metadata.readWithLabels(p);
            } else {
                p.skipChildren();
            }
        });
        return new Seen<>(
                metadata.name,
                metadata.resourceVersion,
                new ClusterEvent.NamespaceApplied(
                        metadata.name,
                        pool.optOuts(metadata.labels),
                        pool.labels(metadata.labels),
                        metadata.terminating),
                new ClusterEvent.NamespaceDeleted(metadata.name));
    }
}
