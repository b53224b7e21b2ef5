package io.plimsoll.benchmarks.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// One pod of one workload: whose trace it follows, when it comes and when it goes. The same for all policies.
///
/// @param number the how-manieth pod of its workload
record Arrival(int trace, int number, int fromMinute, int toMinute) {

    /// In which all workloads come for the first time.
    static final int FILL_MINUTES = 120;

    private static final double LIFE_MINUTES = 12 * 60;

    /// All workloads come within the first two hours, in random order. Each pod lives 12 hours on average (times
    /// between roll-outs are taken as exponential), and its successor comes a minute after it went.
    static List<Arrival> draw(int traces, int minutes, Random random) {
        var arrivals = new ArrayList<Arrival>();
        for (int trace = 0; trace < traces; trace++) {
            int from = 2 + random.nextInt(FILL_MINUTES);
            for (int number = 0; from < minutes; number++) {
                int to = from + 10 + (int) (-Math.log(1 - random.nextDouble()) * LIFE_MINUTES);
                arrivals.add(new Arrival(trace, number, from, to));
                from = to + 1;
            }
        }
        arrivals.sort(Comparator.comparingInt(Arrival::fromMinute));
        return arrivals;
    }
}
