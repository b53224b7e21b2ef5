package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.Owner;
import java.util.OptionalLong;
import java.util.TreeSet;

/// What is known of one workload as one that others wait for, and that waits for others. Belongs to the ledger's
/// thread.
final class Suspect {

    private static final double GOOD_PART = 0.25;
    /// So long it is remembered that is gone and was blamed, and that was not.
    private static final double BLAMED_KEPT_MILLIS = 2 * NodeWatch.DAY;

    private static final double KEPT_MILLIS = 60 * NodeWatch.MINUTE;
    /// Blamed less often than this by now, decayed, is as good as never.
    private static final double FORGOTTEN_TIMES = 0.1;

    final Owner workload;
    final Antagonism antagonism = new Antagonism();
    final Sensitivity sensitivity;
    private final TreeSet<String> nodes = new TreeSet<>();
    private double times;
    private double ticks;
    private double harm;
    private double worst;
    private double worstOfPass;
    private boolean isSeen;
    private boolean isMeasured;
    private double absentMillis;
    private OptionalLong accusedSinceMillis = OptionalLong.empty();

    Suspect(Owner workload, Contention contention) {
        this.workload = workload;
        this.sensitivity = new Sensitivity(contention);
    }

    /// Another look at one of the nodes that it runs on, where nobody measures that tasks wait.
    void seen() {
        isSeen = true;
    }

    /// Another look at one of the nodes that it runs on.
    ///
    /// @param share of the pressure there that is its doing
    /// @param inflicted seconds a second that others wait for it
    /// @param recent the same, as a mean of minutes
    void looked(String node, double share, double inflicted, double recent) {
        isSeen = true;
        isMeasured = true;
        ticks++;
        harm += inflicted;
        worstOfPass = Math.max(worstOfPass, recent);
        if (share >= GOOD_PART) {
            times++;
            nodes.add(node);
        }
    }

    /// @param elapsedMillis since the last time; a clock that was set forth counts for no more than a pause
    void settle(double learnt, double day, double week, long elapsedMillis) {
        absentMillis = isSeen ? 0 : absentMillis + Math.min(elapsedMillis, NodeWatch.GAP_MILLIS);
        isSeen = false;
        antagonism.settle(learnt);
        sensitivity.settle(learnt);
        harm *= day;
        times *= day;
        ticks *= day;
        worst = Math.max(worst * week, worstOfPass);
        worstOfPass = 0;
        if (times < FORGOTTEN_TIMES) {
            nodes.clear();
        }
    }

    /// @param isSo whether it is a bad neighbour by what is known at that time
    void accused(boolean isSo, long atMillis) {
        if (!isSo) {
            accusedSinceMillis = OptionalLong.empty();
        } else if (accusedSinceMillis.isEmpty()) {
            accusedSinceMillis = OptionalLong.of(atMillis);
        }
    }

    /// Since when it is a bad neighbour without a break, epoch milliseconds; nothing where it is none.
    OptionalLong accusedSinceMillis() {
        return accusedSinceMillis;
    }

    /// Whether it has run nowhere for so long that what it did tells little of what it will do.
    boolean isGone() {
        return absentMillis > (nodes.isEmpty() ? KEPT_MILLIS : BLAMED_KEPT_MILLIS);
    }

    /// Whether it was ever seen where it is measured that tasks wait.
    boolean isMeasured() {
        return isMeasured;
    }

    /// How often it had a good part of the blame, decayed.
    double times() {
        return times;
    }

    /// On how many nodes it has had one of late: more than one is the best evidence there is.
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
