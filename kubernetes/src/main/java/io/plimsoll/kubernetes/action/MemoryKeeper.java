package io.plimsoll.kubernetes.action;

import io.plimsoll.kubernetes.Backoff;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.Memory;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.cluster.ClusterImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings what a process remembers over to the next one: reads it once at the start, when the whole cluster is seen,
/// and writes it every ten minutes from then on, in the replica that acts. Nothing is written before it was read: a
/// process that has just started would put little in place of much.
///
/// What makes no sense is told once and learnt anew; what cannot be read for now is tried again, but where it may not
/// be read at all. A restart costs what came since the last write.
public final class MemoryKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryKeeper.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final ApiMemory kept;
    private final List<Memory> memories;
    private final Supplier<ClusterImage> images;
    private final BooleanSupplier isActing;
    private final LoopContext context;
    private final LoopThread thread = new LoopThread("memory-keeper", this::run);

    /// @param isActing whether this replica is the one that writes
    public MemoryKeeper(
            ApiMemory kept,
            List<Memory> memories,
            Supplier<ClusterImage> images,
            BooleanSupplier isActing,
            LoopContext context) {
        this.kept = kept;
        this.memories = List.copyOf(memories);
        this.images = images;
        this.isActing = isActing;
        this.context = context;
    }

    public void start() {
        thread.start();
    }

    /// What the loop has died of, if it has: only a restart brings it back.
    public Optional<String> problem() {
        return thread.problem();
    }

    @Override
    public void close() {
        thread.end();
    }

    private void run() {
        var backoff = new Backoff(FIRST_PAUSE, PAUSE_MAX, context.random());
        try {
            while (!isRead()) {
                context.pauses().pause(backoff.next());
            }
            while (true) {
                context.pauses().pause(INTERVAL);
                write();
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("What is remembered is kept no longer", e);
        }
    }

    /// Before all nodes are seen, those that are not would be forgotten at once.
    private boolean isRead() {
        if (images.get().confirmedAtMillis() == 0) {
            return false;
        }
        try {
            var entries = kept.read();
            memories.forEach(memory ->
                    Optional.ofNullable(entries.get(memory.name())).ifPresent(bytes -> restore(memory, bytes)));
            return true;
        } catch (ApiException e) {
            LOG.info(
                    "What was remembered before cannot be read{}: {}",
                    e.isDenied() ? ", and is learnt anew" : ", trying again",
                    e.getMessage());
            return e.isDenied();
        } catch (IOException e) {
            LOG.info("What was remembered before cannot be read, trying again: {}", e.getMessage());
            return false;
        }
    }

    private static void restore(Memory memory, byte[] bytes) {
        try {
            memory.restore(bytes);
            LOG.info("Known from before: {}", memory.name());
        } catch (IllegalArgumentException e) {
            LOG.warn("What was remembered as {} makes no sense, and is learnt anew: {}", memory.name(), e.getMessage());
        }
    }

    private void write() {
        if (!isActing.getAsBoolean()) {
            return;
        }
        try {
            var entries = new TreeMap<String, byte[]>();
            memories.forEach(memory -> entries.put(memory.name(), memory.encoded()));
            kept.write(entries);
        } catch (IOException e) {
            LOG.warn("What is remembered is not kept, trying again in {}: {}", INTERVAL, e.getMessage());
        }
    }
}
