package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.DisruptionBudget;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Reads PodDisruptionBudgets; their key is `namespace/name`.
final class BudgetDecoder implements ObjectDecoder<String> {

    @Override
    public Seen<String> decode(JsonParser parser) throws IOException {
        var draft = new Draft();
        Json.object(parser, draft::readField);
        var budget = new DisruptionBudget(
                draft.metadata.namespace, draft.metadata.name, draft.labels, draft.expressions, draft.allowed);
        return new Seen<>(
                budget.key(),
                draft.metadata.resourceVersion,
                new ClusterEvent.BudgetApplied(budget),
                new ClusterEvent.BudgetDeleted(budget.namespace(), budget.name()));
    }

    /// A budget while it is read.
    private static final class Draft {

        final Metadata metadata = new Metadata();
        final Map<String, String> labels = new HashMap<>();
        boolean expressions;
        int allowed;

        void readField(String field, JsonParser parser) throws IOException {
            switch (field) {
                case "metadata" -> metadata.read(parser, label -> false);
                case "spec", "status" -> Json.object(parser, this::readField);
                case "selector" -> Json.object(parser, this::readField);
                case "matchLabels" -> Json.object(parser, (name, p) -> labels.put(name, Json.text(p)));
                case "matchExpressions" -> readExpressions(parser);
                case "disruptionsAllowed" -> allowed = Json.count(parser);
                default -> parser.skipChildren();
            }
        }

        private void readExpressions(JsonParser parser) throws IOException {
            Json.array(parser, item -> {
                expressions = expressions || item.currentToken() == JsonToken.START_OBJECT;
                item.skipChildren();
            });
        }
    }
}
