package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.placement.WireScores;
import java.util.Arrays;

/// Plimsoll's own filter and ranking, with the scores as they go over the wire.
record PlimsollPolicy(String name, Placer placer) implements Policy {

    PlimsollPolicy(String name, PlacementConfig config) {
        this(name, new Placer(config));
    }

    @Override
    public double[] scores(Observed observed, PodSpec pod, int[] slots) {
        var image = observed.image();
        var toPlace = PodToPlace.of(image, pod);
        var kept = placer.filter(image, Shares.NONE, toPlace, slots, observed.nowMillis())
                .kept();
        var wire = WireScores.of(placer.rank(image, Shares.NONE, toPlace, kept, observed.nowMillis())
                .scores());
        var scores = new double[slots.length];
        Arrays.fill(scores, REFUSED);
        for (int i = 0, k = 0; i < slots.length && k < kept.length; i++) {
            if (slots[i] == kept[k]) {
                scores[i] = wire[k++];
            }
        }
        return scores;
    }
}
