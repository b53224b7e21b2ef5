package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodTerm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What pods demand of one another: which must be apart, and which near. Belongs to one plan of one image, and works
/// out what it is asked for, once.
///
/// A pod that the plan has moved is reckoned with at both places when another one is sent somewhere: the move may come
/// to nothing. It is no reason any more to move another one away from where it was.
final class Affinities {

    private final ClusterImage image;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final Set<PodKey> leaving = new HashSet<>();
    /// Pods by namespace, and what others demand to be apart from by the namespaces that it is about; empty before
    /// they are asked for.
    private Map<String, List<PodImage>> namespaces = Map.of();
    private Optional<Map<String, List<Demand>>> demanding = Optional.empty();
    private final Map<PodTerm, Domains> meant = new HashMap<>();
    /// Pods of a namespace by the value that they have of a label.
    private final Map<LabelOf, Map<String, List<PodImage>>> labelled = new HashMap<>();

    Affinities(ClusterImage image) {
        this.image = image;
    }

    private record LabelOf(String namespace, String key) {}

    private record Arrival(PodImage pod, NodeSpec node) {}

    /// @param domains where those are that demand it
    private record Demand(PodTerm term, Domains domains) {}

    /// Pods by the value that their nodes have of one label.
    private static final class Domains {

        private final String key;
        private final Map<String, List<PodImage>> pods = new HashMap<>();

        Domains(String key) {
            this.key = key;
        }

        void add(PodImage pod, NodeSpec node) {
            var value = node.labels().get(key);
            if (value != null) {
                pods.computeIfAbsent(value, v -> new ArrayList<>(1)).add(pod);
            }
        }

        List<PodImage> of(NodeSpec node) {
            var value = node.labels().get(key);
            return value == null ? List.of() : pods.getOrDefault(value, List.of());
        }
    }

    /// Counts it as moved.
    void move(PodImage pod, int slot) {
        arrivals.add(new Arrival(pod, image.node(slot).spec()));
        leaving.add(pod.key());
    }

    /// Undoes the latest [#move].
    void takeBack(PodImage pod) {
        arrivals.removeLast();
        leaving.remove(pod.key());
    }

    // Where a pod may go

    /// Where a pod may go, as far as other pods are concerned.
    ///
    /// @param shut values of labels of nodes on which it may not be
    /// @param open labels of which its node must have one of the values
    record Bounds(Map<String, Set<String>> shut, List<Map.Entry<String, Set<String>>> open) {

        boolean areShutAt(NodeSpec node) {
            for (var entry : shut.entrySet()) {
                if (has(node, entry)) {
                    return true;
                }
            }
            return false;
        }

