package io.plimsoll.app.serve;

import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.rightsizer.RightsizerSettings;
import java.time.Duration;

/// What a right-sizer is started with.
///
/// @param recordsKept how long the record of a change stays
/// @param leaseNamespace where the Lease is that lets one of several replicas act
record RightsizerConfiguration(
        RightsizerSettings settings,
        Duration recordsKept,
        String leaseNamespace,
        String leaseName,
        ActingLease.Terms terms) {

    static final RightsizerConfiguration DEFAULT = new RightsizerConfiguration(
            RightsizerSettings.DEFAULT,
            Duration.ofDays(30),
            "plimsoll",
            "plimsoll-rightsizer",
            ActingLease.Terms.DEFAULT);
}
