package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.Owner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// One node and one thing that may be short on it. Belongs to the ledger's thread.
///
/// A look is one new measurement of the pressure. In each, what the pods' uses explain of it teaches their
/// coefficients ([Antagonism]); and when it is high, it is shared out:
///
///     high       y ≥ max(μ + 2σ of a day, the floor), in three of the last ten looks, this one among them
///     b_w        = â_w e_w / max(Δy, Σ â e)          for those whose use went along with the pressure
///     unexplained = 1 − Σ b_w
///
/// e is how far a workload's use of the last minutes lies above what is usual for it there, Δy the same of
/// the pressure. Dividing by what was seen, rather than by the sum of guesses, leaves a part for what nobody
/// did: shares that add up to 1 always accuse somebody. Where nobody measures that tasks wait, the shares are
/// those of a load, and harm nobody.
final class NodeWatch {

    /// How much what came before counts at this look, 0 to 1.
    ///
    /// @param isHigh whether it is a look that is told from what is usual
    record Steps(double recent, double episode, double hour, double day, boolean isHigh) {

        static Steps after(long elapsedMillis, boolean isHigh) {
            return new Steps(
                    Decay.kept(3 * MINUTE, elapsedMillis),
                    Decay.kept(10 * MINUTE, elapsedMillis),
                    Decay.kept(30 * MINUTE, elapsedMillis),
                    Decay.kept(DAY, elapsedMillis),
                    isHigh);
        }

        /// How far what is usual moves towards this look: what is told from it counts from the beginning no more than
        /// it will after a day. Else a node watched for minutes would take a new hog for usual within minutes.
        double usual(int earlier) {
            return isHigh && earlier >= WARM_UP ? 1 - day : Decay.step(day, earlier);
        }
    }

    /// @param coefficient that of most workloads
    /// @param noise deviation of what nothing explains
    record Usual(double coefficient, double noise) {}

    static final double MINUTE = 60_000;
    static final double DAY = 24 * 60 * MINUTE;
    /// After so long without a measurement nothing of the last minutes holds.
    static final long GAP_MILLIS = (long) (10 * MINUTE);

    private static final double DEVIATIONS = 2;
    private static final int LOOKS = 10;
    private static final int HIGH_LOOKS = 3;
    /// Before so many looks nobody knows what is usual.
    private static final int WARM_UP = 10;

    private static final double TOLD_SHARE = 0.01;

    private final String node;
    private final Contention contention;
    private final Pressure.Tier tier;
    /// A few dozen, so that a list is searched faster than a map and takes a fraction of its memory.
    private final List<Tenancy> tenancies = new ArrayList<>();
    private final Tenancy own;
    /// Those of the present look.
    private final List<Tenancy> seen = new ArrayList<>();
    private long atMillis;
    private int looks;
    private double hourMean;
    private double recent;
    private double usual;
    private double variance;
    private double square;
    /// A bit a look, the latest the lowest: whether it was high.
    private int high;
    private long highSince;
    private Optional<Episode> episode = Optional.empty();

    NodeWatch(String node, Contention contention, Pressure.Tier tier) {
        this.node = node;
        this.contention = contention;
        this.tier = tier;
        this.own = new Tenancy(new Suspect(new Owner("", "Node", node), contention), 0);
    }

    /// Whether what was learnt here holds for it: of what is usual in one tier, another one says nothing.
    boolean isOf(Pressure pressure) {
        return tier == pressure.tier();
    }

    /// Whether the pressure was measured anew since the last look. Of a time far before that, a clock has been set
    /// back.
    boolean isNews(Pressure pressure) {
        return looks == 0 || pressure.atMillis() > atMillis || pressure.atMillis() < atMillis - GAP_MILLIS;
    }

    /// Adds what one pod of the workload uses, as a share of the node.
    ///
    /// @param isNew whether the pod came within the last minutes, so that it used nothing here before
    /// @param waited for what share of the last minute it waited because of others; `NaN` where that is not known
    void uses(Suspect suspect, double share, boolean isNew, double waited) {
        var tenancy = tenancyOf(suspect, isNew);
        tenancy.add(share);
        if (!Double.isNaN(waited)) {
            tenancy.waits(waited);
        }
    }

    private Tenancy tenancyOf(Suspect suspect, boolean isNew) {
        for (var tenancy : tenancies) {
            if (tenancy.suspect == suspect) {
                return tenancy;
            }
        }
        var tenancy = new Tenancy(suspect, isNew ? looks : 0);
        tenancies.add(tenancy);
        return tenancy;
    }

