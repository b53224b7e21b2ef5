package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// The usage histories of all workloads, one for each container of a workload. Belongs to the thread that writes
/// images.
///
/// The estimate of a workload is the sum over its containers, which errs upwards: they need not peak together.
/// Its confidence is that of the least known container.
///
/// A sample is left out when its pod is not in the image or when it, or a newer one of its container, was
/// counted before, or when another source was chosen for its workload. It is rejected when its time lies more than 5
/// minutes after the fetch or an hour before it,
/// or when it exceeds twice what the pod's node has, which no container can use.
///
/// Memory is bounded by the workloads in the image, plus those gone for less than a day, of which the 10,000
/// seen last stay at most: a deployment that is installed anew finds its history, a stream of one-off pods
/// leaves nothing behind.
///
/// Cost: 150,000 samples take a third to half a second of CPU, the estimates included (benchmarks/model).
public final class UsageLedger {

    private static final double USUAL = 0.5;
    private static final double HIGH = 0.95;
    private static final long AHEAD_MILLIS_MAX = 5 * 60 * 1000L;
    private static final long BEHIND_MILLIS_MAX = 60 * 60 * 1000L;
    private static final double ABSURD_TIMES_CAPACITY = 2;
    private static final long FORGET_MILLIS = 24 * 60 * 60 * 1000L;
    private static final long SWEEP_MILLIS = 10 * 60 * 1000L;
    private static final int GONE_MAX = 10_000;

    /// By workload, then by the container's name.
    private final Map<Owner, Map<String, ContainerHistory>> histories = new HashMap<>();

    private long sweptMillis;
    private long rejected;
    private Function<Owner, Optional<String>> chosen = workload -> Optional.empty();

    /// Adds what was measured, and says what is now known of each workload that it tells something new about.
    public Map<Owner, UsageEstimate> record(UsageBatch batch, ClusterImage image) {
        var changed = new LinkedHashSet<Owner>();
        for (var usage : batch.containers()) {
            add(usage, batch, image, changed);
        }
        var estimates = new LinkedHashMap<Owner, UsageEstimate>();
        for (var owner : changed) {
            estimates.put(owner, estimate(owner, image));
        }
        forgetGone(batch.fetchedAtMillis(), image);
        return Collections.unmodifiableMap(estimates);
    }

    /// From now on counts the measurements of one source alone for the workloads that have one chosen. What others
    /// have measured before stays, and fades.
    ///
    /// @param chosen nothing for a workload for which all count
    public void choose(Function<Owner, Optional<String>> chosen) {
        this.chosen = chosen;
    }

    /// Whether what that source measures counts for the workload.
    public boolean counts(Owner workload, String source) {
        return chosen.apply(workload).map(source::equals).orElse(true);
    }

    /// How many samples were rejected since the start.
    public long rejected() {
        return rejected;
    }

    /// What is known of a workload's containers, by name. The views are copies: they stay as they are, on any
    /// thread.
    public SortedMap<String, ContainerUsageView> containers(Owner workload) {
        var views = new TreeMap<String, ContainerUsageView>();
        histories.getOrDefault(workload, Map.of()).forEach((name, history) -> views.put(name, history.copy()));
        return Collections.unmodifiableSortedMap(views);
    }

    /// Whose histories there are, those of workloads gone for less than a day included.
    public Set<Owner> workloads() {
        return Set.copyOf(histories.keySet());
    }

    /// From the first to the last measurement of the workload's container that is known for longest; 0 where nothing
    /// was measured.
    public long spanMillis(Owner workload) {
        return histories.getOrDefault(workload, Map.of()).values().stream()
                .mapToLong(history -> history.lastMillis() - history.firstMillis())
                .max()
                .orElse(0);
    }

    /// A workload's histories as they are now, to be stored; none where nothing was measured.
    public EncodedHistories encoded(Owner workload) {
        var encoded = new HashMap<String, byte[]>();
        histories.getOrDefault(workload, Map.of()).forEach((name, history) -> encoded.put(name, history.encoded()));
        return new EncodedHistories(lastMillis(workload), encoded);
    }

    /// Takes in histories from before the start. Of one and what was measured since, that with more samples stays:
    /// they come within minutes of the start or not at all.
    ///
    /// @throws IllegalArgumentException when one makes no sense; those before it are taken in
    public void restore(Owner workload, EncodedHistories encoded) {
        encoded.containers()
                .forEach((container, bytes) -> restore(workload, container, ContainerHistory.decoded(bytes)));
    }

    private void restore(Owner workload, String container, ContainerHistory history) {
        histories
                .computeIfAbsent(workload, key -> new LinkedHashMap<>(2))
                .merge(
                        container,
                        history,
                        (live, restored) -> restored.samples() > live.samples() ? restored.withPodsOf(live) : live);
    }

    private void add(ContainerUsage usage, UsageBatch batch, ClusterImage image, Set<Owner> changed) {
        var known = image.pod(usage.pod());
        if (known.isEmpty() || !counts(known.get().workload(), batch.source())) {
            return;
        }
        var pod = known.get();
        long nowMillis = batch.fetchedAtMillis();
        if (!isPlausible(usage, pod, nowMillis, image)) {
            rejected++;
        } else if (history(pod.workload(), usage.container()).add(usage, nowMillis + AHEAD_MILLIS_MAX)) {
            changed.add(pod.workload());
        }
    }

