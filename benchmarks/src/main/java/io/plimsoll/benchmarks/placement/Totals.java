package io.plimsoll.benchmarks.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// All replays together: sums for each policy, and how often the last policy of the list did better or worse than
/// it.
final class Totals {

    private final List<List<Result>> replays = new ArrayList<>();

    void add(List<Result> replay) {
        replays.add(replay);
    }

    String table() {
        var table = new StringBuilder("""
            | policy | hot node-minutes | CPU overload, core-h | memory overload, GiB-h | nodes used, mean \
            | spread, mean | pod-minutes pending | fewer hot minutes than it: replays won, tied, lost |
            |---|---|---|---|---|---|---|---|
            """);
        for (int policy = 0; !replays.isEmpty() && policy < replays.getFirst().size(); policy++) {
            table.append(row(policy));
        }
        return table.toString();
    }

    private String row(int policy) {
        long hot = 0;
        double cpu = 0;
        double memory = 0;
        double nodes = 0;
        double spread = 0;
        long pending = 0;
        int won = 0;
        int lost = 0;
        for (var replay : replays) {
            var result = replay.get(policy);
            hot += result.hotMinutes();
            cpu += result.cpuOverload();
            memory += result.memoryOverload();
            nodes += result.nodesUsed() / replays.size();
            spread += result.spread() / replays.size();
            pending += result.pendingMinutes();
            int compared = Long.compare(replay.getLast().hotMinutes(), result.hotMinutes());
            won += compared < 0 ? 1 : 0;
            lost += compared > 0 ? 1 : 0;
        }
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.0f | %.0f | %.1f | %.3f | %d | %d, %d, %d |%n",
                replays.getFirst().get(policy).policy(),
                hot,
                cpu,
                memory,
                nodes,
                spread,
                pending,
                won,
                replays.size() - won - lost,
                lost);
    }
}
