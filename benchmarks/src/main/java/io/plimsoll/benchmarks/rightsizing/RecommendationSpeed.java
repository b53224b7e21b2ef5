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
import java.util.List;
import java.util.Random;

/// How long a pass over all containers of a large cluster takes on one core, and what their histories weigh.
///
/// Arguments: how many containers, 100,000 unless said. Each has a day of samples, one every ten minutes.
public final class RecommendationSpeed {

    private static final int PASSES = 10;
    private static final int SAMPLES = 144;
    private static final long INTERVAL_MILLIS = 600_000;
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final long NOW_MILLIS = START_MILLIS + SAMPLES * INTERVAL_MILLIS;

    private RecommendationSpeed() {}

    public static void main(String[] arguments) {
        int containers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        long before = heapBytes();
        var histories = histories(containers);
        System.out.printf("%d histories: %d bytes each%n", containers, (heapBytes() - before) / containers);
        for (var recommender : Recommender.all()) {
            System.out.printf(
                    "%-12s %5d ms a pass, fastest of %d%n",
                    recommender.name(), fastestMillis(recommender, histories), PASSES);
        }
    }

    private static List<ContainerHistory> histories(int containers) {
        var random = new Random(1);
        var histories = new ArrayList<ContainerHistory>(containers);
        for (int i = 0; i < containers; i++) {
            histories.add(history(random, new PodKey("shop", "pod-" + i)));
        }
        return histories;
    }

    private static ContainerHistory history(Random random, PodKey pod) {
        var history = new ContainerHistory();
        double cpu = Math.exp(3 + 4 * random.nextDouble());
        double memory = 1e6 * Math.exp(3 + 4 * random.nextDouble());
        for (int i = 1; i <= SAMPLES; i++) {
            long at = START_MILLIS + i * INTERVAL_MILLIS;
            double tide = 1 + 0.5 * Math.sin(2 * Math.PI * i / SAMPLES);
            history.add(
                    new ContainerUsage(
                            pod,
                            "app",
                            new Sample(cpu * tide * (0.8 + 0.4 * random.nextDouble()), at, "synthetic"),
                            new Sample(memory * (0.9 + 0.2 * random.nextDouble()), at, "synthetic")),
                    NOW_MILLIS);
        }
        return history;
    }

    private static long fastestMillis(Recommender recommender, List<ContainerHistory> histories) {
        long fastest = Long.MAX_VALUE;
        for (int pass = 0; pass < PASSES; pass++) {
            long start = System.nanoTime();
            long sum = 0;
            for (var history : histories) {
                sum += pass(recommender, history);
            }
            if (sum == 0) {
                throw new IllegalStateException("nothing was recommended");
            }
            fastest = Math.min(fastest, (System.nanoTime() - start) / 1_000_000);
        }
        return fastest;
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