        boolean areOpenAt(NodeSpec node) {
            for (var entry : open) {
                if (!has(node, entry)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean has(NodeSpec node, Map.Entry<String, Set<String>> values) {
            var value = node.labels().get(values.getKey());
            return value != null && values.getValue().contains(value);
        }
    }

    Bounds bounds(PodImage pod) {
        var shut = new HashMap<String, Set<String>>();
        var apart = pod.spec().traits().rules().apart();
        apart.forEach(term -> shut(shut, pod, meant(term)));
        for (var demand : demanding().getOrDefault(pod.key().namespace(), List.of())) {
            if (demand.term().selector().matches(pod.spec().traits().labels())) {
                shut(shut, pod, demand.domains());
            }
        }
        for (var arrival : arrivals) {
            shut(shut, apart, arrival.pod(), arrival.node());
            shut(shut, arrival.pod().spec().traits().rules().apart(), pod, arrival.node());
        }
        return new Bounds(shut, open(pod));
    }

    private static void shut(Map<String, Set<String>> shut, PodImage pod, Domains domains) {
        domains.pods.forEach((value, pods) -> {
            if (pods.stream().anyMatch(other -> !other.key().equals(pod.key()))) {
                shut.computeIfAbsent(domains.key, key -> new HashSet<>()).add(value);
            }
        });
    }

    /// @param apart of one of two pods, of which one comes to the node
    /// @param other the other one
    private void shut(Map<String, Set<String>> shut, List<PodTerm> apart, PodImage other, NodeSpec node) {
        for (var term : apart) {
            var value = node.labels().get(term.topologyKey());
            if (value != null && means(term, other)) {
                shut.computeIfAbsent(term.topologyKey(), key -> new HashSet<>()).add(value);
            }
        }
    }

    /// One that is meant by all of its demands counts for each of them, as the scheduler has it; but one whose
    /// node has none of the labels that these are about is nowhere. The first of pods that are to be near each
    /// other stays near where it is: it is there until its replacement is.
    private List<Map.Entry<String, Set<String>>> open(PodImage pod) {
        var terms = pod.spec().traits().rules().together();
        if (terms.isEmpty()) {
            return List.of();
        }
        var near = terms.stream()
                .flatMap(term -> meant(term).pods.values().stream())
                .flatMap(Collection::stream)
                .distinct()
                .filter(other -> stays(other) && !other.key().equals(pod.key()))
                .filter(other -> terms.stream().allMatch(term -> means(term, other)))
                .toList();
        boolean isFirst = near.isEmpty() && terms.stream().allMatch(term -> means(term, pod));
        var nodes = (isFirst ? List.of(pod) : near)
                .stream().flatMap(other -> node(other).stream()).toList();
        return terms.stream()
                .map(PodTerm::topologyKey)
                .distinct()
                .map(key -> Map.entry(key, values(key, nodes)))
                .toList();
    }

    private static Set<String> values(String key, List<NodeSpec> nodes) {
        var values = new HashSet<String>();
        nodes.forEach(node -> Optional.ofNullable(node.labels().get(key)).ifPresent(values::add));
        return values;
    }

    // Where a pod is

    /// Of the pods that a pod must be apart from, the first that is near it and will stay there.
    Optional<PodKey> tooNear(PodImage pod) {
        var terms = pod.spec().traits().rules().apart();
        return terms.isEmpty()
                ? Optional.empty()
                : node(pod)
                        .flatMap(node -> terms.stream()
                                .flatMap(term -> meant(term).of(node).stream())
                                .filter(other -> stays(other) && !other.key().equals(pod.key()))
                                .map(PodImage::key)
                                .min(Comparator.naturalOrder()));
    }

    boolean isLeaving(PodImage pod) {
        return leaving.contains(pod.key());
    }

    private boolean stays(PodImage pod) {
        return !pod.spec().terminating() && !isLeaving(pod);
    }

    // Who means whom

    private boolean means(PodTerm term, PodImage pod) {
        var namespace = pod.key().namespace();
        return term.matches(
                namespace, image.namespaceLabels(namespace), pod.spec().traits().labels());
    }

    private Domains meant(PodTerm term) {
        var known = meant.get(term);
        if (known != null) {
            return known;
        }
        var found = new Domains(term.topologyKey());
        for (var namespace : about(term)) {
            candidates(namespace, term.selector())
                    .filter(pod -> term.selector().matches(pod.spec().traits().labels()))
                    .forEach(pod -> node(pod).ifPresent(node -> found.add(pod, node)));
        }
        meant.put(term, found);
        return found;
    }

    /// Those that a selector may mean: there are as many selectors as workloads, and most ask for one label.
    private Stream<PodImage> candidates(String namespace, LabelSelector selector) {
        var demand = selector.demand();
        if (demand.isEmpty()) {
            return namespaces().getOrDefault(namespace, List.of()).stream();
        }
        var byValue = byLabel(new LabelOf(namespace, demand.get().getKey()));
        return demand.get().getValue().stream()
                .distinct()
                .flatMap(value -> byValue.getOrDefault(value, List.of()).stream());
    }

    private Map<String, List<PodImage>> byLabel(LabelOf label) {
        return labelled.computeIfAbsent(
                label,
                asked -> namespaces().getOrDefault(asked.namespace(), List.of()).stream()
                        .filter(pod -> pod.spec().traits().labels().containsKey(asked.key()))
                        .collect(Collectors.groupingBy(
                                pod -> pod.spec().traits().labels().get(asked.key()))));
    }

    /// Most speak of one namespace: the others are not looked at.
    private Collection<String> about(PodTerm term) {
        return term.namespaceSelector().isEmpty()
                ? term.namespaces()
                : namespaces().keySet().stream()
                        .filter(namespace -> term.isAbout(namespace, image.namespaceLabels(namespace)))
                        .toList();
    }

    private Map<String, List<PodImage>> namespaces() {
        if (namespaces.isEmpty()) {
            namespaces = new HashMap<>();
            for (int slot = 0; slot < image.nodeCount(); slot++) {
                for (var pod : image.node(slot).pods()) {
                    namespaces
                            .computeIfAbsent(pod.key().namespace(), name -> new ArrayList<>())
                            .add(pod);
                }
            }
        }
        return namespaces;
    }

    private Map<String, List<Demand>> demanding() {
        if (demanding.isEmpty()) {
            var found = new HashMap<String, List<Demand>>();
            byTerm().forEach((term, domains) -> about(term)
                    .forEach(namespace -> found.computeIfAbsent(namespace, name -> new ArrayList<>())
                            .add(new Demand(term, domains))));
            demanding = Optional.of(found);
        }
        return demanding.get();
    }

    private Map<PodTerm, Domains> byTerm() {
        var found = new HashMap<PodTerm, Domains>();
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var node = image.node(slot);
            for (var pod : node.pods()) {
                for (var term : pod.spec().traits().rules().apart()) {
                    found.computeIfAbsent(term, t -> new Domains(t.topologyKey()))
                            .add(pod, node.spec());
                }
            }
        }
        return found;
    }

    private Optional<NodeSpec> node(PodImage pod) {
        return pod.spec().nodeName().flatMap(image::node).map(node -> node.spec());
    }
}
