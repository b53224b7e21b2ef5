package io.plimsoll.rightsizer;

import java.time.Duration;

/// How the right-sizer goes about its work.
///
/// @param interval between two passes over all workloads
/// @param changesMax how many workloads are changed at one time
/// @param dryRun whether nothing is changed, whatever policies say
public record RightsizerSettings(Duration interval, int changesMax, boolean dryRun, TransactionSettings transaction) {

    public static final RightsizerSettings DEFAULT =
            new RightsizerSettings(Duration.ofMinutes(1), 20, false, TransactionSettings.DEFAULT);

    public RightsizerSettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be positive: " + interval);
        }
        if (changesMax < 1) {
            throw new IllegalArgumentException("changesMax must be at least 1: " + changesMax);
        }
    }
}
