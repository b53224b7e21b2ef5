package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.Owner;
import java.util.TreeSet;

/// What is known of one workload as one that others wait for. Belongs to the ledger's thread.
final class Suspect {

    private static final double GOOD_PART = 0.25;
    private static final long KEPT_MILLIS = (long) (2 * NodeWatch.DAY);

    final Owner workload;
    final Antagonism antagonism = new Antagonism();
    private final TreeSet<String> nodes = new TreeSet<>();
    private double times;
    private double ticks;
    private double harm;
    private double worst;
    private double worstOfPass;
    private double ticksOfPass;
    private long seenMillis;

    Suspect(Owner workload) {
        this.workload = workload;
    }

    /// Another look at one of the nodes that it runs on.
    ///
    /// @param share of the pressure there that is its doing
    /// @param inflicted seconds a second that others wait for it
    /// @param recent the same, as a mean of minutes
    void looked(String node, double share, double inflicted, double recent) {
        ticksOfPass++;
        harm += inflicted;
        worstOfPass = Math.max(worstOfPass, recent);
        if (share >= GOOD_PART) {
            times++;
            nodes.add(node);
        }
    }

    void settle(double learnt, double day, double week, long nowMillis) {
        if (ticksOfPass > 0 || seenMillis == 0) {
            seenMillis = nowMillis;
        }
        antagonism.settle(learnt);
        harm *= day;
        times *= day;
        ticks = (ticks + ticksOfPass) * day;
        worst = Math.max(worst * week, worstOfPass);
        worstOfPass = 0;
        ticksOfPass = 0;
    }

    /// Whether it has run nowhere for so long that what it did tells little of what it will do.
    boolean isGone(long nowMillis) {
        return nowMillis - seenMillis > KEPT_MILLIS;
    }

    /// How often it had a good part of the blame, decayed.
    double times() {
        return times;
    }

    /// On how many nodes it ever had one: more than one is the best evidence there is.
    int nodes() {
        return nodes.size();
    }

    /// Seconds a second that others have waited for one of its pods, mean of a day.
    double usual() {
        return ticks > 0 ? harm / ticks : 0;
    }

    /// The most of it within minutes that one of its pods did; half of that after a week.
    double worst() {
        return worst;
    }
}
