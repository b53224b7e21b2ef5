package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.Sample;
import java.util.ArrayList;
import java.util.List;

/// Builds a container with its history and its policy, for tests: a sample a minute unless said otherwise.
final class SizingCases {

    static final long MIB = 1 << 20;
    static final long MINUTE = 60 * 1000L;
    static final long HOUR = 60 * MINUTE;
    static final long DAY = 24 * HOUR;

    private static final PodKey POD = new PodKey("shop", "cart-1");

    private final ContainerHistory history = new ContainerHistory();
    private final List<MemoryFloor> floors = new ArrayList<>();
    private Resources requests = Resources.NONE;
    private ContainerSizing sizing = ContainerSizing.DEFAULT;
    private int containers = 1;
    private long nowMillis = 1000 * DAY;
    private long lateMillis;
    private ContainerRole role = ContainerRole.MAIN;

    static SizingCases container() {
        return new SizingCases();
    }

    SizingCases requests(long cpuMillis, long memoryMib) {
        requests = new Resources(cpuMillis, memoryMib * MIB);
        return this;
    }

    SizingCases used(long millis, double cpuMillis, double memoryMib) {
        return used(millis, MINUTE, cpuMillis, memoryMib);
    }

    /// Uses so much for that long.
    SizingCases used(long millis, long intervalMillis, double cpuMillis, double memoryMib) {
        for (long end = nowMillis + millis; nowMillis < end; ) {
            nowMillis += intervalMillis;
            history.add(
                    new ContainerUsage(
                            POD,
                            "app",
                            new Sample(cpuMillis, nowMillis, "test"),
                            new Sample(memoryMib * MIB, nowMillis, "test")),
                    nowMillis);
        }
        return this;
    }

    SizingCases late(long millis) {
        lateMillis = millis;
        return this;
    }

    SizingCases floor(MemoryFloor floor) {
        floors.add(floor);
        return this;
    }

    SizingCases sizing(ContainerSizing other) {
        sizing = other;
        return this;
    }

    SizingCases role(ContainerRole other) {
        role = other;
        return this;
    }

    SizingCases containersInPod(int count) {
        containers = count;
        return this;
    }

    ContainerHistory history() {
        return history;
    }

    SizingCase build() {
        return new SizingCase(
                new ContainerSpec("app", requests, Resources.NONE, role),
                history,
                sizing,
                containers,
                floors,
                nowMillis + lateMillis);
    }
}
