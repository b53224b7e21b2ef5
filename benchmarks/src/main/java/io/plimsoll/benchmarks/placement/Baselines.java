package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;

/// The rules to compare with, each from its published formula, as the only scoring rule.
public final class Baselines {

    private Baselines() {}

    public static List<Policy> all() {
        return List.of(
                new LeastAllocated(),
                new MostAllocated(),
                new TargetLoadPacking(),
                new RiskBalancing(),
                new LoadAware("Koordinator LoadAware", true),
                new LoadAware("Koordinator, score only", false));
    }

    public static Policy named(String name) {
        return all().stream()
                .filter(policy -> policy.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// A rule that looks at one node at a time.
    private abstract static class NodeByNode implements Policy {

        @Override
        public double[] scores(Observed observed, PodSpec pod, int[] slots) {
            var scores = new double[slots.length];
            for (int i = 0; i < slots.length; i++) {
                scores[i] = score(observed, pod, slots[i]);
            }
            return scores;
        }

        abstract double score(Observed observed, PodSpec pod, int slot);
    }

    /// A rule that goes by what was measured, and gives 0 where nothing was.
    private abstract static class ByMeasurement extends NodeByNode {

        @Override
        final double score(Observed observed, PodSpec pod, int slot) {
            return observed.isMeasured(slot) ? scoreMeasured(observed, pod, slot) : 0;
        }

        abstract double scoreMeasured(Observed observed, PodSpec pod, int slot);
    }

    /// Whether it was bound less than a minute before the newest sample, which then does not show it.
    private static boolean isUnseen(Observed observed, PodImage pod) {
        return pod.spec().boundAtMillis() > observed.nowMillis() - Replay.DELAY_MILLIS - 60_000;
    }

    private static double allocatedShare(Observed observed, PodSpec pod, int slot) {
        var node = observed.image().node(slot);
        var requested = node.load().requested().plus(pod.requests());
        var size = node.spec().allocatable();
        return (requested.cpuMillis() / (double) size.cpuMillis()
                        + requested.memoryBytes() / (double) size.memoryBytes())
                / 2;
    }

    /// The scheduler's own default: the mean free share of requests, in whole points as its framework has them.
    private static final class LeastAllocated extends NodeByNode {
        @Override
        public String name() {
            return "LeastAllocated";
        }

        @Override
        double score(Observed observed, PodSpec pod, int slot) {
            return Math.floor(100 * (1 - allocatedShare(observed, pod, slot)));
        }
    }

    private static final class MostAllocated extends NodeByNode {
        @Override
        public String name() {
            return "MostAllocated";
        }

        @Override
        double score(Observed observed, PodSpec pod, int slot) {
            return Math.floor(100 * allocatedShare(observed, pod, slot));
        }
    }

    /// Trimaran's TargetLoadPacking, X = 40: U from the 15-minute mean of CPU, plus 1.5 times the requests of this
    /// pod and of those bound less than a minute before the newest sample.
    private static final class TargetLoadPacking extends ByMeasurement {

        private static final double TARGET = 40;
        private static final double OF_REQUEST = 1.5;

        @Override
        public String name() {
            return "TargetLoadPacking";
        }

        @Override
        double scoreMeasured(Observed observed, PodSpec pod, int slot) {
            var node = observed.image().node(slot);
            double cpu = observed.mean(slot, 0) + OF_REQUEST * pod.requests().cpuMillis();
            for (var other : node.pods()) {
                if (isUnseen(observed, other)) {
                    cpu += OF_REQUEST * other.spec().requests().cpuMillis();
                }
            }
            double u = 100 * cpu / node.spec().capacity().cpuMillis();
            if (u <= TARGET) {
                return Math.round((100 - TARGET) * u / TARGET + TARGET);
            }
            return u <= 100 ? Math.round(TARGET * (100 - u) / (100 - TARGET)) : 0;
        }
    }

    /// Trimaran's LoadVariationRiskBalancing, margin 1 and sensitivity 1: half of mean and deviation, the worse of
    /// CPU and memory.
    private static final class RiskBalancing extends ByMeasurement {
        @Override
        public String name() {
            return "LoadVariationRiskBalancing";
        }

        @Override
        double scoreMeasured(Observed observed, PodSpec pod, int slot) {
            var size = observed.image().node(slot).spec().capacity();
            double cpu = risk(observed, slot, 0, pod.requests().cpuMillis(), size.cpuMillis());
            double memory = risk(observed, slot, 1, pod.requests().memoryBytes(), size.memoryBytes());
            return Math.round(100 * (1 - Math.max(cpu, memory)));
        }

        private static double risk(Observed observed, int slot, int kind, long requested, long size) {
            double mean = Math.clamp((observed.mean(slot, kind) + requested) / size, 0, 1);
            double deviation = Math.clamp(observed.deviation(slot, kind) / size, 0, 1);
            return (mean + deviation) / 2;
        }
    }

    /// Koordinator's load-aware rule: refuses above 65 % of CPU or 95 % of memory, else the mean free share; pods
    /// bound since the newest report count by 85 % and 70 % of their requests as far as they were not seen to use
    /// it. Without its refusals, no pod waits: a row to compare by, since a pod that waits heats nothing.
    private static final class LoadAware extends ByMeasurement {

        private static final double CPU_FACTOR = 0.85;
        private static final double MEMORY_FACTOR = 0.70;
        private static final double CPU_MAX = 0.65;
        private static final double MEMORY_MAX = 0.95;

        private final String name;
        private final boolean refuses;

        LoadAware(String name, boolean refuses) {
            this.name = name;
            this.refuses = refuses;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        double scoreMeasured(Observed observed, PodSpec pod, int slot) {
            var node = observed.image().node(slot);
            var size = node.spec().allocatable();
            double usedCpu = observed.latest(slot, 0) + unseen(observed, node, true);
            double usedMemory = observed.latest(slot, 1) + unseen(observed, node, false);
            double cpu = (usedCpu + CPU_FACTOR * pod.requests().cpuMillis()) / size.cpuMillis();
            double memory = (usedMemory + MEMORY_FACTOR * pod.requests().memoryBytes()) / size.memoryBytes();
            if (refuses && (cpu > CPU_MAX || memory > MEMORY_MAX)) {
                return REFUSED;
            }
            return Math.floor(100 * (1 - (cpu + memory) / 2));
        }

        private static double unseen(Observed observed, NodeImage node, boolean cpu) {
            double sum = 0;
            for (var pod : node.pods()) {
                if (isUnseen(observed, pod)) {
                    sum += Math.max(0, estimate(pod, cpu) - seen(pod, cpu));
                }
            }
            return sum;
        }

        private static double estimate(PodImage pod, boolean cpu) {
            var requests = pod.spec().requests();
            return cpu ? CPU_FACTOR * requests.cpuMillis() : MEMORY_FACTOR * requests.memoryBytes();
        }

        private static double seen(PodImage pod, boolean cpu) {
            var usage = pod.usage().orElse(Resources.NONE);
            return cpu ? usage.cpuMillis() : usage.memoryBytes();
        }
    }
}
