package io.plimsoll.app.demo;

import io.plimsoll.testbed.simulation.NodeUsage;
import io.plimsoll.testbed.simulation.Placement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// What one side has brought about so far, from what its pods truly want. One thread.
final class Tally {

    /// The same safe loads that Plimsoll aims to keep; what is measured here is what is wanted, not what it believes.
    private static final double CPU_HOT = 0.90;

    private static final double MEMORY_HOT = 0.92;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final String title;
    private List<NodeUsage> usage = List.of();
    private double hotNodeMinutes;
    private double starvedCoreMinutes;
    private int placed;
    private int waiting;
    private int failures;
    private long placingNanos;
    private double[] answerMillis = new double[1024];
    private int answers;

    Tally(String title) {
        this.title = title;
    }

    /// Counts an attempt to place a pod, which took that long on the wall.
    void add(Placement placement, long tookNanos) {
        placingNanos += tookNanos;
        failures += placement.extenderFailures();
        if (placement.node().isPresent()) {
            placed++;
        } else {
            waiting++;
        }
        if (!placement.extenderTime().isZero()) {
            addAnswer(placement.extenderTime().toNanos() / NANOS_PER_MILLI);
        }
    }

    /// Takes how many pods have a node and how many wait, where that is known as a whole.
    void setPods(int placed, int waiting) {
        this.placed = placed;
        this.waiting = waiting;
    }

    private void addAnswer(double millis) {
        if (answers == answerMillis.length) {
            answerMillis = Arrays.copyOf(answerMillis, 2 * answers);
        }
        answerMillis[answers++] = millis;
    }

    /// Takes the nodes' usage as it was during that time.
    void add(List<NodeUsage> nodes, Duration during) {
        usage = nodes;
        double minutes = during.toMillis() / 60_000.0;
        for (var node : nodes) {
            if (isHot(node)) {
                hotNodeMinutes += minutes;
            }
            double starvedMillis = node.cpuMillisWanted() - node.allocatable().cpuMillis();
            starvedCoreMinutes += Math.max(0, starvedMillis) / 1000 * minutes;
        }
    }

    static boolean isHot(NodeUsage node) {
        return node.cpuShare() > CPU_HOT || node.memoryShare() > MEMORY_HOT;
    }

    SideState state() {
        return new SideState(
                title,
                usage.stream()
                        .map(node -> Math.max(node.cpuShare(), node.memoryShare()))
                        .toList(),
                (int) usage.stream().filter(Tally::isHot).count(),
                hotNodeMinutes,
                starvedCoreMinutes,
                (int) usage.stream().filter(node -> node.memoryShare() > 0).count(),
                placed,
                waiting,
                placingNanos == 0 ? 0 : (placed + waiting) * NANOS_PER_SECOND / placingNanos);
    }

    /// One figure for each pod: filter and prioritize together, as the scheduler saw it.
    AnswerTimes answers() {
        return AnswerTimes.of(Arrays.copyOf(answerMillis, answers), failures);
    }
}
