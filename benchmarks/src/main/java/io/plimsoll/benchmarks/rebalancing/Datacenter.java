package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.benchmarks.placement.UsageTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Servers and machines through one day, by the rules of CloudSim 3.0.3's PlanetLab example, written anew from how
/// that behaves. Times are seconds from the start of the traces. One thread.
///
/// Four things of it are not what one would expect, and are kept, since published figures have them:
/// a machine that asks for no CPU has ended and never comes back; memory binds only while machines are placed
/// first; a server counts as short of CPU while a machine is on its way to it; and the first look is after five
/// minutes, by when nothing is counted.
final class Datacenter {

    static final int INTERVAL_SECONDS = 300;
    static final double END_SECONDS = 86_400;
    /// When machines start; CloudSim's smallest step.
    static final double OFFSET = 0.1;
    /// Half of a network of 1 Gbit/s is for moves.
    private static final double MEGABYTES_PER_SECOND = 62.5;

    private static final double[] VM_MIPS = {2500, 2000, 1000, 500};
    private static final int[] VM_RAM = {870, 1740, 1740, 613};

    final List<Host> hosts;
    /// Those that have not ended.
    final List<Vm> vms;

    private final List<Vm> all;
    private double lastSeconds = OFFSET;
    private double joules;
    private int migrations;

    Datacenter(List<Host> hosts, List<Vm> vms) {
        this.hosts = List.copyOf(hosts);
        this.vms = new ArrayList<>(vms);
        this.all = List.copyOf(vms);
    }

    /// Kinds of machines go by their number, in four equal parts.
    static List<Vm> machines(List<UsageTrace> traces) {
        var machines = new ArrayList<Vm>();
        int ofKind = (traces.size() + VM_MIPS.length - 1) / VM_MIPS.length;
        for (int i = 0; i < traces.size(); i++) {
            int kind = i / ofKind;
            machines.add(new Vm(i, VM_MIPS[kind], VM_RAM[kind], traces.get(i).cpuMillis()));
        }
        return machines;
    }

    /// What is asked for now, all of it.
    void update(double now) {
        boolean isSample = Math.abs(now % INTERVAL_SECONDS - OFFSET) < 1e-6;
        for (var vm : vms) {
            vm.ask(now);
            if (isSample && now > lastSeconds) {
                vm.remember();
            }
        }
        for (var host : hosts) {
            host.update(now);
        }
        if (now > lastSeconds) {
            for (var host : hosts) {
                joules += host.joules(now - lastSeconds);
            }
        }
        lastSeconds = now;
        removeEnded();
    }

    private void removeEnded() {
        for (var vm : List.copyOf(vms)) {
            if (!vm.isMigrating() && vm.requested == 0) {
                Objects.requireNonNull(vm.host).vms.remove(vm);
                vms.remove(vm);
            }
        }
    }

    /// When all was updated last.
    double lastSeconds() {
        return lastSeconds;
    }

    /// Begins to move a machine.
    ///
    /// @return when it will be there, seconds
    double move(Vm vm, Host target, double now) {
        migrations++;
        vm.targets.add(target);
        target.vms.add(vm);
        target.update(now);
        Objects.requireNonNull(vm.host).update(now);
        return now + vm.ramMegabytes / MEGABYTES_PER_SECOND;
    }

    /// It is there. The caller updates all before and after.
    void arrive(Vm vm, Host target) {
        Objects.requireNonNull(vm.host).vms.remove(vm);
        target.vms.remove(vm);
        target.vms.add(vm);
        vm.host = target;
        vm.targets.remove(target);
    }

    DayOutcome outcome(String rule) {
        double active = 0;
        double isShort = 0;
        int shutdowns = 0;
        for (var host : hosts) {
            host.close(lastSeconds);
            active += host.activeSeconds;
            isShort += host.shortSeconds;
            shutdowns += host.shutdowns;
        }
        double requested = 0;
        double lost = 0;
        for (var vm : all) {
            requested += vm.totalRequested;
            lost += vm.totalLostByMigration;
        }
        return new DayOutcome(
                rule,
                all.size(),
                joules / 3.6e6,
                migrations,
                isShort / active,
                lost / requested,
                shutdowns,
                active / END_SECONDS);
    }
}
