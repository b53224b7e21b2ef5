package io.plimsoll.rightsizer;

import io.plimsoll.model.recommendation.OomRules;
import java.time.Duration;

/// How the right-sizer goes about its work.
///
/// @param interval between two passes over all workloads
/// @param changesMax how many changes are open at one time, those included whose first pod is being watched
/// @param imageAgeMax a pass decides nothing on an image of the cluster that is older
/// @param dryRun whether nothing is changed, whatever policies say
/// @param oom when kills for memory raise it
public record RightsizerSettings(
        Duration interval,
        int changesMax,
        Duration imageAgeMax,
        boolean dryRun,
        TransactionSettings transaction,
        OomRules oom) {

    public static final RightsizerSettings DEFAULT = new RightsizerSettings(
            Duration.ofMinutes(1), 200, Duration.ofSeconds(30), false, TransactionSettings.DEFAULT);

    public RightsizerSettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be positive: " + interval);
        }
        if (imageAgeMax.isNegative() || imageAgeMax.isZero()) {
            throw new IllegalArgumentException("imageAgeMax must be positive: " + imageAgeMax);
        }
        if (changesMax < 1) {
            throw new IllegalArgumentException("changesMax must be at least 1: " + changesMax);
        }
    }

    /// With the usual rules for kills.
    public RightsizerSettings(
            Duration interval, int changesMax, Duration imageAgeMax, boolean dryRun, TransactionSettings transaction) {
        this(interval, changesMax, imageAgeMax, dryRun, transaction, OomRules.DEFAULT);
    }
}
