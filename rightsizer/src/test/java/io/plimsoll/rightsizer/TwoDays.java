package io.plimsoll.rightsizer;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.model.usage.Sample;
import java.time.Duration;
import java.time.Instant;

/// What a container has used over two days that has always used the same: enough to be trusted.
final class TwoDays {

    private TwoDays() {}

    /// A sample a minute, up to that time.
    static ContainerUsageView of(double cpuMillis, long memoryBytes, Instant until) {
        var history = new ContainerHistory();
        for (int minutes = 2 * 24 * 60; minutes >= 0; minutes--) {
            long at = until.minus(Duration.ofMinutes(minutes)).toEpochMilli();
            var usage = new ContainerUsage(
                    new PodKey("any", "any"),
                    "any",
                    new Sample(cpuMillis, at, "test"),
                    new Sample(memoryBytes, at, "test"));
            history.add(usage, at);
        }
        return history;
    }
}
