package io.plimsoll.app.demo;

import java.time.Duration;

/// How large the demonstration is; the same settings give the same arrivals.
///
/// @param pods how many arrive in all, beside those that run since the day before
/// @param arriving during how much simulated time they arrive
/// @param length how much time is simulated in all
record DemoSettings(long seed, int nodes, int pods, Duration arriving, Duration length) {

    private static final double PODS_PER_NODE = 6.5;

    DemoSettings {
        if (nodes < 2) {
            throw new IllegalArgumentException("nodes must be at least 2: " + nodes);
        }
    }

    /// Six or seven pods for each node, which arrive in three hours of four.
    static DemoSettings of(long seed, int nodes) {
        int pods = (int) Math.round(nodes * PODS_PER_NODE);
        return new DemoSettings(seed, nodes, pods, Duration.ofHours(3), Duration.ofHours(4));
    }

    /// As many pods for each node, which arrive within a minute; for a race in real time.
    static DemoSettings inRealTime(long seed, int nodes) {
        int pods = (int) Math.round(nodes * PODS_PER_NODE);
        return new DemoSettings(seed, nodes, pods, Duration.ofSeconds(60), Duration.ofSeconds(90));
    }
}
