package io.plimsoll.extender.decision;

import io.plimsoll.extender.wire.ExtenderArgs;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.placement.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A [Decision] while it is being made. Belongs to the thread of its [Adviser].
final class Draft {

    private final Verb verb;
    final long nowMillis;
    final long deadlineNanos;
    private Optional<PodKey> pod = Optional.empty();
    private String podUid = "";
    private int candidates;
    private int unknown;
    final Map<Reason, Integer> rejected = new EnumMap<>(Reason.class);
    private final List<Decision.Rejection> rejections = new ArrayList<>(0);
    boolean keptLeastBad;
    List<Decision.Ranked> top = List.of();
    List<Integer> sent = List.of();
    private Optional<NeutralCause> neutral = Optional.empty();
    private String detail = "";

    Draft(Verb verb, long nowMillis, long deadlineNanos) {
        this.verb = verb;
        this.nowMillis = nowMillis;
        this.deadlineNanos = deadlineNanos;
    }

    void asked(ExtenderArgs args) {
        candidates = args.count();
        unknown = args.unknown();
    }

    void about(PodSpec spec) {
        pod = Optional.of(spec.key());
        podUid = spec.uid();
    }

    void reject(String node, Reason reason) {
        rejected.merge(reason, 1, Integer::sum);
        if (rejections.size() < Decision.REJECTIONS_MAX) {
            rejections.add(new Decision.Rejection(node, reason));
        }
    }

    void neutral(NeutralCause cause, String why) {
        neutral = Optional.of(cause);
        detail = why;
    }

    boolean isNeutral() {
        return neutral.isPresent();
    }

    Decision finish(long tookNanos) {
        return new Decision(
                nowMillis,
                verb,
                pod,
                podUid,
                candidates,
                unknown,
                rejected,
                rejections,
                keptLeastBad,
                top,
                sent,
                neutral,
                detail,
                tookNanos);
    }
}
