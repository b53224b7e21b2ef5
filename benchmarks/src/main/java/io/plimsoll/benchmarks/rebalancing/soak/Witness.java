package io.plimsoll.benchmarks.rebalancing.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Sees what happens to pods, budgets and plans by plain watches of its own, event by event, through an API server that
/// stays, and judges by nothing else. Begins before there are any pods, and takes no list ever: a watch that ends is a
/// gap, which is told. Any thread may ask it.
///
/// Of a budget's pods those count as healthy that are ready and not being deleted, as the disruption controller counts.
final class Witness implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String EVICTED = "EvictionByEvictionAPI";

    private final int replicas;
    private final SortedMap<String, Integer> minimums;
    private final Listener listener;
    private final List<Watch> watches = new ArrayList<>();
    private final Map<String, Seen> pods = new HashMap<>();
    private final TreeMap<String, Integer> healthy = new TreeMap<>();
    private final TreeMap<String, Integer> fewest = new TreeMap<>();
    private final TreeMap<String, Map<String, Integer>> budgets = new TreeMap<>();
    private final TreeMap<String, Eviction> evictions = new TreeMap<>();
    private final Map<String, Deque<Eviction>> awaited = new HashMap<>();
    private final Map<String, Eviction> replaced = new HashMap<>();
    private final TreeMap<String, TreeMap<String, Recorded>> recorded = new TreeMap<>();
    private final TreeMap<String, String> plans = new TreeMap<>();
    private final List<String> breaches = new ArrayList<>();
    private final List<String> otherDrops = new ArrayList<>();
    private final List<String> overdrawn = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private long events;
    private boolean isWhole;
    private boolean closing;

    /// A pod as an event shows it.
    ///
    /// @param workload `namespace/name` of its Deployment
    /// @param node empty before it is bound
    /// @param evicted whether the Eviction API has marked it
    /// @param version of the event
    record Seen(
            String uid,
            String namespace,
            String name,
            String workload,
            String node,
            boolean ready,
            boolean terminating,
            boolean evicted,
            long version) {

        boolean isHealthy() {
            return ready && !terminating;
        }
    }

    /// A pod that the Eviction API took, and what came for it.
    static final class Eviction {

        final Seen pod;
        String landedOn = "";
        boolean isAlone = true;

        Eviction(Seen pod) {
            this.pod = pod;
        }
    }

    /// What plans say of a pod.
    ///
    /// @param evictingVersion of the first event that says that it is about to be evicted; 0 while none does
    /// @param landedOn where the record says that its replacement is
    /// @param finding of the look after five minutes
    record Recorded(
            String from,
            String to,
            String phase,
            long evictingVersion,
            String landedOn,
            String finding,
            String message) {}

    /// Who hears of pods, in the order of events.
    interface Listener {

        void seen(Seen pod);

        /// It is on its way out, or gone.
        void gone(Seen pod);
    }

    /// @param minimums of healthy pods, by workload, as its budgets are meant: held against it even without a budget
    Witness(int replicas, SortedMap<String, Integer> minimums, Listener listener) {
        this.replicas = replicas;
        this.minimums = minimums;
        this.listener = listener;
    }

    /// @param client of an API server that stays
    void start(KubernetesClient client) {
        watches.add(
                client.pods().inAnyNamespace().withLabel(SoakWorkloads.LABEL).watch(new Each<Pod>("pods", this::pod)));
        watches.add(client.policy()
                .v1()
                .podDisruptionBudget()
                .inAnyNamespace()
                .watch(new Each<PodDisruptionBudget>("budgets", this::budget)));
        watches.add(client.genericKubernetesResources("plimsoll.io/v1alpha1", "RebalancePlan")
                .watch(new Each<GenericKubernetesResource>("plans", this::plan)));
    }

    /// Hands on each event, and tells when there are no more.
    private final class Each<T> implements Watcher<T> {

        private final String what;
        private final BiConsumer<Action, T> heard;

        Each(String what, BiConsumer<Action, T> heard) {
            this.what = what;
            this.heard = heard;
        }

        @Override
        public void eventReceived(Action action, T resource) {
            synchronized (Witness.this) {
                events++;
                try {
                    heard.accept(action, resource);
                } catch (RuntimeException e) {
                    gaps.add("an event of " + what + " was not understood: " + e);
                }
            }
        }

        @Override
        public void onClose(WatcherException cause) {
            synchronized (Witness.this) {
                if (!closing) {
                    gaps.add("the watch of " + what + " ended: " + cause.getMessage());
                }
            }
        }
    }

    // Pods

    private void pod(Watcher.Action action, Pod pod) {
        var now = seen(pod, action == Watcher.Action.DELETED);
        var before = pods.get(now.uid());
        if (now.evicted() && (before == null || !before.evicted())) {
            evicted(now);
        }
        count(before, now);
        if (action == Watcher.Action.DELETED) {
            pods.remove(now.uid());
        } else {
            pods.put(now.uid(), now);
        }
        if (before == null) {
            cameFor(now);
        }
        landed(now);
        if (now.terminating()) {
            listener.gone(now);
        } else {
            listener.seen(now);
        }
    }

    private static Seen seen(Pod pod, boolean isDeleted) {
        var conditions = pod.getStatus().getConditions();
        return new Seen(
                pod.getMetadata().getUid(),
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                pod.getMetadata().getNamespace() + "/"
                        + pod.getMetadata().getLabels().get("app"),
                Objects.requireNonNullElse(pod.getSpec().getNodeName(), ""),
                conditions.stream().anyMatch(condition -> isTrue(condition, "Ready")),
                isDeleted || pod.getMetadata().getDeletionTimestamp() != null,
                conditions.stream()
                        .anyMatch(condition -> isTrue(condition, "DisruptionTarget")
                                && Objects.equals(condition.getReason(), EVICTED)),
                Long.parseLong(pod.getMetadata().getResourceVersion()));
    }

    private static boolean isTrue(PodCondition condition, String type) {
        return condition.getType().equals(type) && condition.getStatus().equals("True");
    }

    private void evicted(Seen pod) {
        var eviction = new Eviction(pod);
        evictions.put(pod.uid(), eviction);
        var waiting = awaited.computeIfAbsent(pod.workload(), workload -> new ArrayDeque<>());
        if (!waiting.isEmpty()) {
            waiting.forEach(other -> other.isAlone = false);
            eviction.isAlone = false;
        }
        waiting.add(eviction);
    }

    /// A pod that is new takes the place of the one that was evicted first.
    private void cameFor(Seen pod) {
        var waiting = awaited.get(pod.workload());
        if (waiting != null && !waiting.isEmpty()) {
            replaced.put(pod.uid(), waiting.remove());
        }
    }

    private void landed(Seen pod) {
        var eviction = replaced.get(pod.uid());
        if (eviction != null && !pod.node().isEmpty()) {
            eviction.landedOn = pod.node();
        }
    }

    private void count(@Nullable Seen before, Seen now) {
        boolean was = before != null && before.isHealthy();
        if (was == now.isHealthy()) {
            return;
        }
        int count = healthy.merge(now.workload(), was ? -1 : 1, Integer::sum);
        if (!was) {
            return;
        }
        fewest.merge(now.workload(), count, Math::min);
        below(now, count, "workload " + now.workload(), minimums.getOrDefault(now.workload(), 0));
        budgets.getOrDefault(now.workload(), Map.of())
                .forEach((budget, minimum) -> below(now, count, "budget " + budget, minimum));
    }

    private void below(Seen pod, int count, String of, int minimum) {
        if (count < minimum) {
            var words = of + " has " + count + " healthy pods and needs " + minimum + ": " + pod.name() + " of "
                    + pod.node() + " went, at version " + pod.version();
            (pod.evicted() ? breaches : otherDrops).add(words);
        }
    }

    // Budgets

    private void budget(Watcher.Action action, PodDisruptionBudget budget) {
        var name =
                budget.getMetadata().getNamespace() + "/" + budget.getMetadata().getName();
        var workload = budget.getMetadata().getNamespace() + "/"
                + budget.getSpec().getSelector().getMatchLabels().get("app");
        var ofWorkload = budgets.computeIfAbsent(workload, key -> new TreeMap<>());
        if (action == Watcher.Action.DELETED) {
            ofWorkload.remove(name);
            return;
        }
        ofWorkload.put(name, minimum(budget));
        var status = budget.getStatus();
        if (status != null
                && status.getDisruptionsAllowed() != null
                && (status.getDisruptionsAllowed() < 0
                        || (isWhole && status.getCurrentHealthy() < status.getDesiredHealthy()))) {
            overdrawn.add(name + " allows " + status.getDisruptionsAllowed() + ", has " + status.getCurrentHealthy()
                    + " of " + status.getDesiredHealthy());
        }
    }

    private int minimum(PodDisruptionBudget budget) {
        var least = budget.getSpec().getMinAvailable();
        return least != null
                ? scaled(least)
                : replicas - scaled(budget.getSpec().getMaxUnavailable());
    }

    private int scaled(IntOrString value) {
        return value.getIntVal() != null
                ? value.getIntVal()
                : (Integer.parseInt(value.getStrVal().replace("%", "")) * replicas + 99) / 100;
    }

    // Plans

    private void plan(Watcher.Action action, GenericKubernetesResource resource) {
        JsonNode plan = JSON.valueToTree(resource);
        var name = plan.at("/metadata/name").asText();
        long version = plan.at("/metadata/resourceVersion").asLong();
        if (action == Watcher.Action.DELETED) {
            gaps.add("the plan " + name + " was deleted");
            return;
        }
        plans.put(
                name,
                plan.at("/status/phase").asText("Proposed") + " "
                        + plan.at("/status/message").asText(""));
        var outcomes = new HashMap<String, JsonNode>();
        plan.at("/status/moves")
                .forEach(outcome -> outcomes.put(outcome.path("uid").asText(), outcome));
        for (var move : plan.at("/spec/moves")) {
            var uid = move.path("uid").asText();
            var outcome = outcomes.getOrDefault(uid, JSON.createObjectNode());
            record(uid, name, version, move, outcome);
        }
    }

    private void record(String uid, String plan, long version, JsonNode move, JsonNode outcome) {
        var phase = outcome.path("phase").asText("Planned");
        var ofPod = recorded.computeIfAbsent(uid, key -> new TreeMap<>());
        var before = ofPod.get(plan);
        long first = before == null ? 0 : before.evictingVersion();
        boolean isBegun = List.of("Evicting", "Evicted", "Landed", "Lost").contains(phase);
        ofPod.put(
                plan,
                new Recorded(
                        move.path("from").asText(),
                        move.path("to").asText(),
                        phase,
                        first == 0 && isBegun ? version : first,
                        outcome.at("/replacement/node").asText(""),
                        outcome.at("/replacement/after5Minutes/finding").asText(""),
                        outcome.path("message").asText("")));
    }

    /// From now on no budget is to be told to have fewer pods than it wants: before, they are yet to come.
    synchronized void cameTogether() {
        isWhole = true;
    }

    // What it saw

    synchronized long events() {
        return events;
    }

    synchronized int healthyPods() {
        return healthy.values().stream().mapToInt(Integer::intValue).sum();
    }

    synchronized List<Seen> pods() {
        return List.copyOf(pods.values());
    }

    synchronized List<Eviction> evictions() {
        return List.copyOf(evictions.values());
    }

    /// All that plans say.
    synchronized List<Recorded> recorded() {
        return recorded.values().stream()
                .flatMap(ofPod -> ofPod.values().stream())
                .toList();
    }

    /// What the plan says that has evicted a pod, if one has.
    synchronized Optional<Recorded> recorded(String uid) {
        return recorded.getOrDefault(uid, new TreeMap<>()).values().stream()
                .filter(one -> one.evictingVersion() > 0)
                .reduce((earlier, later) -> later);
    }

    synchronized SortedMap<String, String> plans() {
        return new TreeMap<>(plans);
    }

    /// Moments at which an eviction left fewer healthy pods than a budget, or its workload, needs.
    synchronized List<String> breaches() {
        return List.copyOf(breaches);
    }

    /// The same, where a pod went otherwise.
    synchronized List<String> otherDrops() {
        return List.copyOf(otherDrops);
    }

    /// Budgets that the disruption controller itself has told to be overdrawn.
    synchronized List<String> overdrawn() {
        return List.copyOf(overdrawn);
    }

    /// What it did not see.
    synchronized List<String> gaps() {
        return List.copyOf(gaps);
    }

    /// The most pods of a workload that were away at one time.
    synchronized int mostAway() {
        return fewest.values().stream()
                .mapToInt(least -> replicas - least)
                .max()
                .orElse(0);
    }

    /// Whether an eviction is written down that was not yet taken.
    synchronized boolean isSomebodyEvicting() {
        return recorded().stream().anyMatch(one -> one.phase().equals("Evicting"));
    }

    synchronized boolean hasLanded() {
        return recorded().stream().anyMatch(one -> one.phase().equals("Landed"));
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
        }
        watches.forEach(Watch::close);
    }
}
