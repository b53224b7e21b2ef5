package io.plimsoll.testbed.realnodes;

/// What the workload program is asked to do.
///
/// @param memoryBytes memory to hold, every page of it touched
/// @param cpuMillis CPU to burn, in thousandths of a core
/// @param trafficBytesPerSecond traffic to send
/// @param trafficTarget the URL to send it to, such as another workload's `/sink`; blank without traffic
/// @param fileBytes a file of its own to write at first, nothing of which is in memory then
/// @param readBytesPerSecond what to read of that, pages at random: what of it is in memory is page cache
public record WorkloadDemand(
        long memoryBytes,
        long cpuMillis,
        long trafficBytesPerSecond,
        String trafficTarget,
        long fileBytes,
        long readBytesPerSecond) {
    /// Does nothing but serve.
    public static final WorkloadDemand IDLE = new WorkloadDemand(0, 0, 0, "", 0, 0);

    public WorkloadDemand {
        notNegative("memoryBytes", memoryBytes);
        notNegative("cpuMillis", cpuMillis);
        notNegative("trafficBytesPerSecond", trafficBytesPerSecond);
        notNegative("fileBytes", fileBytes);
        notNegative("readBytesPerSecond", readBytesPerSecond);
        if (trafficBytesPerSecond > 0 && trafficTarget.isBlank()) {
            throw new IllegalArgumentException("trafficTarget is blank although there is traffic to send");
        }
        if (readBytesPerSecond > 0 && fileBytes == 0) {
            throw new IllegalArgumentException("fileBytes is 0 although there is a file to read");
        }
    }

    public WorkloadDemand withMemoryBytes(long bytes) {
        return new WorkloadDemand(
                bytes, cpuMillis, trafficBytesPerSecond, trafficTarget, fileBytes, readBytesPerSecond);
    }

    public WorkloadDemand withCpuMillis(long millis) {
        return new WorkloadDemand(
                memoryBytes, millis, trafficBytesPerSecond, trafficTarget, fileBytes, readBytesPerSecond);
    }

    public WorkloadDemand withTraffic(String target, long bytesPerSecond) {
        return new WorkloadDemand(memoryBytes, cpuMillis, bytesPerSecond, target, fileBytes, readBytesPerSecond);
    }

    public WorkloadDemand withFile(long bytes, long readPerSecond) {
        return new WorkloadDemand(memoryBytes, cpuMillis, trafficBytesPerSecond, trafficTarget, bytes, readPerSecond);
    }

    private static void notNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, as " + value + " is");
        }
    }
}
