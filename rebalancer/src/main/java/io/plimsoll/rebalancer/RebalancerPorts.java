package io.plimsoll.rebalancer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.PlanRequests;
import io.plimsoll.model.move.Watched;
import java.util.function.Supplier;

/// What a rebalancer sees the cluster by, and what it acts and tells through.
///
/// @param images the newest picture
/// @param watched what no single picture tells, of the same cluster
/// @param journal where plans are written down
/// @param requests who asks for a plan
/// @param actions how pods are evicted
/// @param pods as they are right now, by the API server
/// @param teller who is told what becomes of plans
public record RebalancerPorts(
        Supplier<ClusterImage> images,
        Supplier<Watched> watched,
        PlanJournal journal,
        PlanRequests requests,
        ActionPort actions,
        LivePods pods,
        MoveTeller teller,
        LoopContext context) {}
