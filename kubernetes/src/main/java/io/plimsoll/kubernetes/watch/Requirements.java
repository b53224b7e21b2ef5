package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;

/// The `resources` of a container, of its status or of a pod.
record Requirements(Resources requests, Resources limits) {

    static final Requirements NONE = new Requirements(Resources.NONE, Resources.NONE);

    static Requirements read(JsonParser parser) throws IOException {
        return read(parser, (resource, p) -> p.skipChildren());
    }

    /// @param others reads the request of every resource besides CPU and memory
    static Requirements read(JsonParser parser, Json.Field others) throws IOException {
        var amounts = new Resources[] {Resources.NONE, Resources.NONE};
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "requests" -> amounts[0] = Amounts.read(p, others);
                case "limits" -> amounts[1] = Amounts.read(p);
                default -> p.skipChildren();
            }
        });
        return new Requirements(amounts[0], amounts[1]);
    }
}
