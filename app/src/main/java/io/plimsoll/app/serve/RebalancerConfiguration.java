package io.plimsoll.app.serve;

import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.rebalancer.RebalancerSettings;

/// What a rebalancer is started with.
///
/// @param leaseNamespace where the Lease is that lets one of several replicas act
record RebalancerConfiguration(
        RebalancerSettings settings, String leaseNamespace, String leaseName, ActingLease.Terms terms) {

    static final RebalancerConfiguration DEFAULT = new RebalancerConfiguration(
            RebalancerSettings.DEFAULT, "plimsoll", "plimsoll-rebalancer", ActingLease.Terms.DEFAULT);
}
