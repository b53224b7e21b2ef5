package io.plimsoll.app.demo;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.testbed.simulation.Templates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// What comes in a demonstration: pods of workloads that have run since the day before, and of new ones.
///
/// As in a cluster in use, four of five rollouts are of workloads that are known: two pods of each have run for a day.
/// A rollout brings one to forty equal pods, all at once. One in eight is a job whose pods leave after a while.
///
/// @param dayBefore pods that run from the day before, on both sides on the same nodes
/// @param arrivals all others, sorted by time
record Arrivals(List<Arrival> dayBefore, List<Arrival> arrivals) {

    private static final int[] REPLICAS = {1, 1, 2, 3, 3, 5, 8, 12, 20, 40};
    private static final int PODS_PER_KNOWN_WORKLOAD = 20;
    private static final int PODS_SINCE_YESTERDAY = 2;
    private static final double NEW_SHARE = 0.2;
    private static final int ONE_IN_LEAVES = 8;
    private static final String NAMESPACE = "demo";

    static Arrivals of(DemoSettings settings) {
        return new Draw(settings).arrivals();
    }

    /// A workload while its pods are being drawn.
    private static final class Draft {
        final Owner owner;
        final Temperament temperament;
        int pods;

        Draft(int number, Temperament temperament) {
            this.owner = new Owner(NAMESPACE, "Deployment", temperament.workload() + "-" + number);
            this.temperament = temperament;
        }
    }

    /// The drawing itself: one generator, asked in one order.
    private static final class Draw {

        private final DemoSettings settings;
        private final SplittableRandom random;
        private final List<Draft> known = new ArrayList<>();
        private final List<Arrival> dayBefore = new ArrayList<>();
        private final List<Arrival> arrivals = new ArrayList<>();
        private int workloads;

        Draw(DemoSettings settings) {
            this.settings = settings;
            this.random = new SplittableRandom(settings.seed());
        }

        Arrivals arrivals() {
            int wanted = Math.max(1, settings.pods() / PODS_PER_KNOWN_WORKLOAD);
            while (known.size() < wanted) {
                var workload = newWorkload();
                known.add(workload);
                add(dayBefore, workload, PODS_SINCE_YESTERDAY, Duration.ZERO, Optional.empty());
            }
            while (arrivals.size() < settings.pods()) {
                rollOut();
            }
            // A stable sort: pods of one second stay in the order in which they were drawn.
            arrivals.sort(Comparator.comparing(Arrival::at));
            return new Arrivals(dayBefore, arrivals);
        }

        private void rollOut() {
            var workload = random.nextDouble() < NEW_SHARE ? newWorkload() : known.get(random.nextInt(known.size()));
            int replicas = Math.min(REPLICAS[random.nextInt(REPLICAS.length)], settings.pods() - arrivals.size());
            var at = Duration.ofSeconds(random.nextLong(settings.arriving().toSeconds()));
            Optional<Duration> lifetime = random.nextInt(ONE_IN_LEAVES) == 0
                    ? Optional.of(Duration.ofMinutes(20 + random.nextInt(60)))
                    : Optional.empty();
            add(arrivals, workload, replicas, at, lifetime);
        }

        private Draft newWorkload() {
            return new Draft(++workloads, Temperament.drawn(random.nextDouble()));
        }

        private void add(List<Arrival> to, Draft workload, int replicas, Duration at, Optional<Duration> lifetime) {
            for (int i = 0; i < replicas; i++) {
                var key = new PodKey(NAMESPACE, workload.owner.name() + "-" + workload.pods++);
                var pod = Templates.pod(key, Optional.of(workload.owner), workload.temperament.requests());
                to.add(new Arrival(at, pod, workload.temperament.demand(random.nextLong()), lifetime));
            }
        }
    }
}
