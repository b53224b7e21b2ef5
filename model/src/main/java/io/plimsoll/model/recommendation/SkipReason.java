package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ReasonCode;

/// Why a workload, or a pod of it, is not resized now. The code is the constant's name in CamelCase, for conditions
/// and metrics.
public enum SkipReason implements ReasonCode {
    /// The policy only recommends.
    RECOMMEND_ONLY("the policy's mode is not Auto"),
    NEW_PODS_ONLY("the policy leaves running pods alone: new ones get what is recommended"),
    WRITTEN_OUT("the policy has a patch of the template written out instead: status.template has its figures"),
    SUSPENDED("the policy is suspended"),
    LABELS_UNKNOWN("it is not known whether the policy selects it"),
    DRY_RUN("Plimsoll runs dry: it changes nothing"),
    OUTSIDE_SCHEDULE("the policy's schedule does not allow changes now"),
    OPTED_OUT("the pod, its workload or its namespace opts out of being resized"),
    NO_PODS("there is no running pod"),
    LEFT_OUT("the policy leaves all of its containers out"),
    NOT_RESIZABLE("the pod cannot be resized in place"),
    STATIC_POD("its node runs it from a file: what is changed at the API server does not reach it"),
    WINDOWS_NODE("its node runs Windows, where pods are not resized in place"),
    OLD_KUBELET("its node's kubelet is older than Kubernetes 1.33, and resizes no pod in place"),
    WHOLE_CPUS("its CPUs may be its own: a kubelet with the static CPU policy changes no CPU of a Guaranteed pod"),
    NODE_PRESSURE(
            "its node is short of memory, and evicts by what pods ask for: that stays until the pressure is gone"),
    OWNED_BY_AUTOSCALER("an autoscaler owns the metric"),
    TOO_LITTLE_DATA("too little is known of what it uses"),
    REVERTED_OFTEN("three or more of its last five changes had to be taken back: it is left alone for some days"),
    COOLDOWN("the last change was too short a time ago"),
    CHANGE_OPEN("a change of it is not finished"),
    ROLLING_OUT("the workload is rolling out"),
    AT_CREATION("what is recommended for an init container applies when a pod is made: none is resized in place"),
    FITS("what it asks for fits what it uses"),
    QUALITY_OF_SERVICE("it would change the pod's QoS class"),
    LIMIT_RANGE("a LimitRange of its namespace does not let it be"),
    QUOTA("a quota of its namespace leaves too little for it"),
    NO_ROOM("the node has no room for it"),
    UNDECIDED("it could not be decided, which is a fault of Plimsoll's: its log has more"),
    CANNOT_ACT("Plimsoll cannot carry it out for now");

    private final String sentence;

    SkipReason(String sentence) {
        this.sentence = sentence;
    }

    /// In words for people, without figures.
    public String sentence() {
        return sentence;
    }
}
