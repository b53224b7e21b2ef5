package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.placement.WireScores;
import io.plimsoll.model.regime.RegimeKind;
import java.util.Arrays;
import java.util.function.Supplier;

/// Plimsoll's own filter and ranking, with the scores as they go over the wire.
///
/// @param reservations what moves on their way ask for
/// @param hours whether it is peak or off-peak
public record PlimsollPolicy(
        String name, Placer placer, Supplier<Reservations> reservations, Supplier<RegimeKind> hours) implements Policy {

    public PlimsollPolicy(String name, PlacementConfig config) {
        this(name, new Placer(config), () -> Reservations.NONE, () -> RegimeKind.UNKNOWN);
    }

    @Override
    public double[] scores(Observed observed, PodSpec pod, int[] slots) {
        var image = observed.image();
        var toPlace = PodToPlace.of(image, pod);
        var held = reservations.get();
        var shares = held.over(Shares.NONE, image.nodeTable(), toPlace.workload());
        var now = placer.in(hours.get());
        var kept =
                now.filter(image, shares, toPlace, slots, observed.nowMillis()).kept();
        var ranked =
                now.rank(image, shares, toPlace, kept, observed.nowMillis()).scores();
        held.guide(toPlace.workload(), image.nodeTable(), kept, ranked);
        var wire = WireScores.of(ranked);
        held.guide(toPlace.workload(), image.nodeTable(), kept, wire);
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
