package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ReasonCode;

/// Why a pod is not moved, mostly one on a hurt node. Those before [#BLAMELESS] say that it must not be evicted, the
/// first that holds being told; those up to [#PREFER_NO_EVICTION] hold for [any eviction][EvictionBan]. The others
/// say that this plan does not; those from [#ELSEWHERE] on, why a move that was planned is not made.
public enum StayReason implements ReasonCode {
    MIRROR_POD("its node runs it from a file: evicted, it comes back to the same place"),
    STATIC_POD("its kubelet has it from elsewhere than the API server, and would start it again"),
    TERMINATING("it is ending already"),
    SYSTEM_CRITICAL("the cluster needs it: its priority is that of system-critical pods"),
    BARE("nothing would make it anew: no controller owns it"),
    DAEMON_SET("a DaemonSet keeps one on each node"),
    OPTED_OUT("it, its workload or its namespace opts out"),
    NOT_SAFE_TO_EVICT("cluster-autoscaler.kubernetes.io/safe-to-evict says that it is not to be evicted"),
    DO_NOT_DISRUPT("karpenter.sh/do-not-disrupt says that it is not to be disturbed"),
    PREFER_NO_EVICTION("descheduler.alpha.kubernetes.io/prefer-no-eviction asks for it to be left"),
    HIGH_PRIORITY("its priority is above those that may be moved"),
    LOCAL_STORAGE("it keeps data on its node (hostPath or emptyDir), which would be lost"),
    VOLUME("it has a volume, and where that can be attached is not known"),
    DEVICES("it has devices of its node (resource claims)"),
    POLICY("a policy has it stay"),
    NAMESPACE_TERMINATING("its namespace is being deleted: no pod could come in its place"),
    JOB("a Job's pod would have to start its work over"),
    NODE_UNKNOWN("its node is not ready, or does not say"),
    NODE_FLAPPING("its node loses its readiness again and again, and what is measured of it tells little"),
    NOT_RUNNING("it does not run yet"),
    JUST_STARTED("it came only a short time ago"),
    STARTS_SLOWLY("its workload's pods take longer to be ready than a move may"),
    OWNER_UNKNOWN("how many pods its owner wants is not known"),
    ROLLING_OUT("its workload is rolling out or being scaled"),
    LAST_READY("no other pod of its workload is ready"),
    NOT_ALL_READY("not all other pods of its workload are ready"),
    SEVERAL_BUDGETS("several disruption budgets guard it, which the Eviction API refuses"),
    BUDGET_UNKNOWN("whether a disruption budget lets it go is not known"),
    BUDGET("its disruption budget lets no pod go now"),

    BLAMELESS("the node is not hurt by it"),
    NOT_MEASURED("what it uses is not known"),
    JUST_MISPLACED("it was not seen for a minute yet to be where it should not be"),
    NODE_STAYS("its node would not be empty: another of its pods stays"),
    OTHER_PLAN("it waits for another plan: moves that need approval are planned apart from those that need none"),
    RELIEVED("what else is done is enough for its node"),
    RESIZE_FIRST("a resize is tried first"),
    NOT_WORTH_IT("it would cost more than it brings"),
    PLACEMENT_RULES("it has rules on where it may run that are not reckoned with"),
    OTHER_RESOURCES("it asks for more than CPU and memory (a device, huge pages), and the room for that is not known"),
    STOPPED("moving is stopped: the latest moves did no good"),
    BACKOFF("a pod of its workload was moved a short time ago"),
    REFUSED_BEFORE("the API server refused to evict a pod of its workload a short time ago"),
    NODE_LIMIT("as many pods of its node are moved as may be for now"),
    NAMESPACE_LIMIT("as many pods of its namespace are moved as may be for now"),
    WORKLOAD_LIMIT("as many pods of its workload are moved as may be in one plan"),
    PLAN_LIMIT("as many pods are moved as may be for now"),
    NO_PLACE("no other node would bear it"),
    NOT_SEARCHED("for too many others no place was found already"),

    ELSEWHERE("it is no longer where the plan has it"),
    NOT_HURT("its node is not hurt any more"),
    RIGHT_AGAIN("what it was to be moved for is right by now"),
    PLACE_TAKEN("the node that it was to go to would not bear it any more");

    private final String sentence;

    StayReason(String sentence) {
        this.sentence = sentence;
    }

    /// In words for people, without figures.
    public String sentence() {
        return sentence;
    }

    /// Whether such a pod must not be evicted, whatever that would bring.
    public boolean isForbidden() {
        return compareTo(BLAMELESS) < 0;
    }
}