    /// Takes in the pressure that goes with the uses added since the last look. Who was not measured has no part in it.
    ///
    /// @param ownUse what the node itself uses beside its pods, as a share of it
    /// @param common what is so in the whole cluster
    /// @return what nobody's coefficient explains of the pressure
    double look(Pressure pressure, double ownUse, Usual common) {
        long elapsed = looks == 0 ? 0 : Math.max(0, pressure.atMillis() - atMillis);
        if (elapsed > GAP_MILLIS) {
            high = 0;
            square = 0;
        }
        var steps = Steps.after(elapsed, pressure.share() >= threshold());
        own.add(ownUse);
        seen.clear();
        tenancies.forEach(Tenancy::count);
        tenancies.removeIf(Tenancy::isGone);
        for (var tenancy : tenancies) {
            if (tenancy.isSeen()) {
                seen.add(tenancy);
            }
        }
        double above = looks == 0 ? 0 : pressure.share() - hourMean;
        double unexplained = unexplained(above);
        seen.forEach(tenancy -> tenancy.suspect.antagonism.learn(tenancy.above(), unexplained));
        own.suspect.antagonism.learn(own.above(), unexplained);
        SharedWait.learn(seen, contention.floor());
        move(pressure, steps, above);
        share(pressure, steps, common);
        own.suspect.antagonism.settle(steps.day());
        atMillis = pressure.atMillis();
        looks++;
        return unexplained;
    }

    private double unexplained(double above) {
        double explained = own.suspect.antagonism.coefficient() * own.above();
        for (var tenancy : seen) {
            explained += tenancy.suspect.antagonism.coefficient() * tenancy.above();
        }
        return above - explained;
    }

    private void move(Pressure pressure, Steps steps, double above) {
        double share = pressure.share();
        note(steps.isHigh(), pressure.atMillis());
        seen.forEach(tenancy -> tenancy.move(steps, above));
        own.move(steps, above);
        hourMean += Decay.step(steps.hour(), looks) * (share - hourMean);
        recent += Decay.step(steps.recent(), looks) * (share - recent);
        square = square * steps.episode() + above * above;
        double step = steps.usual(looks);
        double delta = share - usual;
        usual += step * delta;
        variance = (1 - step) * (variance + step * delta * delta);
    }

    private void note(boolean isHigh, long nowMillis) {
        if (isHigh && (high & ((1 << LOOKS) - 1)) == 0) {
            highSince = nowMillis;
        }
        high = high << 1 | (isHigh ? 1 : 0);
    }

    private double threshold() {
        return looks < WARM_UP
                ? contention.floor()
                : Math.max(contention.floor(), usual + DEVIATIONS * Math.sqrt(variance));
    }

    private boolean isEpisode() {
        return (high & 1) == 1 && Integer.bitCount(high & ((1 << LOOKS) - 1)) >= HIGH_LOOKS;
    }

    private void share(Pressure pressure, Steps steps, Usual common) {
        double lately = recent - usual;
        double rise = pressure.share() - usual;
        boolean isShared = isEpisode() && lately > 0 && rise > 0;
        double whole = isShared ? Math.max(lately, explainedRise(common)) : 1;
        boolean isMeasured = pressure.tier().isOfWaiting();
        int others = seen.size() - 1;
        var blames = new ArrayList<Blame>();
        for (var tenancy : seen) {
            double part = isShared && tenancy.isInStep(square) ? rise(tenancy, common) / whole : 0;
            double inflicted = isMeasured ? part * lately * contention.weight() * others : 0;
            tenancy.inflicted(inflicted, steps.recent());
            if (isMeasured) {
                tenancy.suspect.looked(node, part, inflicted, tenancy.harm());
            } else {
                tenancy.suspect.seen();
            }
            if (part >= TOLD_SHARE) {
                blames.add(new Blame(tenancy.suspect.workload, part, inflicted));
            }
        }
        blames.sort(Comparator.comparingDouble(Blame::share).reversed());
        episode = isShared
                ? Optional.of(new Episode(node, contention, pressure, rise, highSince, List.copyOf(blames)))
                : Optional.empty();
    }

    private double explainedRise(Usual common) {
        double sum = own.suspect.antagonism.coefficient() * own.excess();
        for (var tenancy : seen) {
            sum += rise(tenancy, common);
        }
        return sum;
    }

    private static double rise(Tenancy tenancy, Usual common) {
        return tenancy.suspect.antagonism.shrunk(common.coefficient(), common.noise()) * tenancy.excess();
    }

    /// The pressure that is above what is usual, and whose doing it is; nothing where the latest look is too old.
    Optional<Episode> episode(long nowMillis) {
        return nowMillis - atMillis > GAP_MILLIS ? Optional.empty() : episode;
    }
}
