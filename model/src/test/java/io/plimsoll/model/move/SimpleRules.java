package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeTerm;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodTerm;
import io.plimsoll.model.cluster.Taint;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Required rules once more, as simply as can be: every pod is compared with every other one.
final class SimpleRules {

    private final ClusterImage image;
    private final List<Move> moves;

    SimpleRules(ClusterImage image, List<Move> moves) {
        this.image = image;
        this.moves = moves;
    }

    /// What required rules say against the moves, whether the others are made or not.
    List<String> complaints() {
        var complaints = new ArrayList<String>();
        for (int i = 0; i < moves.size(); i++) {
            var move = moves.get(i);
            var pod = image.pod(move.pod()).orElseThrow();
            var to = node(move.to());
            if (!isSelected(pod, to)) {
                complaints.add(move.pod() + " does not select " + to.name());
            }
            if (to.taints().stream().anyMatch(taint -> !isTolerated(pod, taint))) {
                complaints.add(move.pod() + " does not tolerate " + to.name());
            }
            others(pod)
                    .filter(other -> places(other).anyMatch(place -> areAgainst(pod, to, other, place)))
                    .forEach(other -> complaints.add(move.pod() + " comes near " + other.key()));
            if (!isNearWhomItMustBe(pod, to, moves.subList(0, i))) {
                complaints.add(move.pod() + " is alone at " + to.name());
            }
        }
        return complaints;
    }

    private Stream<PodImage> others(PodImage pod) {
        return image.nodes().stream()
                .flatMap(node -> node.pods().stream())
                .filter(other -> !other.key().equals(pod.key()));
    }

    private Stream<NodeSpec> places(PodImage pod) {
        var planned =
                moves.stream().filter(move -> move.pod().equals(pod.key())).map(Move::to);
        return Stream.concat(pod.spec().nodeName().stream(), planned).map(this::node);
    }

    private NodeSpec node(String name) {
        return image.node(name).orElseThrow().spec();
    }

    // Nodes

    boolean isSelected(PodImage pod, NodeSpec node) {
        var rules = rules(pod);
        return node.labels().entrySet().containsAll(rules.nodeSelector().entrySet())
                && (rules.nodeTerms().isEmpty() || rules.nodeTerms().stream().anyMatch(term -> isSelected(term, node)));
    }

    private static boolean isSelected(NodeTerm term, NodeSpec node) {
        return !(term.labels().isEmpty() && term.names().isEmpty())
                && term.labels().stream()
                        .allMatch(requirement -> holds(
                                requirement, Optional.ofNullable(node.labels().get(requirement.key()))))
                && term.names().stream().allMatch(requirement -> holds(requirement, Optional.of(node.name())));
    }

    private static boolean holds(NodeTerm.Requirement requirement, Optional<String> value) {
        return switch (requirement.operator()) {
            case IN -> value.filter(requirement.values()::contains).isPresent();
            case NOT_IN -> value.filter(requirement.values()::contains).isEmpty();
            case EXISTS -> value.isPresent();
            case DOES_NOT_EXIST -> value.isEmpty();
            case GREATER -> compared(value, requirement.number()) > 0;
            case LESS -> compared(value, requirement.number()) < 0;
        };
    }

    private static int compared(Optional<String> value, long number) {
        return value.filter(text -> text.matches("-?\\d+"))
                .map(text -> new BigInteger(text).compareTo(BigInteger.valueOf(number)))
                .orElse(0);
    }

    boolean isTolerated(PodImage pod, Taint taint) {
        return rules(pod).tolerations().stream()
                .anyMatch(toleration -> List.of("", taint.key()).contains(toleration.key())
                        && List.of("", taint.effect().label()).contains(toleration.effect())
                        && (toleration.isAnyValue() || toleration.value().equals(taint.value())));
    }

    // Pods

    /// Whether one of the two must be apart from the other, and they would be near each other.
    boolean areAgainst(PodImage pod, NodeSpec node, PodImage other, NodeSpec otherNode) {
        return isAgainst(pod, node, other, otherNode) || isAgainst(other, otherNode, pod, node);
    }

    boolean isAgainst(PodImage pod, NodeSpec node, PodImage other, NodeSpec otherNode) {
        return rules(pod).apart().stream()
                .anyMatch(term -> means(term, other) && areNear(term.topologyKey(), node, otherNode));
    }

    /// When its replacement is scheduled, those that go later are there still.
    private boolean isNearWhomItMustBe(PodImage pod, NodeSpec node, List<Move> before) {
        var terms = rules(pod).together();
        var company = others(pod)
                .filter(other -> before.stream().noneMatch(move -> move.pod().equals(other.key())))
                .filter(other -> !other.spec().terminating())
                .filter(other -> terms.stream().allMatch(term -> means(term, other)))
                .map(other -> node(other.spec().nodeName().orElseThrow()))
                .filter(place -> terms.stream().anyMatch(term -> place.labels().containsKey(term.topologyKey())))
                .toList();
        boolean isFirst = company.isEmpty() && terms.stream().allMatch(term -> means(term, pod));
        var near = isFirst ? List.of(node(pod.spec().nodeName().orElseThrow())) : company;
        return terms.stream()
                .allMatch(term -> near.stream().anyMatch(place -> areNear(term.topologyKey(), node, place)));
    }

    private static boolean areNear(String key, NodeSpec one, NodeSpec other) {
        return one.labels().containsKey(key)
                && one.labels().get(key).equals(other.labels().get(key));
    }

    private static boolean means(PodTerm term, PodImage pod) {
        boolean isThere = term.namespaces().contains(pod.key().namespace())
                || term.namespaceSelector().filter(LabelSelector.EVERY::equals).isPresent();
        return isThere && means(term.selector(), pod.spec().traits().labels());
    }

    private static boolean means(LabelSelector selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.matchLabels().entrySet())
                && selector.expressions().stream()
                        .allMatch(expression -> expression.operator().equals("In")
                                ? expression.values().contains(labels.getOrDefault(expression.key(), ""))
                                : !expression.values().contains(labels.getOrDefault(expression.key(), "")));
    }

    private static PlacementRules rules(PodImage pod) {
        return pod.spec().traits().rules();
    }
}
