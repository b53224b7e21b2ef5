package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.ClusterEvent;
import java.util.function.Consumer;

/// Tells what happens to whoever watches, and nothing while the watches are broken. Owned by its cluster.
final class EventFeed {

    private final Consumer<ClusterEvent> watcher;
    private boolean broken;
    private boolean missed;

    EventFeed(Consumer<ClusterEvent> watcher) {
        this.watcher = watcher;
    }

    void tell(ClusterEvent event) {
        if (broken) {
            missed = true;
        } else {
            watcher.accept(event);
        }
    }

    void breakOff() {
        broken = true;
    }

    /// Opens the watches again; says whether a new list is due because something was missed.
    boolean mend() {
        boolean relist = broken && missed;
        broken = false;
        missed = false;
        return relist;
    }
}
