package io.plimsoll.kubernetes.policy;

import io.plimsoll.kubernetes.Hindrance;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.model.move.MoveRules;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Reads every ten seconds what policies say of moves. What was read last holds for a minute; where it
/// cannot be read for longer, nobody knows what they say, and nothing is moved. Any thread may ask for it.
public final class MoveRuleReader implements Supplier<MoveRules>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MoveRuleReader.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration AGE_MAX = Duration.ofMinutes(1);

    private final Supplier<MoveRules> policies;
    private final LoopContext context;
    private final LoopThread thread;
    private final Hindrance hindrance = new Hindrance(LOG, Level.WARN, "What policies say of moves is not known");
    private volatile Reading latest;
    private volatile String trouble = "policies have not been read yet";

    /// @param atNanos by a clock that only goes on
    private record Reading(MoveRules rules, long atNanos) {}

    /// @param policies throws [PoliciesUnreadable] where they cannot be read
    public MoveRuleReader(Supplier<MoveRules> policies, LoopContext context) {
        this.policies = policies;
        this.context = context;
        this.latest = new Reading(MoveRules.NONE, context.nanoTime().getAsLong() - 2 * AGE_MAX.toNanos());
        this.thread = LoopThread.ofTurns("move-rules", context.pauses(), this::turn);
    }

    public void start() {
        thread.start();
    }

    @Override
    public MoveRules get() {
        var reading = latest;
        return context.nanoTime().getAsLong() - reading.atNanos() <= AGE_MAX.toNanos()
                ? reading.rules()
                : MoveRules.unknown(trouble);
    }

    /// What the loop has died of, if it has.
    public Optional<String> problem() {
        return thread.problem();
    }

    @Override
    public void close() {
        thread.end();
    }

    Duration turn() {
        long askedNanos = context.nanoTime().getAsLong();
        try {
            latest = new Reading(policies.get(), askedNanos);
            trouble = "policies were not read for a minute";
            hindrance.over();
        } catch (RuntimeException e) {
            trouble = String.valueOf(e.getMessage());
            if (get().unknown().isPresent()) {
                hindrance.met(e);
            }
        }
        return INTERVAL;
    }
}
