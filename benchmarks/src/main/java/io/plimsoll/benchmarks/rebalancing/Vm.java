package io.plimsoll.benchmarks.rebalancing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A virtual machine that follows one trace, and what it got of what it asked for. Belongs to its [Datacenter].
final class Vm {

    static final int HISTORY = 30;
    private static final int INTERVAL_SECONDS = 300;

    final int id;
    final double mips;
    final int ramMegabytes;
    private final float[] cpuMillis;
    /// Shares of its own size at the latest samples, the newest first.
    final double[] history = new double[HISTORY];
    private int samples;

    @Nullable
    Host host;
    /// Where it is on its way to.
    final List<Host> targets = new ArrayList<>(1);

    double requested;
    private double requestedBefore;
    private double allocated;
    private double since = -1;
    private boolean wasMigrating;
    double totalRequested;
    double totalLostByMigration;

    Vm(int id, double mips, int ramMegabytes, float[] cpuMillis) {
        this.id = id;
        this.mips = mips;
        this.ramMegabytes = ramMegabytes;
        this.cpuMillis = cpuMillis;
    }

    boolean isMigrating() {
        return !targets.isEmpty();
    }

    /// What it asks for from now on. Between two samples of the trace a straight line holds.
    void ask(double seconds) {
        requested = share(seconds) * mips;
    }

    private double share(double seconds) {
        int from = (int) Math.floor(seconds / INTERVAL_SECONDS);
        double one = sample(from);
        return one + (sample(from + 1) - one) / INTERVAL_SECONDS * (seconds - from * (double) INTERVAL_SECONDS);
    }

    private double sample(int i) {
        return cpuMillis[Math.min(i, cpuMillis.length - 1)] / 1000;
    }

    /// Remembers what it asks for, as a share of its size.
    void remember() {
        System.arraycopy(history, 0, history, 1, HISTORY - 1);
        history[0] = requested / mips;
        samples = Math.min(HISTORY, samples + 1);
    }

    int samples() {
        return samples;
    }

    /// What it gets now.
    double allocated() {
        return allocated;
    }

    /// From now on it gets this of what it asks for.
    void get(double now, double mipsAllocated, boolean isLeaving) {
        if (since >= 0 && now > since) {
            double seconds = now - since;
            totalRequested += requestedBefore * seconds;
            if (wasMigrating && allocated < requestedBefore) {
                totalLostByMigration += (requestedBefore - allocated) * seconds;
            }
        }
        since = now;
        allocated = mipsAllocated;
        requestedBefore = requested;
        wasMigrating = isLeaving;
    }
}
