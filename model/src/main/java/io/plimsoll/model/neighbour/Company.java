package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.NodeLoad;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Workload;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// In what company a pod would be on each node: how many there could be hurt, and what those may still do who are
/// known to hurt. Immutable, by slot of one [NodeTable], so that whoever places pods reads a few numbers a node.
///
/// Of a node it holds, for each thing that can be short:
///
///     others     Σ σ_q over the workloads q that run there: how many would be hurt, each as often as it waits
///                longer than most do for the same reason ([Sensitivity]); 1 of which that is not known
///     to come    Σ â_q · max(0, û_q − u_q) over the pods q of accused workloads there
///
/// û is what a pod is expected to use, one deviation above its mean, and u what it was last seen to use, both as
/// shares of the node: a bad neighbour that has just landed, or rests, does not show in the pressure yet. Only the
/// accused count in it: the coefficients of the others are mostly chance.
///
/// Of all nodes together it holds the mean of the pressures that are measured: that is to be expected of a
/// node of which none is.
public final class Company {

    /// Where nobody watches who hurts whom.
    public static final Company UNKNOWN = new Company(
            new NodeTable(List.of()),
            Map.of(),
            Map.of(),
            new double[2],
            new double[2][0],
            new double[2][0],
            Map.of(),
            new double[] {Double.NaN, Double.NaN},
            0);

    private static final int KINDS = Contention.values().length;
    /// The sensitivity of a workload of which nothing is known.
    private static final double[] ORDINARY = {1, 1};
    /// A pressure that was measured longer ago says nothing of now.
    private static final long FRESH_MILLIS = 180_000;

    private final NodeTable table;
    private final Map<Owner, double[]> coefficients;
    private final Map<Owner, double[]> sensitivities;
    private final double[] usual;
    private final double[][] others;
    private final double[][] toCome;
    private final Map<String, List<Owner>> accusedByNode;
    /// `NaN` where it is measured of no node.
    private final double[] pressures;

    private final long atMillis;

    private Company(
            NodeTable table,
            Map<Owner, double[]> coefficients,
            Map<Owner, double[]> sensitivities,
            double[] usual,
            double[][] others,
            double[][] toCome,
            Map<String, List<Owner>> accusedByNode,
            double[] pressures,
            long atMillis) {
        this.table = table;
        this.coefficients = coefficients;
        this.sensitivities = sensitivities;
        this.usual = usual;
        this.others = others;
        this.toCome = toCome;
        this.accusedByNode = accusedByNode;
        this.pressures = pressures;
        this.atMillis = atMillis;
    }

    /// The company on each node of the image, by what is known of its workloads.
    public static Company of(Neighbours neighbours, ClusterImage image, long nowMillis) {
        var usual = new double[KINDS];
        var pressures = new double[KINDS];
        for (var contention : Contention.values()) {
            usual[contention.ordinal()] = median(neighbours.suspicions(), contention);
            pressures[contention.ordinal()] = pressure(image, contention, nowMillis);
        }
        var coefficients = new HashMap<Owner, double[]>();
        var sensitivities = new HashMap<Owner, double[]>();
        var accused = new HashSet<Owner>();
        for (var suspicion : neighbours.suspicions()) {
            int kind = suspicion.contention().ordinal();
            suspicion
                    .sensitivity()
                    .ifPresent(known -> sensitivities
                            .computeIfAbsent(suspicion.workload(), workload -> ORDINARY.clone())[kind] = known);
            coefficients.computeIfAbsent(suspicion.workload(), workload -> usual.clone())[kind] =
                    Antagonism.shrunk(suspicion.coefficient(), usual[kind], suspicion.significance());
            if (suspicion.isAccused()) {
                accused.add(suspicion.workload());
            }
        }
        return of(image, coefficients, sensitivities, usual, accused, pressures, nowMillis);
    }

