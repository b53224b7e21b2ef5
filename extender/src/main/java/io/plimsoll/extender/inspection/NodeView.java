package io.plimsoll.extender.inspection;

import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Taint;
import io.plimsoll.model.placement.ScoreCard;
import io.plimsoll.model.placement.ScorePart;
import io.plimsoll.model.usage.DecayedMoments;
import io.plimsoll.model.usage.SignalKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A node as the image knows it.
///
/// @param signals the newest sample of each signal there is, by its name, with unit in the name
/// @param requested what its pods request
/// @param expectedPeak what its pods are expected to use at their peak
/// @param unsettled what pods too new for the measurements are expected to add to them
/// @param measuredCpuMillis what was measured of it, where a sample counts half as much after half an hour
/// @param measuredMemoryBytes the same for its working set
/// @param expectedCpuMillis what its pods are expected to use at any time: what a placement goes by
/// @param expectedMemoryBytes the same for memory
/// @param flapScore how often it lost its readiness lately, 0 (never) to 1
/// @param suppressed whether it is avoided for that
/// @param score what it scores for a pod of no workload that uses nothing, 0 to 100: what holds for every pod
/// @param parts what each part that had data says to such a pod, 0 to 100
/// @param floor what the safety floor multiplied the weighted mean of the parts with
/// @param trust how far its measurements are believed at their age, 0 to 1
public record NodeView(
        String name,
        String readiness,
        boolean unschedulable,
        List<String> taintKeys,
        Resources allocatable,
        int pods,
        int allocatablePods,
        Map<String, SignalView> signals,
        Resources requested,
        Resources expectedPeak,
        Resources unsettled,
        Optional<Spread> measuredCpuMillis,
        Optional<Spread> measuredMemoryBytes,
        Spread expectedCpuMillis,
        Spread expectedMemoryBytes,
        double flapScore,
        boolean suppressed,
        double score,
        Map<String, Double> parts,
        double floor,
        double trust) {

    /// One measured value.
    ///
    /// @param ageMillis how long ago it was measured
    public record SignalView(double value, long ageMillis, String source) {}

    /// The mean of an amount over time and its standard deviation, both in the amount's own unit.
    public record Spread(double mean, double deviation) {

        private static Optional<Spread> of(DecayedMoments moments) {
            return moments.isKnown() ? Optional.of(new Spread(moments.mean(), moments.deviation())) : Optional.empty();
        }
    }

    /// @param card of such a pod
    static NodeView of(NodeImage node, ScoreCard card, long nowMillis) {
        var spec = node.spec();
        var demand = node.load().demand();
        return new NodeView(
                spec.name(),
                Labels.of(spec.readiness()),
                spec.unschedulable(),
                spec.taints().stream().map(Taint::key).distinct().toList(),
                spec.allocatable(),
                node.pods().size(),
                spec.allocatablePods(),
                signals(node, nowMillis),
                node.load().requested(),
                node.load().peak(),
                node.load().unsettled(),
                Spread.of(node.cpuMillis()),
                Spread.of(node.memoryBytes()),
                new Spread(demand.cpuMillis(), Math.sqrt(demand.cpuVariance())),
                new Spread(demand.memoryBytes(), Math.sqrt(demand.memoryVariance())),
                node.stability().flapScore(nowMillis),
                node.stability().isSuppressed(nowMillis),
                card.score(),
                parts(card),
                card.floor(),
                card.trust());
    }

    /// There are no siblings of it, which says nothing of the node.
    private static Map<String, Double> parts(ScoreCard card) {
        var parts = Labels.byPart(card.values());
        parts.remove(ScorePart.SIBLINGS.label());
        return parts;
    }

    private static Map<String, SignalView> signals(NodeImage node, long nowMillis) {
        var views = new LinkedHashMap<String, SignalView>();
        node.signals()
                .asMap()
                .forEach((kind, sample) -> views.put(
                        Labels.of(kind),
                        new SignalView(sample.value(), nowMillis - sample.atMillis(), sample.source())));
        return views;
    }

    /// The measured share of what is allocatable, or -1 where it was not measured.
    double share(SignalKind kind, long allocatable) {
        var signal = signals.get(Labels.of(kind));
        return signal == null ? -1 : signal.value() / Math.max(1, allocatable);
    }

    /// The age of the CPU measurement, or -1 where there is none.
    long cpuAgeMillis() {
        var signal = signals.get(Labels.of(SignalKind.CPU_USAGE_MILLIS));
        return signal == null ? -1 : signal.ageMillis();
    }
}
