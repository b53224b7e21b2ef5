package io.plimsoll.app.baddays;

import io.plimsoll.testbed.controlplane.FreePorts;

/// Where a [ServedPlimsoll] listens. Several that follow each other on the same ports need no new scheduler.
record ServePorts(int scheduler, int health) {

    static ServePorts free() {
        return new ServePorts(FreePorts.next(), FreePorts.next());
    }
}
