package io.plimsoll.model.placement;

/// Whether a node bears one more pod at all, by measurement alone: where nothing is measured, nothing is refused.
///
/// | reason | when | severity |
/// |---|---|---|
/// | CPU_HOT | measured use and the pod above the configured share | 0 to 1 |
/// | MEMORY_HOT | the same of memory | 1 to 2 |
/// | MEMORY_PRESSURE | some task waited for memory in 20 % of the last minute and, if told, of the last 10 s | 2 to 3 |
/// | MEMORY_PRESSURE | what is available would not suffice above the kubelet's eviction line | 2 to 3 |
/// | UNSTABLE | suppressed for losing its readiness again and again | 3 to 4 |
///
/// A node with several reasons is refused for the most severe. The order is that of what a wrong yes costs: CPU
/// is shared when it is short, memory is not, and a lost node takes all its pods. Within a step it is how far
/// beyond the limit, as a share of the node, faded by trust.
///
/// The measured use is the latest, with what pods not seen yet use on average, and without histories: what a
/// node may come to is a reason to prefer another one, not to refuse this one. Each refusal sends the pod to one
/// of the nodes that are left; on bursty machines, a refusal at μ + 3σ left so few that these got all pods and
/// were hot next.
final class Judgement {

    private static final Verdict FIT = new Verdict.Fit();

    private final PlacementConfig config;
    private final Trust trust;
    private final Shares shares;
    private final PodToPlace pod;
    private final long nowMillis;

    Judgement(PlacementConfig config, Trust trust, Shares shares, PodToPlace pod, long nowMillis) {
        this.config = config;
        this.trust = trust;
        this.shares = shares;
        this.pod = pod;
        this.nowMillis = nowMillis;
    }

    Verdict of(NodeFigures node, int slot) {
        if (pod.isExempt()) {
            return FIT;
        }
        if (node.stability.isSuppressed(nowMillis)) {
            return unfit(Reason.UNSTABLE, 3, node.stability.flapScore(nowMillis));
        }
        return node.isVirtual ? FIT : memory(node, slot);
    }

    private Verdict memory(NodeFigures node, int slot) {
        double added = pod.expected().memoryBytes() + shares.memoryBytes(slot);
        double stallTrust = node.isStalled ? trust.at(node.stallAtMillis, nowMillis) : 0;
        double missing = config.memoryEvictShare() - (node.available - added * node.perMachineByte);
        double missingTrust = missing >= 0 ? trust.at(node.availableAtMillis, nowMillis) : 0;
        if (stallTrust > 0 || missingTrust > 0) {
            double stalled = stallTrust > 0 ? stallTrust * node.stallRisk : 0;
            double lacking = missingTrust > 0 ? missingTrust * missing : 0;
            return unfit(Reason.MEMORY_PRESSURE, 2, Math.max(stalled, lacking));
        }
        double beyond = node.memorySeen + added * node.perMemoryByte - config.memoryHot();
        double memoryTrust = trust.at(node.memoryAtMillis, nowMillis);
        return beyond > 0 && memoryTrust > 0 ? unfit(Reason.MEMORY_HOT, 1, memoryTrust * beyond) : cpu(node, slot);
    }

    private Verdict cpu(NodeFigures node, int slot) {
        double added = pod.demand().cpuMillis() + shares.cpuMillis(slot);
        double beyond = node.cpuSeen + added * node.perCpuMilli - config.cpuHot();
        double cpuTrust = trust.at(node.cpuAtMillis, nowMillis);
        return beyond > 0 && cpuTrust > 0 ? unfit(Reason.CPU_HOT, 0, cpuTrust * beyond) : FIT;
    }

    private static Verdict unfit(Reason reason, int step, double excess) {
        return new Verdict.Unfit(reason, step + Math.clamp(excess, 0, 1));
    }
}
