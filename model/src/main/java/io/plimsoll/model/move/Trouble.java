package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.neighbour.Contention;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What is wrong with a node, in a figure that falls when pods are moved away.
public sealed interface Trouble {

    /// How it is noticed; the first is worst.
    enum Kind {
        WAITING,
        HOT,
        CROWDED
    }

    /// What it is about.
    Contention contention();

    Kind kind();

    /// How much of it is to be taken away, as a share of the time or of the node.
    double excess();

    /// In words for people.
    String words();

    /// Its pods wait for one another, and it is known for whom.
    ///
    /// @param pressure share of the time in which some task waits
    /// @param rise of that, what is above the usual
    /// @param blamed the share of the rise that is the doing of each workload that is accused
    record Waiting(Contention contention, double pressure, double rise, Map<Owner, Double> blamed) implements Trouble {

        public Waiting {
            blamed = Map.copyOf(blamed);
        }

        @Override
        public Kind kind() {
            return Kind.WAITING;
        }

        /// What is nobody's doing is not taken away by moving anybody.
        @Override
        public double excess() {
            return rise
                    * Math.min(
                            1,
                            blamed.values().stream()
                                    .mapToDouble(share -> share)
                                    .sorted()
                                    .sum());
        }

        @Override
        public String words() {
            return String.format(
                            Locale.ROOT,
                            "some task waits for %s %.0f%% of the time, %.0f%% more than usual: ",
                            contention.label(),
                            100 * pressure,
                            100 * rise)
                    + new TreeMap<>(blamed)
                            .entrySet().stream()
                                    .map(part -> String.format(
                                            Locale.ROOT, "%.0f%% of that by %s", 100 * part.getValue(), part.getKey()))
                                    .collect(Collectors.joining(", "));
        }
    }

    /// More of it is in use than is safe, for k of the last n measurements.
    ///
    /// @param share in use
    /// @param target to which that is brought
    record Hot(Contention contention, double share, double target) implements Trouble {

        @Override
        public Kind kind() {
            return Kind.HOT;
        }

        @Override
        public double excess() {
            return Math.max(0, share - target);
        }

        @Override
        public String words() {
            return String.format(
                    Locale.ROOT,
                    "%s at %.0f%%, to be brought to %.0f%%",
                    contention.label(),
                    100 * share,
                    100 * target);
        }
    }

    /// Its pods ask for more than it has, because a resize in place was written that waits for room. Nobody is slow by
    /// that, but the pods that wait lack what they need.
    ///
    /// @param share of what there is that is asked for, above 1
    /// @param waiting for whose resizes there is no room
    /// @param priority the highest of these
    record Crowded(Contention contention, double share, Set<PodKey> waiting, int priority) implements Trouble {

        public Crowded {
            waiting = Set.copyOf(waiting);
        }

        @Override
        public Kind kind() {
            return Kind.CROWDED;
        }

        @Override
        public double excess() {
            return Math.max(0, share - 1);
        }

        @Override
        public String words() {
            return String.format(
                    Locale.ROOT,
                    "%.0f%% of its %s is asked for: the resize of %s waits for room",
                    100 * share,
                    contention.label(),
                    new TreeSet<>(waiting).stream().map(PodKey::toString).collect(Collectors.joining(", ")));
        }
    }
}
