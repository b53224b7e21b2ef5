package io.plimsoll.rebalancer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.move.RecordedPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Until when plans may be begun: as their records say, and no longer than that was away when this process saw them
/// first. So a clock that is set back gives none more time, and reopens none. Belongs to one thread.
///
/// | said to expire in | the clock is set | it has expired |
/// |---|---|---|
/// | 20 min | | after 20 min |
/// | 20 min | an hour forth | at once |
/// | 20 min | an hour back | after 20 min, and not after 80 |
final class Expiries {

    private final LoopContext context;
    private final Duration most;
    private final Map<String, Long> endsNanos = new HashMap<>();

    /// @param most longer ones are not believed: the clock was set back before
    Expiries(LoopContext context, Duration most) {
        this.context = context;
        this.most = most;
    }

    /// These are all the plans that there are.
    void see(List<RecordedPlan> plans) {
        var open = new HashSet<String>();
        for (var plan : plans) {
            if (plan.isOpen()) {
                open.add(plan.name());
                endsNanos.computeIfAbsent(plan.name(), name -> nanoTime() + leftNanos(plan));
            }
        }
        endsNanos.keySet().retainAll(open);
    }

    private long leftNanos(RecordedPlan plan) {
        long leftMillis = plan.expiresAtMillis() - context.clock().millis();
        return Duration.ofMillis(Math.clamp(leftMillis, 0, most.toMillis())).toNanos();
    }

    boolean isOver(RecordedPlan plan) {
        var endNanos = endsNanos.get(plan.name());
        return context.clock().millis() > plan.expiresAtMillis() || (endNanos != null && nanoTime() - endNanos > 0);
    }

    private long nanoTime() {
        return context.nanoTime().getAsLong();
    }
}
