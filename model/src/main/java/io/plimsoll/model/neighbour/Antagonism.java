package io.plimsoll.model.neighbour;

/// How much pressure a workload's use of one thing makes, learnt from every node that it runs on: the share of the time
/// that others wait more, for each machine's worth of use more. Belongs to the ledger's thread.
///
/// Whose use goes up with the pressure on one node says little: on a busy evening that of all does. So each node's
/// pressure ỹ is explained by the uses ũ of all that run there, each against its own mean of the last hour, and one
/// coefficient a workload serves all nodes:
///
///     min over a ≥ 0 of  Σ (ỹ − Σ a_w ũ_w)²          over nodes and times, and the node's own use as one w more
///
/// Solved by backfitting as samples come: what the others do not explain, r_w = ỹ − Σ_{v ≠ w} a_v ũ_v, is
/// regressed on ũ_w alone:
///
///     a_w = max(0, Σ ũ_w r_w / (Σ ũ_w² + λ))
///
/// That takes O(1) a pod and sample, and two sums a workload instead of a matrix of all pairs. The sums of
/// early samples rest on coefficients that were wrong still, so that they are forgotten quickly at first:
/// after a third of the time that was watched, and in the end after a day. λ is a thousandth of a machine's
/// worth, squared and summed: a coefficient from next to no use stays near 0.
///
/// Its standard error is that of a regression on one variable, σ / √Σ ũ_w², σ² being what nothing explains.
final class Antagonism {

    private static final double RIDGE = 0.002;
    private static final double SHRINK = 4;

    private double coefficient;
    private double products;
    private double squares;
    private double newProducts;
    private double newSquares;

    /// Counts from the next [#settle] on, so that the order in which nodes are looked at does not matter.
    ///
    /// @param above use above its mean
    /// @param unexplained pressure above its mean that nobody's coefficient explains, this one's neither
    void learn(double above, double unexplained) {
        newProducts += above * (unexplained + coefficient * above);
        newSquares += above * above;
    }

    /// @param kept how much what was learnt before counts by now, 0 to 1
    void settle(double kept) {
        products = products * kept + newProducts;
        squares = squares * kept + newSquares;
        newProducts = 0;
        newSquares = 0;
        coefficient = Math.max(0, products / (squares + RIDGE));
    }

    double coefficient() {
        return coefficient;
    }

    /// The same, drawn towards what is usual in the cluster as far as it is uncertain (James and Stein's rule): all of
    /// the way up to two standard errors, a quarter of it at four, a sixteenth at eight.
    double shrunk(double usual, double noise) {
        return shrunk(coefficient, usual, significance(noise));
    }

    /// The same of a coefficient that lies so many standard errors above 0.
    static double shrunk(double coefficient, double usual, double significance) {
        double doubt = significance > 0 ? Math.min(1, SHRINK / (significance * significance)) : 1;
        return coefficient + doubt * (usual - coefficient);
    }

    /// How many standard errors it lies above 0.
    ///
    /// @param noise deviation of what nothing explains
    double significance(double noise) {
        return noise > 0 ? coefficient * Math.sqrt(squares) / noise : 0;
    }
}
