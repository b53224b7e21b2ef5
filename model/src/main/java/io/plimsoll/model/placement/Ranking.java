package io.plimsoll.model.placement;

/// How well a pod fits on each of some nodes.
///
/// @param slots the candidates, in the order in which they were asked for
/// @param scores 0 to 100, one for each of them
public record Ranking(int[] slots, float[] scores) {

    public Ranking {
        if (slots.length != scores.length) {
            throw new IllegalArgumentException(
                    "slots and scores differ in length: " + slots.length + ", " + scores.length);
        }
    }
}
