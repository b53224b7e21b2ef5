package io.plimsoll.rightsizer.admission;

import io.micrometer.core.instrument.Gauge;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.autoscaler.AutoscalersUnreadable;
import io.plimsoll.kubernetes.policy.PoliciesUnreadable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what new pods should ask for once an interval, and publishes it whole. Its loop alone writes; any
/// thread reads, with one volatile read.
///
/// From the cluster's objects, not from the right-sizer's own pass: so each replica answers the same, also
/// one that does not act or has just started, and a CronJob is known between its runs.
final class StartingSizesFeed implements Supplier<StartingSizes>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StartingSizesFeed.class);

    /// Where a reading comes from.
    @FunctionalInterface
    interface Source {
        StartingSizes.Read read() throws IOException;
    }

    private final Source source;
    private final LoopContext context;
    private final LoopThread thread;
    private volatile StartingSizes sizes = StartingSizes.NONE;
    private boolean isUnreadable; // asked by the loop's thread alone

    StartingSizesFeed(Source source, Duration interval, LoopContext context) {
        this.source = source;
        this.context = context;
        this.thread = LoopThread.ofTurns("admission-feed", context.pauses(), () -> {
            read();
            return interval;
        });
        Gauge.builder("plimsoll.admission.workloads", this, self -> self.sizes.workloads())
                .description("Workloads whose new pods would be sized")
                .register(context.meters());
    }

    @Override
    public StartingSizes get() {
        return sizes;
    }

    void start() {
        thread.start();
    }

    /// What the loop has died of, if it has.
    Optional<String> problem() {
        return thread.problem();
    }

    @Override
    public void close() {
        thread.end();
    }

    /// What cannot be read leaves what was read before, until that is too old to be used.
    void read() {
        try {
            sizes = StartingSizes.of(source.read(), context.clock().millis());
            if (isUnreadable) {
                LOG.info("Sizes of new pods can be read again");
            }
            isUnreadable = false;
        } catch (IOException | PoliciesUnreadable | AutoscalersUnreadable e) {
            complain(e);
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.error("Sizes of new pods were not read; the next turn tries again", e);
        }
    }

    private void complain(Exception cause) {
        if (!isUnreadable) {
            LOG.warn("New pods are soon left as they are, until this can be read: {}", cause.getMessage());
        }
        isUnreadable = true;
    }
}
