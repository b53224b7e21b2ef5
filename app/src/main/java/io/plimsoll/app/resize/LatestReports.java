package io.plimsoll.app.resize;

import io.plimsoll.kubernetes.action.ChangeReport;
import io.plimsoll.model.action.ChangeJournal.Logged;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The latest ones of any number of changes: no more of them are held than are shown. Belongs to one thread.
final class LatestReports {

    private static final Comparator<ChangeReport> OLDEST_FIRST =
            Comparator.comparing(ChangeReport::logged, Logged.OLDEST_FIRST);

    private final int max;
    private final PriorityQueue<ChangeReport> held = new PriorityQueue<>(OLDEST_FIRST);
    private int seen;

    LatestReports(int max) {
        this.max = max;
    }

    void add(ChangeReport report) {
        seen++;
        held.add(report);
        if (held.size() > max) {
            held.remove();
        }
    }

    /// How many there were, those that are not held too.
    int seen() {
        return seen;
    }

    /// The oldest first.
    List<ChangeReport> held() {
        return held.stream().sorted(OLDEST_FIRST).toList();
    }
}