    private static double pressure(ClusterImage image, Contention contention, long nowMillis) {
        double sum = 0;
        int count = 0;
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var node = image.node(slot);
            var kind = contention.waiting(node.signals());
            double value = node.signals().value(kind);
            boolean isFresh = Math.abs((double) nowMillis - node.signals().atMillis(kind)) < FRESH_MILLIS;
            if (isFresh && !node.spec().virtual() && !Double.isNaN(value)) {
                sum += Math.clamp(value, 0, 1);
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    private static double median(List<Suspicion> suspicions, Contention contention) {
        var sorted = suspicions.stream()
                .filter(suspicion -> suspicion.contention() == contention)
                .mapToDouble(Suspicion::coefficient)
                .sorted()
                .toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    private static Company of(
            ClusterImage image,
            Map<Owner, double[]> coefficients,
            Map<Owner, double[]> sensitivities,
            double[] usual,
            Set<Owner> accused,
            double[] pressures,
            long atMillis) {
        var sensitivitiesById = new HashMap<Integer, double[]>();
        sensitivities.forEach((workload, known) ->
                image.workload(workload).ifPresent(there -> sensitivitiesById.put(there.id(), known)));
        var others = new double[KINDS][image.nodeCount()];
        var toCome = new double[KINDS][image.nodeCount()];
        var accusedByNode = new HashMap<String, List<Owner>>();
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var node = image.node(slot);
            count(node.workloadIds(), sensitivitiesById, others, slot);
            if (!accused.isEmpty()) {
                for (var pod : node.pods()) {
                    if (accused.contains(pod.workload())) {
                        var there = accusedByNode.computeIfAbsent(node.name(), name -> new ArrayList<>());
                        if (!there.contains(pod.workload())) {
                            there.add(pod.workload());
                        }
                        expect(image, node, pod, coefficients.getOrDefault(pod.workload(), usual), toCome, slot);
                    }
                }
            }
        }
        return new Company(
                image.nodeTable(),
                coefficients,
                sensitivities,
                usual,
                others,
                toCome,
                accusedByNode,
                pressures,
                atMillis);
    }

    /// Each workload once, whatever number of pods it has there.
    private static void count(int[] workloadIds, Map<Integer, double[]> sensitivities, double[][] others, int slot) {
        var sorted = workloadIds.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                var known = sensitivities.getOrDefault(sorted[i], ORDINARY);
                for (int kind = 0; kind < KINDS; kind++) {
                    others[kind][slot] += known[kind];
                }
            }
        }
    }

    private static void expect(
            ClusterImage image, NodeImage node, PodImage pod, double[] coefficients, double[][] toCome, int slot) {
        var estimate = image.workload(pod.workload()).map(Workload::estimate).orElse(UsageEstimate.UNKNOWN);
        var demand = NodeLoad.demand(pod.spec(), estimate, Optional.empty());
        var seen = pod.usage().orElse(Resources.NONE);
        for (var contention : Contention.values()) {
            double capacity = contention.of(node.spec().capacity());
            double more = (contention.expected(demand) - contention.of(seen)) / Math.max(1, capacity);
            toCome[contention.ordinal()][slot] += coefficients[contention.ordinal()] * Math.clamp(more, 0, 1);
        }
    }

    /// Whether anybody watches who hurts whom.
    @SuppressWarnings("ReferenceEquality") // there is one that stands for nothing
    public boolean isKnown() {
        return this != UNKNOWN;
    }

    /// The same by the slots of another table; nodes that are new have no company yet.
    @SuppressWarnings("ReferenceEquality") // tables are told apart by identity
    public Company at(NodeTable other) {
        if (other == table || !isKnown()) {
            return this;
        }
        var movedOthers = new double[KINDS][other.size()];
        var movedToCome = new double[KINDS][other.size()];
        for (int slot = 0; slot < other.size(); slot++) {
            int old = table.slot(other.names().get(slot));
            if (old != NodeTable.ABSENT) {
                for (int kind = 0; kind < KINDS; kind++) {
                    movedOthers[kind][slot] = others[kind][old];
                    movedToCome[kind][slot] = toCome[kind][old];
                }
            }
        }
        return new Company(
                other,
                coefficients,
                sensitivities,
                usual,
                movedOthers,
                movedToCome,
                accusedByNode,
                pressures,
                atMillis);
    }

    /// How much longer others wait for a whole node's worth of the workload's use, drawn towards what is usual in
    /// the cluster as far as it is uncertain; what is usual for one of which nothing is known.
    public double coefficient(Contention contention, Owner workload) {
        return coefficients.getOrDefault(workload, usual)[contention.ordinal()];
    }

    /// The mean pressure of the nodes of which it is measured, as a share of the time; `NaN` where it is of none.
    public double pressure(Contention contention) {
        return pressures[contention.ordinal()];
    }

    /// Of when it is, epoch milliseconds.
    public long atMillis() {
        return atMillis;
    }

    /// How many times as long as most the workload waits under the same pressure; 1 of which that is not known.
    public double sensitivity(Contention contention, Owner workload) {
        return sensitivities.getOrDefault(workload, ORDINARY)[contention.ordinal()];
    }

    /// How many workloads run on the node, each counted by its sensitivity.
    public double others(Contention contention, int slot) {
        return others[contention.ordinal()][slot];
    }

    /// The pressure that bad neighbours there are still expected to make, as a share of the time.
    public double toCome(Contention contention, int slot) {
        return toCome[contention.ordinal()][slot];
    }

    /// The workloads on that node that are called bad neighbours.
    public List<Owner> accusedOn(String node) {
        return accusedByNode.getOrDefault(node, List.of());
    }
}
