package io.plimsoll.benchmarks.rightsizing;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.Recommender;
import io.plimsoll.model.recommendation.SizingCase;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/// How long a pass over all containers of a large cluster takes on one core, and what their histories weigh.
///
/// Beside each other, in turns, so that a noisy moment of the machine falls on all of them: the passes of the
/// recommenders, and two plain loops over the same samples, which hold them all: the largest of each container's, and
/// their 95th percentile by sorting.
///
/// Arguments: how many containers, 100,000 unless said. Each has a day of samples, one every ten minutes.
public final class RecommendationSpeed {

    private static final int PASSES = 10;
    private static final int SAMPLES = 144;
    private static final long INTERVAL_MILLIS = 600_000;
    private static final long START_MILLIS = 1_700_000_000_000L;
    static final long NOW_MILLIS = START_MILLIS + SAMPLES * INTERVAL_MILLIS;

    private RecommendationSpeed() {}

    /// One kind of pass.
    ///
    /// @param run over all containers; what it yields is not 0
    private record Row(String name, DoubleSupplier run) {}

    public static void main(String[] arguments) {
        int containers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        long before = heapBytes();
        var histories = histories(containers);
        System.out.printf("%d histories: %d bytes each%n%n", containers, (heapBytes() - before) / containers);
        var samples = samples(containers);
        var rows = new ArrayList<Row>();
        rows.add(new Row("largest of its samples", () -> sum(samples, RecommendationSpeed::largest)));
        rows.add(new Row("p95 of its samples, sorted", () -> sum(samples, RecommendationSpeed::percentile)));
        for (var recommender : Recommender.all()) {
            rows.add(new Row(
                    "**" + recommender.name() + "**", () -> sum(histories, history -> pass(recommender, history))));
        }
        print(rows, fastestMillis(rows));
    }

    private static void print(List<Row> rows, double[] millis) {
        System.out.println("| pass | ms, fastest of " + PASSES + " | times the largest | times the sorted p95 |");
        System.out.println("|---|---:|---:|---:|");
        for (int i = 0; i < millis.length; i++) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.2f | %.2f |%n",
                    rows.get(i).name(),
                    millis[i],
                    millis[i] / millis[0],
                    millis[i] / millis[1]);
        }
    }

    private static double[] fastestMillis(List<Row> rows) {
        var fastest = new double[rows.size()];
        Arrays.fill(fastest, Double.MAX_VALUE);
        for (int pass = 0; pass < PASSES; pass++) {
            for (int i = 0; i < fastest.length; i++) {
                fastest[i] = Math.min(fastest[i], millis(rows.get(i)));
            }
        }
        return fastest;
    }

    private static double millis(Row row) {
        long start = System.nanoTime();
        if (row.run().getAsDouble() == 0) {
            throw new IllegalStateException(row.name() + " came to nothing");
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static <T> double sum(List<T> containers, ToDoubleFunction<T> each) {
        double sum = 0;
        for (var container : containers) {
            sum += each.applyAsDouble(container);
        }
        return sum;
    }

    private static double largest(float[] samples) {
        float largest = 0;
        for (float sample : samples) {
            largest = Math.max(largest, sample);
        }
        return largest;
    }

    private static double percentile(float[] samples) {
        var sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length * 95 / 100];
    }

    private static List<float[]> samples(int containers) {
        var random = new Random(1);
        var samples = new ArrayList<float[]>(containers);
        for (int i = 0; i < containers; i++) {
            double cpu = Math.exp(3 + 4 * random.nextDouble());
            var day = new float[SAMPLES];
            for (int j = 0; j < SAMPLES; j++) {
                day[j] = (float) (cpu * tide(j + 1) * (0.8 + 0.4 * random.nextDouble()));
            }
            samples.add(day);
        }
        return samples;
    }

    private static double tide(int sample) {
        return 1 + 0.5 * Math.sin(2 * Math.PI * sample / SAMPLES);
    }

    private static List<ContainerHistory> histories(int containers) {
        var random = new Random(1);
        var histories = new ArrayList<ContainerHistory>(containers);
        for (int i = 0; i < containers; i++) {
            histories.add(history(random, new PodKey("shop", "pod-" + i)));
        }
        return histories;
    }

    static ContainerHistory history(Random random, PodKey pod) {
        var history = new ContainerHistory();
        double cpu = Math.exp(3 + 4 * random.nextDouble());
        double memory = 1e6 * Math.exp(3 + 4 * random.nextDouble());
        for (int i = 1; i <= SAMPLES; i++) {
            long at = START_MILLIS + i * INTERVAL_MILLIS;
            history.add(
                    new ContainerUsage(
                            pod,
                            "app",
                            new Sample(cpu * tide(i) * (0.8 + 0.4 * random.nextDouble()), at, "synthetic"),
                            new Sample(memory * (0.9 + 0.2 * random.nextDouble()), at, "synthetic")),
                    NOW_MILLIS);
        }
        return history;
    }

    private static long pass(Recommender recommender, ContainerHistory history) {
        var spec = new ContainerSpec("app", new Resources(500, 1 << 28), Resources.NONE);
        var sizingCase = new SizingCase(spec, history, ContainerSizing.DEFAULT, 1, List.of(), NOW_MILLIS);
        return recommender.recommend(sizingCase).cpu().target();
    }

    private static long heapBytes() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