    private static boolean isPlausible(ContainerUsage usage, PodImage pod, long nowMillis, ClusterImage image) {
        return isTimely(usage.cpuMillis(), nowMillis)
                && isTimely(usage.memoryBytes(), nowMillis)
                && pod.spec()
                        .nodeName()
                        .flatMap(image::node)
                        .map(node -> fits(usage, node))
                        .orElse(true);
    }

    private static boolean isTimely(Sample sample, long nowMillis) {
        long age = nowMillis - sample.atMillis();
        return age >= -AHEAD_MILLIS_MAX && age <= BEHIND_MILLIS_MAX;
    }

    private static boolean fits(ContainerUsage usage, NodeImage node) {
        var capacity = node.spec().capacity();
        return fits(usage.cpuMillis(), capacity.cpuMillis()) && fits(usage.memoryBytes(), capacity.memoryBytes());
    }

    /// A node whose capacity is unknown proves nothing.
    private static boolean fits(Sample sample, long capacity) {
        return capacity == 0 || sample.value() <= ABSURD_TIMES_CAPACITY * capacity;
    }

    private ContainerHistory history(Owner workload, String container) {
        return histories
                .computeIfAbsent(workload, key -> new LinkedHashMap<>(2))
                .computeIfAbsent(container, key -> new ContainerHistory());
    }

    private UsageEstimate estimate(Owner owner, ClusterImage image) {
        var running = running(owner, image);
        var sum = new EstimateSum();
        running.forEach(sum::add);
        return sum.estimate();
    }

    /// The histories of those containers that some pod of the image was measured in.
    private List<ContainerHistory> running(Owner owner, ClusterImage image) {
        var running = new ArrayList<ContainerHistory>(2);
        histories.getOrDefault(owner, Map.of()).forEach((name, history) -> {
            history.keepPods(pod -> image.pod(pod)
                    .filter(there -> there.workload().equals(owner) && !isOver(name, there.spec()))
                    .isPresent());
            if (history.isRunning()) {
                running.add(history);
            }
        });
        return running;
    }

    /// An init container has ended when the others run.
    private static boolean isOver(String container, PodSpec pod) {
        return pod.phase() == PodPhase.RUNNING && pod.init().isEnding(container);
    }

    private void forgetGone(long nowMillis, ClusterImage image) {
        if (Math.abs(nowMillis - sweptMillis) < SWEEP_MILLIS) {
            return;
        }
        sweptMillis = nowMillis;
        histories.forEach((owner, containers) -> forgetReplaced(owner, containers, image));
        var gone = new ArrayList<Owner>();
        for (var owner : histories.keySet()) {
            if (!image.isKnown(owner)) {
                gone.add(owner);
            }
        }
        gone.sort(Comparator.comparingLong((Owner owner) -> -lastMillis(owner)));
        for (int i = 0; i < gone.size(); i++) {
            if (i >= GONE_MAX || Math.abs(nowMillis - lastMillis(gone.get(i))) > FORGET_MILLIS) {
                histories.remove(gone.get(i));
            }
        }
    }

    /// Drops the containers that a roll-out took away more than a day before the newest sample of the workload. An
    /// init container is none of them: it runs when a pod starts, which may be weeks ago.
    private static void forgetReplaced(Owner owner, Map<String, ContainerHistory> containers, ClusterImage image) {
        long last = lastMillis(containers.values());
        containers
                .entrySet()
                .removeIf(entry -> last - entry.getValue().lastMillis() > FORGET_MILLIS
                        && image.podsOf(owner).stream()
                                .noneMatch(pod -> pod.spec().init().isEnding(entry.getKey())));
    }

    private long lastMillis(Owner owner) {
        return lastMillis(histories.getOrDefault(owner, Map.of()).values());
    }

    private static long lastMillis(Collection<ContainerHistory> containers) {
        long last = 0;
        for (var history : containers) {
            last = Math.max(last, history.lastMillis());
        }
        return last;
    }

    /// The sum over the containers of a workload while it is taken.
    private static final class EstimateSum {

        private Resources current = Resources.NONE;
        private Resources usual = Resources.NONE;
        private Resources high = Resources.NONE;
        private Resources peak = Resources.NONE;
        private Demand demand = Demand.NONE;
        private double confidence = 1;
        private long sampledAtMillis;

        void add(ContainerHistory container) {
            current = current.plus(container.current());
            usual = usual.plus(container.percentile(USUAL));
            high = high.plus(container.percentile(HIGH));
            peak = peak.plus(container.peak());
            demand = demand.plus(container.demand());
            confidence = Math.min(confidence, container.confidence());
            sampledAtMillis = Math.max(sampledAtMillis, container.lastMillis());
        }

        UsageEstimate estimate() {
            return sampledAtMillis == 0
                    ? UsageEstimate.UNKNOWN
                    : new UsageEstimate(current, usual, high, peak, demand, confidence, sampledAtMillis);
        }
    }
}
