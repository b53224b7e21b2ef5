package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.ClusterImage;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Learns who hurts whom from one image of the cluster after the other. Belongs to one thread.
public final class NeighbourLedger {

    private final List<ContentionWatch> watches =
            Stream.of(Contention.values()).map(ContentionWatch::new).toList();

    /// Takes in what was measured since the image before.
    public void observe(ClusterImage image, long nowMillis) {
        watches.forEach(watch -> watch.observe(image, nowMillis));
    }

    /// What is known by now.
    public Neighbours neighbours(long nowMillis) {
        return new Neighbours(episodes(nowMillis), suspicions());
    }

    private List<Episode> episodes(long nowMillis) {
        return watches.stream()
                .flatMap(watch -> watch.episodes(nowMillis).stream())
                .sorted(Comparator.comparingDouble(Episode::rise).reversed().thenComparing(Episode::node))
                .toList();
    }

    private List<Suspicion> suspicions() {
        return watches.stream()
                .flatMap(watch -> watch.suspicions().stream())
                .sorted(Comparator.comparing(Suspicion::isAccused)
                        .thenComparingDouble(Suspicion::coefficient)
                        .reversed()
                        .thenComparing(suspicion -> suspicion.workload().namespace())
                        .thenComparing(suspicion -> suspicion.workload().name())
                        .thenComparing(suspicion -> suspicion.workload().kind()))
                .toList();
    }
}
