package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.LabelSelector;
import java.io.IOException;
import java.util.Optional;

/// Reads PodDisruptionBudgets; their key is `namespace/name`.
final class BudgetDecoder implements ObjectDecoder<String> {

    @Override
    public Seen<String> decode(JsonParser parser) throws IOException {
        var draft = new Draft();
        Json.object(parser, draft::read);
        var budget = draft.build();
        return new Seen<>(
                budget.key(),
                draft.metadata.resourceVersion,
                new ClusterEvent.BudgetApplied(budget),
                new ClusterEvent.BudgetDeleted(budget.namespace(), budget.name()));
    }

    /// A budget while it is read.
    private static final class Draft {

        final Metadata metadata = new Metadata();
        private Optional<LabelSelector> selector = Optional.empty();
        private int allowed;
        private int observedGeneration;

        DisruptionBudget build() {
            return new DisruptionBudget(
                    metadata.namespace, metadata.name, selector, allowed, observedGeneration >= metadata.generation);
        }

        void read(String field, JsonParser parser) throws IOException {
            switch (field) {
                case "metadata" -> metadata.read(parser, label -> false);
                case "spec" -> Json.object(parser, this::readSpec);
                case "status" -> Json.object(parser, this::readStatus);
                default -> parser.skipChildren();
            }
        }

        private void readSpec(String field, JsonParser parser) throws IOException {
            if (field.equals("selector") && parser.currentToken() == JsonToken.START_OBJECT) {
                selector = Optional.of(SelectorReader.read(parser));
            } else {
                parser.skipChildren();
            }
        }

        private void readStatus(String field, JsonParser parser) throws IOException {
            switch (field) {
                case "disruptionsAllowed" -> allowed = Json.count(parser);
                case "observedGeneration" -> observedGeneration = Json.count(parser);
                default -> parser.skipChildren();
            }
        }
    }
}
