package io.plimsoll.model.neighbour;

import java.util.List;

/// What the workloads of one node tell of each other's sensitivity by how long each waits at one look.
///
/// If all wait for the same reason, s_w = σ_w y, then what is known of the pressure y without one of them is what the
/// others say, each as far as it is known to go along with it:
///
///     y₋w = Σ_{v ≠ w} σ_v s_v / Σ_{v ≠ w} σ_v²
///
/// That is the least-squares estimate. Who does not go along with the others (since nothing hurts it, or since it
/// waits for itself alone) has next to no σ, and so next to no say. The node's own figure (kernel PSI) would not do: it
/// has what each pod waits for itself in it, and on a machine of many cores it is near 1 all day.
///
/// Only looks tell in which the others wait longer, or shorter, than usual by half of the floor of a pressure:
/// what is less than that is mostly chance.
final class SharedWait {

    private static final int WORKLOADS_MIN = 3;
    private static final double TELLING = 0.5;
    /// Others that together count less than one ordinary workload tell nothing.
    private static final double OTHERS_MIN = 1;

    private SharedWait() {}

    static void learn(List<Tenancy> seen, double floor) {
        double products = 0;
        double squares = 0;
        int count = 0;
        for (var tenancy : seen) {
            if (tenancy.tellsWait()) {
                double known = tenancy.suspect.sensitivity.known();
                products += known * tenancy.waitAbove();
                squares += known * known;
                count++;
            }
        }
        if (count < WORKLOADS_MIN) {
            return;
        }
        for (var tenancy : seen) {
            if (tenancy.tellsWait()) {
                double known = tenancy.suspect.sensitivity.known();
                double others = squares - known * known;
                double waited = (products - known * tenancy.waitAbove()) / others;
                if (others >= OTHERS_MIN && Math.abs(waited) >= TELLING * floor) {
                    tenancy.suspect.sensitivity.learn(tenancy.waitAbove(), waited, tenancy.above());
                }
            }
        }
    }
}
