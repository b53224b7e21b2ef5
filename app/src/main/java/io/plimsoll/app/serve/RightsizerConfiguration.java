package io.plimsoll.app.serve;

import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.rightsizer.RightsizerSettings;

/// What a right-sizer is started with.
///
/// @param leaseNamespace where the Lease is that lets one of several replicas act
record RightsizerConfiguration(
        RightsizerSettings settings, String leaseNamespace, String leaseName, ActingLease.Terms terms) {

    static final RightsizerConfiguration DEFAULT = new RightsizerConfiguration(
            RightsizerSettings.DEFAULT, "plimsoll", "plimsoll-rightsizer", ActingLease.Terms.DEFAULT);
}
