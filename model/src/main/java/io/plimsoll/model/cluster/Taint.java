package io.plimsoll.model.cluster;

import java.util.Comparator;

/// A mark of a node that keeps pods away which do not tolerate it. One with effect `PreferNoSchedule` is a preference
/// and no such mark.
public record Taint(String key, String value, Effect effect) implements Comparable<Taint> {

    private static final Comparator<Taint> ORDER =
            Comparator.comparing(Taint::key).thenComparing(Taint::value).thenComparing(Taint::effect);

    /// What becomes of pods that do not tolerate it.
    public enum Effect {
        /// None comes; those that are there stay.
        NO_SCHEDULE("NoSchedule"),
        /// None comes, and those that are there are evicted by the control plane.
        NO_EXECUTE("NoExecute");

        private final String label;

        Effect(String label) {
            this.label = label;
        }

        /// As the API names it.
        public String label() {
            return label;
        }
    }

    @Override
    public int compareTo(Taint other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return key + (value.isEmpty() ? "" : "=" + value) + ":" + effect.label;
    }
}
