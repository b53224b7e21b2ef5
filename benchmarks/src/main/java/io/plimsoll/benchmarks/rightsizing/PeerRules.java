package io.plimsoll.benchmarks.rightsizing;

import io.plimsoll.model.recommendation.ResourceKind;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.IntToDoubleFunction;

/// The published rules of other right-sizers, reimplemented from their documents and sources: baselines, not the
/// tools themselves.
final class PeerRules {

    private static final int HOUR = 3600;
    private static final double MIB = 1 << 20;

    private PeerRules() {}

    /// Those that decide from what was, as a tool must.
    static List<Rule> of(ResourceKind kind) {
        return switch (kind) {
            case CPU ->
                List.of(
                        rule("VPA target, each step", (trace, requests) -> vpa(trace, requests, false)),
                        rule("VPA with updater", (trace, requests) -> vpa(trace, requests, true)),
                        rule("KRR p95, hourly", (trace, requests) -> krrCpu(trace, requests, 0.95)),
                        rule("KRR p96 (limit)", (trace, requests) -> krrCpu(trace, requests, 0.96)),
                        rule("OptiPod p90 x 1.2", (trace, requests) -> optiPod(trace, requests, 0.90)),
                        rule("OptiPod p99 x 1.2", (trace, requests) -> optiPod(trace, requests, 0.99)),
                        rule("Attune-like", (trace, requests) -> attune(trace, requests, 0.95, 1.2)),
                        rule("Autopilot window", PeerRules::autopilotCpu),
                        rule("VASIM additive", (trace, requests) -> vasim(trace, requests, true)),
                        rule("VASIM x 2", (trace, requests) -> vasim(trace, requests, false)));
            case MEMORY ->
                List.of(
                        rule("VPA target, each step", (trace, requests) -> vpaMemory(trace, requests)),
                        rule("KRR max x 1.15", PeerRules::krrMemory),
                        rule("OptiPod p90 x 1.2", (trace, requests) -> optiPod(trace, requests, 0.90)),
                        rule("OptiPod p99 x 1.2", (trace, requests) -> optiPod(trace, requests, 0.99)),
                        rule("Attune-like", (trace, requests) -> attune(trace, requests, 0.99, 1.3)),
                        rule("Autopilot window p98", (trace, requests) -> autopilotMemory(trace, requests, 0.98)),
                        rule("Autopilot window max", (trace, requests) -> autopilotMemory(trace, requests, 1)));
        };
    }

    /// Those that know the whole trace beforehand, and never change: no tool can be one of them.
    static List<Rule> oracles(ResourceKind kind) {
        return switch (kind) {
            case CPU -> List.of(oracle("oracle static max", 1, 1), oracle("oracle static p95", 0.95, 1));
            case MEMORY -> List.of(oracle("oracle static max", 1, 1), oracle("oracle static p99", 0.99, 1));
        };
    }

    private static Rule oracle(String name, double p, double factor) {
        return rule(name, (trace, requests) -> {
            Arrays.fill(requests, factor * percentile(trace.used(), 0, trace.length(), p));
            return requests;
        });
    }

    private static Rule rule(String name, BiFunction<Trace, double[], double[]> requests) {
        return new Rule() {

            @Override
            public String name() {
                return name;
            }

            @Override
            public double[] requests(Trace trace) {
                var empty = new double[trace.length()];
                Arrays.fill(empty, Double.NaN);
                return requests.apply(trace, empty);
            }
        };
    }

