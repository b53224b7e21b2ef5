package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import java.io.IOException;

/// One condition of an object's status.
///
/// @param reason a word; empty where it does not say
/// @param changedAtMillis its last transition, epoch milliseconds; 0 where it does not say
record Condition(String type, String status, String reason, long changedAtMillis) {

    static Condition read(JsonParser parser) throws IOException {
        var texts = new String[] {"", "", ""};
        var changedAt = new long[1];
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "type" -> texts[0] = Json.text(p);
                case "status" -> texts[1] = Json.text(p);
                case "reason" -> texts[2] = Json.text(p);
                case "lastTransitionTime" -> changedAt[0] = Json.millis(p);
                default -> p.skipChildren();
            }
        });
        return new Condition(texts[0], texts[1], texts[2], changedAt[0]);
    }

    boolean isTrue(String name) {
        return type.equals(name) && status.equals("True");
    }
}
