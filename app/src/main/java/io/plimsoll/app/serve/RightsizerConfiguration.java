package io.plimsoll.app.serve;

import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.model.recommendation.PriceTable;
import io.plimsoll.rightsizer.RightsizerSettings;
import java.time.Duration;
import java.util.Optional;

/// What a right-sizer is started with.
///
/// @param movesMax how long a raise waits for moves that make room for it; zero where nobody moves pods
/// @param recordsKept how long the record of a change stays
/// @param leaseNamespace where the Lease is that lets one of several replicas act
/// @param prices what is paid for what pods ask for, where that was set
record RightsizerConfiguration(
        RightsizerSettings settings,
        Duration movesMax,
        Duration recordsKept,
        String leaseNamespace,
        String leaseName,
        ActingLease.Terms terms,
        Optional<PriceTable> prices) {

    static final RightsizerConfiguration DEFAULT = new RightsizerConfiguration(
            RightsizerSettings.DEFAULT,
            Duration.ZERO,
            Duration.ofDays(30),
            "plimsoll",
            "plimsoll-rightsizer",
            ActingLease.Terms.DEFAULT,
            Optional.empty());
}
