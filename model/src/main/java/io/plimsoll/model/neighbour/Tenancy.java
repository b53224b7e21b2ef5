package io.plimsoll.model.neighbour;

/// What a workload uses of one thing on one node, as a share of what the node has: 1 is all of it; and how long its
/// pods there wait for it. One for each workload and node, so it is kept small. Belongs to the ledger's thread.
final class Tenancy {

    private static final double IN_STEP = 0.2;
    private static final int UNSEEN_MAX = 120;
    /// Before so many looks nobody knows how long it usually waits; and a pod that starts waits for itself.
    private static final int WAITS_MIN = 10;

    final Suspect suspect;
    private float use;
    private float hourMean;
    private float usual;
    private float recent;
    private float product;
    private float square;
    private float harm;
    private float wait;
    private float hourMeanWait;
    private int samples;
    private int waitSamples;
    private short waiting;
    private short unseen;
    private boolean isSeen;

    /// @param earlier how often the node was looked at before it came: all of these, it used nothing there
    Tenancy(Suspect suspect, int earlier) {
        this.suspect = suspect;
        this.samples = earlier;
    }

    /// What one more of the workload's pods there uses.
    void add(double share) {
        use = (isSeen ? use : 0) + (float) share;
        isSeen = true;
    }

    /// For what share of the last minute one more of its pods there waited because of others.
    void waits(double share) {
        wait += (float) share;
        waiting++;
    }

    /// Whether it is measured in this look how long it waits, and known how long it usually does.
    boolean tellsWait() {
        return waiting > 0 && waitSamples >= WAITS_MIN;
    }

    /// How long one of its pods waited, against the mean of the last hour.
    double waitAbove() {
        return wait / waiting - hourMeanWait;
    }

    boolean isSeen() {
        return isSeen;
    }

    /// To be called once a look, when all that was measured has been added.
    void count() {
        unseen = isSeen ? 0 : (short) Math.min(unseen + 1, UNSEEN_MAX + 1);
    }

    /// Whether it was not measured for so many looks that it is taken for gone.
    boolean isGone() {
        return unseen > UNSEEN_MAX;
    }

    /// Its use against its mean of the last hour; that of the first sample is 0.
    double above() {
        return samples == 0 ? 0 : use - hourMean;
    }

    /// Its use of the last minutes against what it uses on most days; never negative.
    double excess() {
        return Math.max(0, recent - usual);
    }

    /// Whether its use and the node's pressure went up and down together in the last minutes.
    ///
    /// @param pressureSquare decayed sum of the squares of the pressure above its mean
    boolean isInStep(double pressureSquare) {
        double scale = Math.sqrt(square * pressureSquare);
        return scale > 0 && product / scale >= IN_STEP;
    }

    /// To be called once all of it has been looked at, with what the node knows of this sample.
    void move(NodeWatch.Steps steps, double pressureAbove) {
        double above = above();
        hourMean += (float) (Decay.step(steps.hour(), samples) * (use - hourMean));
        usual += (float) (steps.usual(samples) * (use - usual));
        recent += (float) (Decay.step(steps.recent(), samples) * (use - recent));
        product = (float) (product * steps.episode() + above * pressureAbove);
        square = (float) (square * steps.episode() + above * above);
        moveWait(steps);
        samples++;
        isSeen = false;
    }

    private void moveWait(NodeWatch.Steps steps) {
        if (waiting > 0) {
            hourMeanWait += (float) (Decay.step(steps.hour(), waitSamples) * (wait / waiting - hourMeanWait));
            waitSamples++;
        }
        wait = 0;
        waiting = 0;
    }

    /// @param inflicted seconds a second that others have waited for it, 0 where it is not to blame
    void inflicted(double inflicted, double kept) {
        harm = (float) (kept * harm + (1 - kept) * inflicted);
    }

    /// Seconds a second that others have waited for it, mean of the last minutes.
    double harm() {
        return harm;
    }
}
