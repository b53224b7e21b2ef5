package io.plimsoll.app.demo;

import java.util.List;

/// How one of the two clusters does.
///
/// @param loads for each node the larger of its CPU and memory share that its pods want, 1 being all it has
/// @param hotNow nodes above the safe load
/// @param hotNodeMinutes the sum of that over time
/// @param starvedCoreMinutes cores that pods wanted and their node did not have, over time
/// @param nodesUsed nodes with any load
/// @param placed pods bound so far
/// @param waiting pods that found no node
/// @param podsPerSecond placements by the time they took
record SideState(
        String title,
        List<Double> loads,
        int hotNow,
        double hotNodeMinutes,
        double starvedCoreMinutes,
        int nodesUsed,
        int placed,
        int waiting,
        double podsPerSecond) {

    SideState {
        loads = List.copyOf(loads);
    }
}
