package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;

/// What kube-scheduler's own plugins give a node, as far as they tell nodes apart in a simulation: the resource ones.
///
/// Each gives 0 to 100 at weight 1, in whole numbers as there:
///
///     LeastAllocated  = mean over CPU and memory of (allocatable − requested) · 100 / allocatable
///     Balanced        = (1 − |cpuShare − memoryShare| / 2) · 100
///
/// with the pod's own requests counted in. A pod that asks for nothing counts as 100m and 200 MiB here, though not in
/// the filter. The other default plugins give the same to every node, for none has taints, affinities or images.
///
/// | node after the pod | LeastAllocated | Balanced | sum |
/// |---|---|---|---|
/// | CPU 50 %, memory 50 % | 50 | 100 | 150 |
/// | CPU 90 %, memory 10 % | 50 | 60 | 110 |
/// | CPU 10 %, memory 10 % | 90 | 100 | 190 |
final class DefaultScores {

    private static final Resources ASSUMED = new Resources(100, 200L << 20);

    private DefaultScores() {}

    static long score(SchedulableNode node, PodSpec pod) {
        var asked = pod.requests();
        long cpu = node.requested().cpuMillis() + orElse(asked.cpuMillis(), ASSUMED.cpuMillis());
        long memory = node.requested().memoryBytes() + orElse(asked.memoryBytes(), ASSUMED.memoryBytes());
        var room = node.allocatable();
        long least = (free(cpu, room.cpuMillis()) + free(memory, room.memoryBytes())) / 2;
        return least + balanced(share(cpu, room.cpuMillis()), share(memory, room.memoryBytes()));
    }

    private static long orElse(long amount, long assumed) {
        return amount > 0 ? amount : assumed;
    }

    private static long free(long used, long room) {
        return used > room || room == 0 ? 0 : (room - used) * 100 / room;
    }

    private static double share(long used, long room) {
        return room == 0 ? 1 : Math.min(1, (double) used / room);
    }

    private static long balanced(double cpuShare, double memoryShare) {
        return (long) ((1 - Math.abs(cpuShare - memoryShare) / 2) * 100);
    }
}
