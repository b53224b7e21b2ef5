package io.plimsoll.model.recommendation;

/// When OOM kills raise memory, and by how much.
///
/// @param killsMin so many kills make a raise, 1 to [#KILLS_MAX]
/// @param stepBytes a raise adds at least this
/// @param stepFactor a raise multiplies by at least this, above 1
/// @param maxBytes no raise goes above it; `Long.MAX_VALUE` for none
/// @param observeMillis after a raise nothing is raised for this long, so that it can show what it does
/// @param holdMillis a raise stands for this long as a floor, and kills count for as long; then usage knows better
public record OomRules(
        int killsMin, long stepBytes, double stepFactor, long maxBytes, long observeMillis, long holdMillis) {

    /// One kill, then 100 MiB or a fifth more, whichever is more: the step of the Vertical Pod Autoscaler. Ten minutes
    /// of observation: what fails at start fails within them. Eight days: as long as peaks are remembered.
    public static final OomRules DEFAULT =
            new OomRules(1, 100L << 20, 1.2, Long.MAX_VALUE, 10 * 60 * 1000L, 8 * 24 * 60 * 60 * 1000L);

    /// So many kills of a container are remembered.
    public static final int KILLS_MAX = 8;

    public OomRules {
        if (killsMin < 1 || killsMin > KILLS_MAX) {
            throw new IllegalArgumentException("killsMin must be 1 to " + KILLS_MAX + ": " + killsMin);
        }
        if (stepBytes < 0) {
            throw new IllegalArgumentException("stepBytes must not be negative: " + stepBytes);
        }
        if (!(stepFactor > 1)) {
            throw new IllegalArgumentException("stepFactor must be above 1: " + stepFactor);
        }
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("maxBytes must be above 0: " + maxBytes);
        }
        if (observeMillis < 0 || holdMillis < observeMillis) {
            throw new IllegalArgumentException("observeMillis must not be negative, nor holdMillis below it: "
                    + observeMillis + ", " + holdMillis);
        }
    }

    public OomRules withKillsMin(int other) {
        return new OomRules(other, stepBytes, stepFactor, maxBytes, observeMillis, holdMillis);
    }

    public OomRules withMaxBytes(long other) {
        return new OomRules(killsMin, stepBytes, stepFactor, other, observeMillis, holdMillis);
    }

    /// One step up, as far as the maximum.
    long raised(long bytes) {
        double step = Math.max(bytes + (double) stepBytes, Math.ceil(bytes * stepFactor));
        return (long) Math.min(step, (double) maxBytes);
    }
}
