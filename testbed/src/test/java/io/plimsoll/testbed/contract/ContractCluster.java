package io.plimsoll.testbed.contract;

import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ContainerSpec;
import java.util.Map;

/// A cluster as the contract knows it: what can be asked of it, and how it answers. All pods are in one namespace, and
/// no scheduler touches them.
interface ContractCluster {

    /// A node of 4 cores and 8 GiB on which pods run soon after they are bound.
    String createNode(String name);

    /// A node of the same size whose pods are bound and never start.
    String createSilentNode(String name);

    /// A pending pod of one container; returns its uid.
    String createPod(String name, Map<String, String> labels, ContainerSpec container);

    /// Returns when the budget is known with as many disruptions allowed as its pods make possible.
    void createBudget(String name, Map<String, String> labels, int minAvailable, int disruptionsAllowed);

    Outcome bind(String pod, String node);

    Outcome delete(String pod);

    Outcome evict(String pod, String uid);

    /// Asks for these requests; limits of zero stay as they are.
    Outcome resize(String pod, String uid, ContainerSpec wanted);

    void awaitRunning(String pod);

    void awaitGone(String pod);

    /// What the pod's container now requests, in thousandths of a core.
    long requestedCpuMillis(String pod);
}
