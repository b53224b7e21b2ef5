package io.plimsoll.benchmarks.rebalancing;

import java.util.ArrayList;
import java.util.List;

/// A server and its machines. Belongs to its [Datacenter].
///
/// Who asks for more than there is gets a share of it. A machine that is being moved gets nine tenths where it is,
/// and the server that it comes to bears a tenth of what it asks for; all of it counts as asked for there. So a
/// server counts as short while a machine comes, as it does in CloudSim.
final class Host {

    private static final double STAYS = 0.9;
    private static final double COMES = 0.1;

    final int id;
    final HostKind kind;
    /// With those that are on their way to it.
    final List<Vm> vms = new ArrayList<>();
    /// The same while moves are thought through.
    List<Vm> planned = List.of();

    double usedMips;
    private double usedMipsBefore;

    private double since = -1;
    private boolean isShort;
    private boolean isActive = true;
    private boolean wasActive = true;
    double activeSeconds;
    double shortSeconds;
    int shutdowns;

    Host(int id, HostKind kind) {
        this.id = id;
        this.kind = kind;
    }

    double share() {
        return share(usedMips);
    }

    private double share(double mips) {
        double share = mips / kind.mips();
        return share > 1 && share < 1.01 ? 1 : share;
    }

    double joules(double seconds) {
        return usedMipsBefore == 0 ? 0 : (kind.watts(share(usedMipsBefore)) + kind.watts(share())) / 2 * seconds;
    }

    private double fitting(Vm vm) {
        return Math.min(vm.requested, kind.coreMips) * (isComing(vm) ? COMES : 1);
    }

    boolean isComing(Vm vm) {
        return vm.targets.contains(this);
    }

    /// What is left of its CPU, of all that these machines ask for.
    double available(List<Vm> of) {
        return Math.max(0, kind.mips() - allotted(of));
    }

    double allotted(List<Vm> of) {
        double sum = 0;
        for (var vm : of) {
            sum += fitting(vm);
        }
        return sum;
    }

    /// Shares out its CPU by what is asked for now.
    void update(double now) {
        usedMipsBefore = usedMips;
        double asked = allotted(vms);
        double scale = asked > kind.mips() ? kind.mips() / asked : 1;
        double used = 0;
        double requested = 0;
        for (var vm : vms) {
            double gets = fitting(vm) * scale;
            boolean isLeaving = vm.isMigrating() && !isComing(vm);
            gets = isLeaving ? gets * STAYS : gets;
            gets = scale < 1 ? Math.floor(gets) : gets;
            if (!isComing(vm)) {
                vm.get(now, gets, isLeaving);
            }
            used += isLeaving ? gets / STAYS : gets;
            requested += vm.requested;
        }
        usedMips = used;
        count(now, used < requested, used > 0);
    }

    private void count(double now, boolean isShort, boolean isActive) {
        if (now > since) {
            close(now);
        }
        this.isShort = isShort;
        this.isActive = isActive;
    }

    /// Counts what was until now.
    void close(double now) {
        if (since >= 0) {
            activeSeconds += isActive ? now - since : 0;
            shortSeconds += isActive && isShort ? now - since : 0;
            shutdowns += wasActive && !isActive ? 1 : 0;
            wasActive = isActive;
        }
        since = now;
    }
}
