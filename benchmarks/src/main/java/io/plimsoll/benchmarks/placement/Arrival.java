package io.plimsoll.benchmarks.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// One pod of one workload: whose trace it follows, when it comes and when it goes. The same for all policies.
///
/// @param number the how-manieth pod of its workload
public record Arrival(int trace, int number, int fromMinute, int toMinute) {

    /// In which all workloads come for the first time.
    public static final int FILL_MINUTES = 120;

    /// All workloads come within the first two hours, in random order. Times between
    /// roll-outs are taken as exponential; a pod's successor comes a minute after it went.
    ///
    /// @param lifeHours how long a pod lives on average
    public static List<Arrival> draw(int traces, int minutes, int lifeHours, Random random) {
        var arrivals = new ArrayList<Arrival>();
        for (int trace = 0; trace < traces; trace++) {
            int from = 2 + random.nextInt(FILL_MINUTES);
            for (int number = 0; from < minutes; number++) {
                int to = from + 10 + (int) (-Math.log(1 - random.nextDouble()) * lifeHours * 60);
                arrivals.add(new Arrival(trace, number, from, to));
                from = to + 1;
            }
        }
        arrivals.sort(Comparator.comparingInt(Arrival::fromMinute));
        return arrivals;
    }
}