    /// 1.15 · p90 of a histogram with a half-life of a day, at least 25m. With the updater it is applied when the
    /// request leaves [p50, p95] widened by confidence, or after 12 hours when it is off by a tenth.
    private static double[] vpa(Trace trace, double[] requests, boolean isByUpdater) {
        var histogram = new WeightedHistogram(10, 1e6, 24 * HOUR);
        double current = Double.NaN;
        int since = 0;
        int halfDay = trace.stepsADay() / 2;
        for (int i = 0; i < trace.length(); i++) {
            requests[i] = current;
            histogram.add(trace.used()[i], 1, (double) i * trace.stepSeconds());
            double target = Math.max(25, 1.15 * histogram.percentile(0.9));
            if (Double.isNaN(current) || !isByUpdater) {
                current = target;
                since = i;
                continue;
            }
            double confidence = (i + 1.0) / trace.stepsADay();
            double lower = 1.15 * histogram.percentile(0.5) * Math.pow(1 + 0.001 / confidence, -2);
            double upper = 1.15 * histogram.percentile(0.95) * (1 + 1 / confidence);
            boolean isOff = Math.abs(target - current) / current >= 0.1;
            if (current < lower || current > upper || (i - since >= halfDay && isOff)) {
                current = target;
                since = i;
            }
        }
        return requests;
    }

    /// 1.15 · p90 of the largest use of each of the last 8 days, halved in weight each day, at least 250 MiB.
    private static double[] vpaMemory(Trace trace, double[] requests) {
        int day = trace.stepsADay();
        double current = Double.NaN;
        for (int i = 0; i < trace.length(); i++) {
            requests[i] = current;
            var weights = new TreeMap<Double, Double>();
            double total = 0;
            for (int back = 0; back < 8 && i / day - back >= 0; back++) {
                int from = (i / day - back) * day;
                double peak = percentile(trace.used(), from, Math.min(i + 1, from + day), 1);
                weights.merge(peak, Math.pow(2, -back), Double::sum);
                total += Math.pow(2, -back);
            }
            current = Math.max(250 * MIB, 1.15 * weighted(weights, 0.9 * total));
        }
        return requests;
    }

    private static double weighted(SortedMap<Double, Double> weights, double wanted) {
        double below = 0;
        for (var weight : weights.entrySet()) {
            below += weight.getValue();
            if (below >= wanted) {
                return weight.getKey();
            }
        }
        return weights.lastKey();
    }

    /// A percentile of all that was used in two weeks, once an hour, at least 10m.
    private static double[] krrCpu(Trace trace, double[] requests, double p) {
        return hourly(trace, requests, i -> Math.max(10, percentile(trace.used(), i - 14 * trace.stepsADay(), i, p)));
    }

    /// 1.15 · the largest use of two weeks, once an hour, at least 100 MB.
    private static double[] krrMemory(Trace trace, double[] requests) {
        return hourly(
                trace,
                requests,
                i -> Math.max(100e6, 1.15 * percentile(trace.used(), i - 14 * trace.stepsADay(), i, 1)));
    }

    /// 1.2 · a percentile of the last day, every ten minutes.
    private static double[] optiPod(Trace trace, double[] requests, double p) {
        int interval = trace.steps(600);
        double current = Double.NaN;
        for (int i = 0; i < trace.length(); i++) {
            requests[i] = current;
            if (i % interval == 0) {
                current = Math.round(1.2 * percentile(trace.used(), i + 1 - trace.stepsADay(), i + 1, p));
            }
        }
        return requests;
    }

    /// A factor on the largest hourly percentile of a week, more where peaks exceed three times that; changes of a
    /// tenth or more, by at most half up and 30 % down, once an hour.
    private static double[] attune(Trace trace, double[] requests, double p, double factor) {
        int hour = trace.steps(HOUR);
        var hours = new ArrayDeque<Double>();
        double current = Double.NaN;
        for (int i = 0; i < trace.length(); i++) {
            requests[i] = current;
            if ((i + 1) % hour != 0) {
                continue;
            }
            hours.add(percentile(trace.used(), i + 1 - hour, i + 1, p));
            if (hours.size() > 7 * 24) {
                hours.remove();
            }
            double high = hours.stream().mapToDouble(value -> value).max().orElse(0);
            double peak = percentile(trace.used(), i + 1 - 7 * trace.stepsADay(), i + 1, 1);
            double burst = high > 0 && peak > 3 * high ? 1 + 0.2 * Math.log(peak / high) / Math.log(2) : 1;
            current = stepTowards(current, factor * burst * high);
        }
        return requests;
    }

