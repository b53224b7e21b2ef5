package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;

/// Reads `{"cpu": …, "memory": …}`.
final class Amounts {

    private Amounts() {}

    static Resources read(JsonParser parser) throws IOException {
        return read(parser, (resource, p) -> p.skipChildren());
    }

    /// @param others reads the amount of every other resource
    static Resources read(JsonParser parser, Json.Field others) throws IOException {
        var amounts = new long[2];
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "cpu" -> amounts[0] = Quantities.milli(Json.text(p));
                case "memory" -> amounts[1] = Quantities.value(Json.text(p));
                default -> others.read(field, p);
            }
        });
        return new Resources(amounts[0], amounts[1]);
    }
}
