package io.plimsoll.benchmarks.rebalancing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The published way to use few servers, looked at every five minutes: from each that is overloaded the machines with
/// the least memory go until it is not (MMT); each of them goes to where it adds the least power; then servers are
/// emptied, the least loaded first, if all of their machines find a place.
///
/// Belongs to one datacenter. As in CloudSim, a server's load is that of its last update while moves are thought
/// through; what is planned shows only in what is asked for there.
final class Consolidation {

    private final Datacenter datacenter;
    private final Overload rule;

    Consolidation(Datacenter datacenter, Overload rule) {
        this.datacenter = datacenter;
        this.rule = rule;
    }

    record Move(Vm vm, Host to) {}

    /// Places all machines for the first time, by the sizes that they were bought in.
    static void placeFirst(Datacenter datacenter) {
        for (var vm : datacenter.vms) {
            vm.requested = vm.mips;
            var host = datacenter.hosts.stream()
                    .filter(one -> one.kind.coreMips >= vm.mips && one.available(one.vms) >= vm.mips)
                    .filter(one -> ram(one) + vm.ramMegabytes <= HostKind.RAM_MEGABYTES)
                    .min(Comparator.comparingDouble(one -> addedWatts(one, one.vms, vm)))
                    .orElseThrow();
            host.vms.add(vm);
            vm.host = host;
        }
    }

    private static int ram(Host host) {
        return host.vms.stream().mapToInt(vm -> vm.ramMegabytes).sum();
    }

    private static double addedWatts(Host host, List<Vm> there, Vm vm) {
        double after = (host.allotted(there) + vm.requested) / host.kind.mips();
        return host.kind.watts(after) - host.kind.watts(host.share());
    }

    List<Move> moves() {
        datacenter.hosts.forEach(host -> host.planned = new ArrayList<>(host.vms));
        var over = new HashSet<>(datacenter.hosts.stream()
                .filter(host -> rule.isOver(host, host.planned))
                .toList());
        var leaving = new ArrayList<Vm>();
        datacenter.hosts.stream().filter(over::contains).forEach(host -> leaving.addAll(leaving(host)));
        var moves = new ArrayList<>(placed(leaving, over));
        moves.addAll(emptied(over));
        return moves;
    }

    private List<Vm> leaving(Host host) {
        var leaving = new ArrayList<Vm>();
        do {
            var least = host.planned.stream()
                    .filter(vm -> !vm.isMigrating())
                    .min(Comparator.comparingInt(vm -> vm.ramMegabytes));
            if (least.isEmpty()) {
                break;
            }
            leaving.add(least.get());
            host.planned.remove(least.get());
        } while (rule.isOver(host, host.planned));
        return leaving;
    }

    /// Those that find no place stay.
    private List<Move> placed(List<Vm> vms, Set<Host> excluded) {
        var moves = new ArrayList<Move>();
        for (var vm : busiestFirst(vms)) {
            place(vm, excluded).ifPresent(host -> moves.add(new Move(vm, host)));
        }
        return moves;
    }

    private static List<Vm> busiestFirst(List<Vm> vms) {
        return vms.stream()
                .sorted(Comparator.comparingDouble((Vm vm) -> vm.requested).reversed())
                .toList();
    }

    private Optional<Host> place(Vm vm, Set<Host> excluded) {
        Host best = null;
        double least = Double.MAX_VALUE;
        for (var host : datacenter.hosts) {
            if (!excluded.contains(host) && isSuitable(host, vm)) {
                double watts = addedWatts(host, host.planned, vm);
                if (watts < least) {
                    least = watts;
                    best = host;
                }
            }
        }
        if (best != null) {
            best.planned.add(vm);
        }
        return Optional.ofNullable(best);
    }

    private boolean isSuitable(Host host, Vm vm) {
        if (vm.requested > host.kind.coreMips || host.available(host.planned) < vm.requested) {
            return false;
        }
        if (host.planned.isEmpty()) {
            return true;
        }
        host.planned.add(vm);
        boolean isOver = rule.isOver(host, host.planned);
        host.planned.removeLast();
        return !isOver;
    }

    private List<Move> emptied(Set<Host> over) {
        var moves = new ArrayList<Move>();
        var kept = new HashSet<>(over);
        datacenter.hosts.stream().filter(host -> host.share() == 0).forEach(kept::add);
        var closed = new HashSet<>(kept);
        for (var host = leastLoaded(kept); host.isPresent(); host = leastLoaded(kept)) {
            kept.add(host.get());
            closed.add(host.get());
            var all = allPlaced(host.get(), closed);
            all.forEach(move -> kept.add(move.to()));
            moves.addAll(all);
        }
        return moves;
    }

    private Optional<Host> leastLoaded(Set<Host> but) {
        return datacenter.hosts.stream()
                .filter(host -> !but.contains(host) && host.share() > 0 && host.share() < 1)
                .min(Comparator.comparingDouble(Host::share));
    }

    /// All of its machines, or none.
    private List<Move> allPlaced(Host host, Set<Host> excluded) {
        var moves = new ArrayList<Move>();
        for (var vm : busiestFirst(List.copyOf(host.planned))) {
            var to = place(vm, excluded);
            if (to.isEmpty()) {
                moves.forEach(move -> move.to().planned.remove(move.vm()));
                return List.of();
            }
            moves.add(new Move(vm, to.get()));
        }
        return moves;
    }

    /// One day.
    DayOutcome run() {
        for (double now = Datacenter.OFFSET + Datacenter.INTERVAL_SECONDS;
                now < Datacenter.END_SECONDS;
                now += Datacenter.INTERVAL_SECONDS) {
            datacenter.update(now);
            double start = now;
            var arrivals = new TreeMap<Double, List<Move>>();
            for (var move : moves()) {
                double at = datacenter.move(move.vm(), move.to(), start);
                arrivals.computeIfAbsent(at, time -> new ArrayList<>()).add(move);
            }
            arrivals.forEach((at, moves) -> {
                datacenter.update(at);
                moves.forEach(move -> datacenter.arrive(move.vm(), move.to()));
                datacenter.update(at);
            });
        }
        return datacenter.outcome(rule.words);
    }
}