    private static double stepTowards(double current, double target) {
        if (Double.isNaN(current) || current == 0) {
            return target;
        }
        return Math.abs(target - current) < 0.1 * current ? current : Math.clamp(target, 0.7 * current, 1.5 * current);
    }

    /// 1.15 · the 95th percentile by load (half-life 12 hours), then the largest of the last hour.
    private static double[] autopilotCpu(Trace trace, double[] requests) {
        var histogram = new WeightedHistogram(10, 1e6, 12 * HOUR);
        return largestOfTheHour(trace, requests, i -> {
            double used = trace.used()[i];
            histogram.add(used, Math.max(1e-9, used), (double) i * trace.stepSeconds());
            return 1.15 * histogram.percentile(0.95);
        });
    }

    /// 1.15 · a percentile (half-life 48 hours), then the largest of the last hour. As the maximum it forgets
    /// nothing that still has weight.
    private static double[] autopilotMemory(Trace trace, double[] requests, double p) {
        var histogram = new WeightedHistogram(1e7, 1e12, 48 * HOUR);
        return largestOfTheHour(trace, requests, i -> {
            histogram.add(trace.used()[i], 1, (double) i * trace.stepSeconds());
            return 1.15 * histogram.percentile(p);
        });
    }

    /// The largest use of 20 minutes and two cores more, or twice its mean over five minutes, each to the next half
    /// core, every ten minutes.
    private static double[] vasim(Trace trace, double[] requests, boolean isAdditive) {
        int window = trace.steps(20 * 60);
        int lag = trace.steps(10 * 60);
        int smoothing = trace.steps(5 * 60);
        double current = Double.NaN;
        for (int i = 0; i < trace.length(); i++) {
            requests[i] = current;
            if ((i + 1) % lag == 0 && i + 1 >= window) {
                double wanted = isAdditive
                        ? percentile(trace.used(), i + 1 - window, i + 1, 1) + 2000
                        : 2 * smoothedMax(trace.used(), i + 1 - window, i + 1, smoothing);
                current = Math.ceil(wanted / 500) * 500;
            }
        }
        return requests;
    }

    private static double smoothedMax(double[] used, int from, int to, int smoothing) {
        double largest = 0;
        for (int end = from; end < to; end++) {
            int start = Math.max(from, end - smoothing + 1);
            double sum = 0;
            for (int i = start; i <= end; i++) {
                sum += used[i];
            }
            largest = Math.max(largest, sum / (end - start + 1));
        }
        return largest;
    }

    private static double[] hourly(Trace trace, double[] requests, IntToDoubleFunction at) {
        int hour = trace.steps(HOUR);
        double current = Double.NaN;
        for (int i = 0; i < trace.length(); i++) {
            requests[i] = current;
            if ((i + 1) % hour == 0) {
                current = at.applyAsDouble(i + 1);
            }
        }
        return requests;
    }

    private static double[] largestOfTheHour(Trace trace, double[] requests, IntToDoubleFunction at) {
        int interval = trace.steps(300);
        var hour = new ArrayDeque<Double>();
        double current = Double.NaN;
        for (int i = 0; i < trace.length(); i++) {
            requests[i] = current;
            double now = at.applyAsDouble(i);
            if ((i + 1) % interval == 0) {
                hour.add(now);
                if (hour.size() > HOUR / 300) {
                    hour.remove();
                }
                current = hour.stream().mapToDouble(value -> value).max().orElse(0);
            }
        }
        return requests;
    }

    /// Of the values from `from` (or the first there is) to before `to`, with linear interpolation.
    static double percentile(double[] values, int from, int to, double p) {
        int first = Math.max(0, from);
        if (p >= 1) {
            double largest = 0;
            for (int i = first; i < to; i++) {
                largest = Math.max(largest, values[i]);
            }
            return largest;
        }
        var sorted = Arrays.copyOfRange(values, first, to);
        Arrays.sort(sorted);
        double place = p * (sorted.length - 1);
        int below = (int) place;
        return below + 1 < sorted.length
                ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below])
                : sorted[sorted.length - 1];
    }
}
