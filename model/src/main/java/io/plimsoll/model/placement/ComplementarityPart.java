package io.plimsoll.model.placement;

/// Sends pods that need CPU to nodes whose memory is used up sooner, and the other way round.
///
///     S = 100 · (1 − |U − M|)
///
/// with U and M the predicted shares of CPU and memory with the pod there, at most 1 each. What one resource has left
/// when the other is used up is stranded: |U − M| is exactly that share. Kubernetes' NodeResourcesBalancedAllocation
/// does the same on requests.
///
/// | U | 0.2 | 0.6 | 0.9 | 0.5 |
/// |---|---|---|---|---|
/// | M | 0.2 | 0.4 | 0.1 | 1.3 |
/// | S | 100 | 80 | 20 | 50 |
final class ComplementarityPart {

    private ComplementarityPart() {}

    static double score(double cpuShare, double memoryShare) {
        return 100 * (1 - Math.abs(Math.min(1, cpuShare) - Math.min(1, memoryShare)));
    }
}
