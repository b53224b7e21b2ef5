package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.LabelSelector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads a label selector: `{"matchLabels": …, "matchExpressions": …}`.
final class SelectorReader {

    private SelectorReader() {}

    static LabelSelector read(JsonParser parser) throws IOException {
        var labels = new HashMap<String, String>();
        var expressions = new ArrayList<LabelSelector.Expression>();
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "matchLabels" -> texts(p, labels);
                case "matchExpressions" -> Json.array(p, item -> expressions.add(expression(item)));
                default -> p.skipChildren();
            }
        });
        return new LabelSelector(labels, expressions);
    }

    /// Reads an object whose values are texts.
    static void texts(JsonParser parser, Map<String, String> into) throws IOException {
        Json.object(parser, (name, p) -> into.put(name, Json.text(p)));
    }

    /// One of `matchExpressions`.
    static LabelSelector.Expression expression(JsonParser parser) throws IOException {
        var texts = new String[] {"", ""};
        List<String> values = new ArrayList<>();
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "key" -> texts[0] = Json.text(p);
                case "operator" -> texts[1] = Json.text(p);
                case "values" -> Json.array(p, value -> values.add(Json.text(value)));
                default -> p.skipChildren();
            }
        });
        return new LabelSelector.Expression(texts[0], texts[1], values);
    }
}
