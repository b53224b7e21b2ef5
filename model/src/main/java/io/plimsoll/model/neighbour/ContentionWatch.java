package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.usage.Sample;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All nodes and workloads as to one thing that may be short. Belongs to the ledger's thread.
///
/// A workload is accused when four things hold: others wait significantly more when it uses more; several times more so
/// than for the same use of most workloads, since on a full node anybody's use is felt; it had a quarter of the blame
/// for a pressure that was really high, three times; and the pressure was that of waiting tasks.
final class ContentionWatch {

    private static final double SIGNIFICANT = 8;
    private static final double TIMES_USUAL = 4;
    private static final double COEFFICIENT_MIN = 0.3;
    private static final double BLAMED_TIMES = 2.5;
    /// Pods' uses measured further apart from the pressure than this do not go with it.
    private static final long APART_MILLIS = 90_000;

    private static final long NEW_MILLIS = 10 * 60_000;

    private final Contention contention;
    private final Map<String, NodeWatch> nodes = new HashMap<>();
    private final Map<Owner, Suspect> suspects = new HashMap<>();
    private double usualCoefficient;
    private double noise;
    private long looks;
    private long startedMillis;
    private long settledMillis;

    ContentionWatch(Contention contention) {
        this.contention = contention;
    }

    void observe(ClusterImage image, long nowMillis) {
        if (looks == 0) {
            startedMillis = nowMillis;
            settledMillis = nowMillis;
        }
        double surprise = 0;
        int news = 0;
        for (var node : image.nodes()) {
            double capacity = contention.of(node.spec().capacity());
            if (capacity <= 0 || node.spec().virtual()) {
                continue;
            }
            var pressure = Pressure.of(node.signals(), contention, capacity);
            if (pressure.isEmpty()) {
                continue;
            }
            var watch = nodes.compute(node.name(), (name, known) -> watch(name, known, pressure.get()));
            if (watch.isNews(pressure.get())) {
                double unexplained = look(watch, node, pressure.get(), capacity);
                surprise += unexplained * unexplained;
                news++;
            }
        }
        nodes.keySet().retainAll(new HashSet<>(image.nodeTable().names()));
        if (news > 0) {
            settle(surprise / news, nowMillis);
        }
    }

    private NodeWatch watch(String node, @Nullable NodeWatch known, Pressure pressure) {
        return known != null && known.isOf(pressure) ? known : new NodeWatch(node, contention, pressure.tier());
    }

    private double look(NodeWatch watch, NodeImage node, Pressure pressure, double capacity) {
        double all = 0;
        for (var pod : node.pods()) {
            if (pod.usage().isPresent() && Math.abs(pod.usageAtMillis() - pressure.atMillis()) <= APART_MILLIS) {
                double share = contention.of(pod.usage().get()) / capacity;
                boolean isNew = pressure.atMillis() - pod.spec().boundAtMillis() <= NEW_MILLIS;
                var suspect = suspects.computeIfAbsent(pod.workload(), owner -> new Suspect(owner, contention));
                watch.uses(suspect, share, isNew, waited(pod, pressure));
                all += share;
            }
        }
        double whole = node.signals()
                .get(contention.usage())
                .map(Sample::value)
                .map(used -> used / capacity)
                .orElse(all);
        return watch.look(pressure, Math.max(0, whole - all), new NodeWatch.Usual(usualCoefficient, Math.sqrt(noise)));
    }

    private double waited(PodImage pod, Pressure pressure) {
        boolean goesWithIt = Math.abs(pod.stalls().atMillis() - pressure.atMillis()) <= APART_MILLIS;
        return goesWithIt ? contention.of(pod.stalls()) : Double.NaN;
    }

    private void settle(double surprise, long nowMillis) {
        long elapsed = Math.max(0, nowMillis - settledMillis);
        double watched = nowMillis - startedMillis;
        double learnt = Decay.kept(Math.clamp(watched / 3, 30 * NodeWatch.MINUTE, NodeWatch.DAY), elapsed);
        double day = Decay.kept(NodeWatch.DAY, elapsed);
        double week = Decay.kept(7 * NodeWatch.DAY, elapsed);
        suspects.values().forEach(suspect -> suspect.settle(learnt, day, week, elapsed));
        suspects.values().removeIf(Suspect::isGone);
        noise += Decay.step(day, looks) * (surprise - noise);
        usualCoefficient = median();
        compareSensitivities();
        suspects.values().forEach(suspect -> suspect.accused(isAccused(suspect), nowMillis));
        looks++;
        settledMillis = nowMillis;
    }

    private void compareSensitivities() {
        double sum = 0;
        double weights = 0;
        for (var suspect : suspects.values()) {
            sum += suspect.sensitivity.weight() * suspect.sensitivity.slope();
            weights += suspect.sensitivity.weight();
        }
        double mean = sum > 0 ? sum / weights : 1;
        suspects.values().forEach(suspect -> suspect.sensitivity.compare(mean));
    }

    private double median() {
        var coefficients = suspects.values().stream()
                .mapToDouble(suspect -> suspect.antagonism.coefficient())
                .toArray();
        Arrays.sort(coefficients);
        return coefficients.length == 0 ? 0 : coefficients[coefficients.length / 2];
    }

    List<Episode> episodes(long nowMillis) {
        return nodes.values().stream()
                .flatMap(node -> node.episode(nowMillis).stream())
                .toList();
    }

    List<Suspicion> suspicions() {
        return suspects.values().stream().map(this::suspicion).toList();
    }

    private Suspicion suspicion(Suspect suspect) {
        return new Suspicion(
                suspect.workload,
                contention,
                suspect.antagonism.coefficient(),
                suspect.antagonism.significance(Math.sqrt(noise)),
                suspect.times(),
                suspect.nodes(),
                suspect.usual(),
                suspect.worst(),
                suspect.isMeasured(),
                suspect.accusedSinceMillis(),
                suspect.sensitivity.told());
    }

    private boolean isAccused(Suspect suspect) {
        double coefficient = suspect.antagonism.coefficient();
        return suspect.antagonism.significance(Math.sqrt(noise)) >= SIGNIFICANT
                && coefficient >= Math.max(COEFFICIENT_MIN, TIMES_USUAL * usualCoefficient)
                && suspect.times() >= BLAMED_TIMES;
    }
}
