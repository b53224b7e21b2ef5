package io.plimsoll.model.placement;

/// What pods just ranked, and not yet seen bound, are expected to add to the nodes they will probably go to.
///
/// A reader of shares sees them as of one moment, by slot of one [NodeTable].
public interface Shares {

    /// No pod is on its way.
    Shares NONE = new Shares() {
        @Override
        public double cpuMillis(int slot) {
            return 0;
        }

        @Override
        public double memoryBytes(int slot) {
            return 0;
        }

        @Override
        public double pods(int slot, int workloadId) {
            return 0;
        }
    };

    double cpuMillis(int slot);

    double memoryBytes(int slot);

    /// How many pods of that workload are expected there; a fraction, since one pod is shared out over several nodes.
    double pods(int slot, int workloadId);
}
