package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.NodeTerm;
import io.plimsoll.model.cluster.PodTerm;
import io.plimsoll.model.cluster.PodTraits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads what a pod's affinity demands; preferences are left out. Belongs to the thread that reads.
///
/// What it does not know, or what makes no sense, is told by [#isUnderstood]: it may be a rule.
final class AffinityReader {

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String NODE_NAME = "metadata.name";

    private final List<NodeTerm> nodeTerms = new ArrayList<>(0);
    private final List<PodTermDraft> apart = new ArrayList<>(0);
    private final List<PodTermDraft> together = new ArrayList<>(0);
    private boolean isUnderstood = true;

    boolean isUnderstood() {
        return isUnderstood;
    }

    List<NodeTerm> nodeTerms() {
        return nodeTerms;
    }

    /// @param namespace the pod's own
    List<PodTerm> apart(String namespace) {
        return apart.stream().map(term -> term.build(namespace)).toList();
    }

    List<PodTerm> together(String namespace) {
        return together.stream().map(term -> term.build(namespace)).toList();
    }

    void read(JsonParser parser) throws IOException {
        Json.object(
                parser,
                (kind, p) -> Json.object(p, (strength, q) -> {
                    if (strength.startsWith("preferred") || q.currentToken() == JsonToken.VALUE_NULL) {
                        q.skipChildren();
                    } else if (!strength.equals(REQUIRED)) {
                        skipUnknown(q);
                    } else {
                        readRequired(kind, q);
                    }
                }));
    }

    private void readRequired(String kind, JsonParser p) throws IOException {
        switch (kind) {
            case "nodeAffinity" -> readNodeTerms(p);
            case "podAffinity" -> readPodTerms(p, together);
            case "podAntiAffinity" -> readPodTerms(p, apart);
            default -> skipUnknown(p);
        }
    }

    private void skipUnknown(JsonParser p) throws IOException {
        isUnderstood = false;
        p.skipChildren();
    }

    // Nodes

    private void readNodeTerms(JsonParser parser) throws IOException {
        Json.object(parser, (field, p) -> {
            if (field.equals("nodeSelectorTerms")) {
                Json.array(p, this::readNodeTerm);
            } else {
                skipUnknown(p);
            }
        });
        // A requirement without terms is refused by the API server.
        isUnderstood &= !nodeTerms.isEmpty();
    }

    private void readNodeTerm(JsonParser parser) throws IOException {
        var labels = new ArrayList<NodeTerm.Requirement>(1);
        var names = new ArrayList<NodeTerm.Requirement>(0);
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "matchExpressions" -> Json.array(p, item -> readRequirement(item, labels));
                case "matchFields" -> Json.array(p, item -> readRequirement(item, names));
                default -> skipUnknown(p);
            }
        });
        isUnderstood &= names.stream().allMatch(requirement -> requirement.key().equals(NODE_NAME));
        nodeTerms.add(new NodeTerm(labels, names));
    }

    private void readRequirement(JsonParser parser, List<NodeTerm.Requirement> into) throws IOException {
        var expression = SelectorReader.expression(parser);
        NodeTerm.Requirement.of(expression.key(), expression.operator(), expression.values())
                .ifPresentOrElse(into::add, () -> isUnderstood = false);
    }

    // Pods

    private void readPodTerms(JsonParser parser, List<PodTermDraft> into) throws IOException {
        isUnderstood &= parser.currentToken() == JsonToken.START_ARRAY;
        Json.array(parser, item -> {
            var term = new PodTermDraft();
            Json.object(item, (field, p) -> readPodTerm(field, p, term));
            if (term.isUnderstood()) {
                into.add(term);
            } else {
                isUnderstood = false;
            }
        });
    }

    private void readPodTerm(String field, JsonParser p, PodTermDraft term) throws IOException {
        switch (field) {
            case "labelSelector" -> term.selector = selector(p);
            case "namespaceSelector" -> term.namespaceSelector = selector(p);
            case "namespaces" -> Json.array(p, item -> term.namespaces.add(Json.text(item)));
            case "topologyKey" -> term.topologyKey = Json.text(p);
            case "matchLabelKeys", "mismatchLabelKeys" -> Json.array(p, term::skipUnknown);
            default -> term.skipUnknown(p);
        }
    }

    private Optional<LabelSelector> selector(JsonParser p) throws IOException {
        return p.currentToken() == JsonToken.START_OBJECT ? Optional.of(SelectorReader.read(p)) : Optional.empty();
    }

    /// Pods that are meant, while it is read.
    private static final class PodTermDraft {

        private Optional<LabelSelector> selector = Optional.empty();
        private Optional<LabelSelector> namespaceSelector = Optional.empty();
        private final Set<String> namespaces = new HashSet<>();
        private String topologyKey = "";
        private boolean isKnown = true;

        void skipUnknown(JsonParser p) throws IOException {
            isKnown = false;
            p.skipChildren();
        }

        /// A pod's label that no other pod has is not kept. One without a selector means no pod, which nobody wants.
        boolean isUnderstood() {
            return isKnown
                    && !topologyKey.isEmpty()
                    && selector.filter(AffinityReader::isUnderstood)
                            .filter(labels -> labels.keys().noneMatch(PodTraits::isOwn))
                            .isPresent()
                    && namespaceSelector
                            .filter(labels -> !AffinityReader.isUnderstood(labels))
                            .isEmpty();
        }

        PodTerm build(String ownNamespace) {
            boolean isOwnMeant = namespaces.isEmpty() && namespaceSelector.isEmpty();
            return new PodTerm(
                    selector.orElse(LabelSelector.EVERY),
                    isOwnMeant ? Set.of(ownNamespace) : namespaces,
                    namespaceSelector,
                    topologyKey);
        }
    }

    private static boolean isUnderstood(LabelSelector selector) {
        return selector.expressions().stream().allMatch(expression -> switch (expression.operator()) {
            case "In", "NotIn" -> !expression.values().isEmpty();
            case "Exists", "DoesNotExist" -> expression.values().isEmpty();
            default -> false;
        });
    }
}
