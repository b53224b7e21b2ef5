package io.plimsoll.model.regime;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodPhase;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/// Learns from one image of the cluster after the other when the cluster and each workload are busy. Belongs to one
/// thread.
///
/// Load is the CPU that pods use, in thousandths of a core. Pods that were not measured within five minutes count as
/// the others of their workload do; where less than four fifths of the cluster's pods were, or half of a workload's,
/// that look tells nothing of it: what is missing is not low. A workload without pods that is still there uses none.
///
/// Bare and static pods, and DaemonSets, count for the cluster alone: none of them is moved. Memory: 1.6 kB a
/// workload after four weeks, of at most [#WORKLOADS_MAX]; who comes later is unknown, until another one is gone for
/// a day.
public final class RegimeLedger {

    static final int WORKLOADS_MAX = 12_000;

    private static final long FRESH_MILLIS = 5 * 60_000L;
    private static final long FORGET_MILLIS = 24 * 60 * 60_000L;
    private static final double CLUSTER_MEASURED_MIN = 0.8;
    private static final double WORKLOAD_MEASURED_MIN = 0.5;

    private final UserHours user;
    private final UserHours ofWorkloads;
    private final Tracked cluster = new Tracked(0);
    private final Map<Owner, Tracked> workloads = new HashMap<>();

    public RegimeLedger(UserHours user) {
        this.user = user;
        this.ofWorkloads = user.ofWorkloads();
    }

    /// One series and what was last made of it.
    private static final class Tracked {

        /// Half hours between two forecasts.
        private static final int RENEW_BINS = 12;
        /// As long as little is known, each hour tells more.
        private static final int RENEW_BINS_YOUNG = 2;

        private static final int YOUNG_BINS = 4 * LoadSeries.BINS_A_DAY;

        private LoadSeries series = new LoadSeries();
        /// So that not all are made anew in the same half hour.
        private final int turn;

        private Forecast forecast = Forecast.NOTHING;
        private long madeBin = -1;
        private long seenMillis;

        Tracked(int turn) {
            this.turn = turn;
        }

        void add(long nowMillis, double load) {
            if (series.add(nowMillis, load)) {
                seenMillis = nowMillis;
            }
        }

        void goOnFrom(LoadSeries kept) {
            series = LoadSeries.joined(kept, series);
            madeBin = -1;
        }

        Outlook outlook(UserHours user, long nowMillis) {
            long bin = series.firstBin() + series.size();
            if (isDue(bin)) {
                forecast = Forecast.of(series, user.zone());
                madeBin = bin;
            }
            return new Outlook(forecast, user, now(nowMillis));
        }

        private boolean isDue(long bin) {
            int pace = series.size() < YOUNG_BINS ? RENEW_BINS_YOUNG : RENEW_BINS;
            boolean isTurn = Math.floorMod(bin + turn, pace) == 0;
            return madeBin < 0 || (isTurn && bin != madeBin) || Math.abs(bin - madeBin) > pace;
        }

        private Outlook.Now now(long nowMillis) {
            if (seenMillis != 0 && nowMillis - seenMillis > FORGET_MILLIS) {
                return Outlook.Now.SILENT;
            }
            return series.isAbove(forecast.busyLog(), nowMillis) ? Outlook.Now.BUSY : Outlook.Now.USUAL;
        }
    }

    /// What the pods of something use.
    private static final class Sum {

        private double used;
        private int pods;
        private int measured;

        void add(PodImage pod, long nowMillis) {
            pods++;
            if (pod.usage().isPresent() && Math.abs(nowMillis - pod.usageAtMillis()) <= FRESH_MILLIS) {
                measured++;
                used += pod.usage().get().cpuMillis();
            }
        }

        boolean isMeasured(double share) {
            return measured > 0 && measured >= share * pods;
        }

        double load() {
            return used * pods / measured;
        }
    }

    /// Takes in what was measured of late.
    public void observe(ClusterImage image, long nowMillis) {
        var all = new Sum();
        var sums = new HashMap<Owner, Sum>();
        for (var node : image.nodes()) {
            for (var pod : node.pods()) {
                if (pod.spec().phase() == PodPhase.RUNNING) {
                    all.add(pod, nowMillis);
                    sums.computeIfAbsent(pod.workload(), owner -> new Sum()).add(pod, nowMillis);
                }
            }
        }
        if (all.isMeasured(CLUSTER_MEASURED_MIN)) {
            cluster.add(nowMillis, all.load());
        }
        sums.forEach((owner, sum) -> add(owner, sum, nowMillis));
        workloads.forEach((owner, tracked) -> rest(owner, tracked, sums, image, nowMillis));
        workloads.values().removeIf(tracked -> Math.abs(nowMillis - tracked.seenMillis) > FORGET_MILLIS);
    }

    private void add(Owner owner, Sum sum, long nowMillis) {
        if (sum.isMeasured(WORKLOAD_MEASURED_MIN) && isWatched(owner)) {
            workloads.computeIfAbsent(owner, key -> new Tracked(key.hashCode())).add(nowMillis, sum.load());
        }
    }

    private boolean isWatched(Owner owner) {
        return !owner.isDaemonSet()
                && !owner.isNode()
                && !owner.kind().equals("Pod")
                && (workloads.containsKey(owner) || workloads.size() < WORKLOADS_MAX);
    }

    private static void rest(Owner owner, Tracked tracked, Map<Owner, Sum> sums, ClusterImage image, long nowMillis) {
        if (!sums.containsKey(owner) && image.isKnown(owner)) {
            tracked.add(nowMillis, 0);
        }
    }

    /// What is known by now.
    public RegimeView view(long nowMillis) {
        var outlooks = new HashMap<Owner, Outlook>(2 * workloads.size());
        workloads.forEach((owner, tracked) -> outlooks.put(owner, tracked.outlook(ofWorkloads, nowMillis)));
        return new RegimeView(cluster.outlook(user, nowMillis), Collections.unmodifiableMap(outlooks));
    }

    /// The load of the cluster, for a process to come; see [LoadSeries#encoded].
    public byte[] encodedCluster() {
        return cluster.series.encoded();
    }

    /// Goes on with the load of the cluster that [#encodedCluster] has left.
    ///
    /// @throws IllegalArgumentException when it makes no sense; then nothing has changed
    public void restoreCluster(byte[] bytes) {
        cluster.goOnFrom(LoadSeries.decoded(bytes));
    }
}
