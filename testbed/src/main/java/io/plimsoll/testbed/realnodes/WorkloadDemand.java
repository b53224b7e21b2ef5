package io.plimsoll.testbed.realnodes;

/// What the workload program is asked to do.
///
/// @param memoryBytes memory to hold, every page of it touched
/// @param cpuMillis CPU to burn, in thousandths of a core
/// @param trafficBytesPerSecond traffic to send
/// @param trafficTarget the URL to send it to, such as another workload's `/sink`; blank without traffic
public record WorkloadDemand(long memoryBytes, long cpuMillis, long trafficBytesPerSecond, String trafficTarget) {
    /// Does nothing but serve.
    public static final WorkloadDemand IDLE = new WorkloadDemand(0, 0, 0, "");

    public WorkloadDemand {
        notNegative("memoryBytes", memoryBytes);
        notNegative("cpuMillis", cpuMillis);
        notNegative("trafficBytesPerSecond", trafficBytesPerSecond);
        if (trafficBytesPerSecond > 0 && trafficTarget.isBlank()) {
            throw new IllegalArgumentException("trafficTarget is blank although there is traffic to send");
        }
    }

    public WorkloadDemand withMemoryBytes(long bytes) {
        return new WorkloadDemand(bytes, cpuMillis, trafficBytesPerSecond, trafficTarget);
    }

    public WorkloadDemand withCpuMillis(long millis) {
        return new WorkloadDemand(memoryBytes, millis, trafficBytesPerSecond, trafficTarget);
    }

    public WorkloadDemand withTraffic(String target, long bytesPerSecond) {
        return new WorkloadDemand(memoryBytes, cpuMillis, bytesPerSecond, target);
    }

    private static void notNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, as " + value + " is");
        }
    }
}
