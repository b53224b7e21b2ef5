package io.plimsoll.model.usage;

import java.util.Map;

/// A workload's histories as bytes, to be stored and read back by whoever starts next.
///
/// @param lastMillis when the newest sample was taken, epoch milliseconds; 0 when there is none
/// @param containers each as [ContainerHistory#encoded], by the container's name
public record EncodedHistories(long lastMillis, Map<String, byte[]> containers) {

    public EncodedHistories {
        containers = Map.copyOf(containers);
    }
}
