package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.Gauge;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.regime.RegimeKind;
import io.plimsoll.model.regime.RegimeLedger;
import io.plimsoll.model.regime.RegimeView;
import io.plimsoll.model.regime.UserHours;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Learns from the images, one a minute, when the cluster and each workload are busy, and publishes it. Any thread may
/// read.
public final class RegimeObserver implements Supplier<RegimeView>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RegimeObserver.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Supplier<ClusterImage> images;
    private final LoopContext context;
    /// Guarded by itself.
    private final RegimeLedger ledger;
    private final LoopThread thread;
    private volatile RegimeView latest = RegimeView.NOTHING;
    private volatile RegimeKind kind = RegimeKind.UNKNOWN;
    private volatile Map<RegimeKind, Integer> workloads = Map.of();

    /// @param user what is said of the hours, before anything is learned
    public RegimeObserver(Supplier<ClusterImage> images, UserHours user, LoopContext context) {
        this.images = images;
        this.context = context;
        this.ledger = new RegimeLedger(user);
        this.thread = LoopThread.ofTurns("regimes", context.pauses(), this::look);
        this.latest = ledger.view(context.clock().millis());
        this.kind = latest.kind(context.clock().instant());
        for (var kind : RegimeKind.values()) {
            Gauge.builder("plimsoll.regime", () -> isNow(kind) ? 1 : 0)
                    .tag("kind", kind.label())
                    .description("Whether the cluster's hour is of this kind: 1 for one of them, 0 for the others")
                    .register(context.meters());
            Gauge.builder("plimsoll.regime.workloads", () -> workloads.getOrDefault(kind, 0))
                    .tag("kind", kind.label())
                    .description("Workloads whose hour is of this kind")
                    .register(context.meters());
        }
        Gauge.builder("plimsoll.regime.confidence", this::confidence)
                .description("How sure the cluster's kind of hour is, 0 to 1; 0 while it is unknown")
                .register(context.meters());
    }

    private boolean isNow(RegimeKind kind) {
        return latest.kind(context.clock().instant()) == kind;
    }

    private double confidence() {
        return latest.now(context.clock().instant()).confidence();
    }

    public void start() {
        thread.start();
    }

    private Duration look() {
        try {
            long nowMillis = context.clock().millis();
            synchronized (ledger) {
                ledger.observe(images.get(), nowMillis);
                latest = ledger.view(nowMillis);
            }
            kind = latest.kind(Instant.ofEpochMilli(nowMillis));
            workloads = latest.workloadsByKind(Instant.ofEpochMilli(nowMillis));
        } catch (RuntimeException e) {
            LOG.error("Load was not looked at this time; what is told of peak hours is older", e);
        }
        return INTERVAL;
    }

    /// What is known of the load of the cluster.
    public Memory memory() {
        return new Memory() {
            @Override
            public String name() {
                return "load";
            }

            @Override
            public byte[] encoded() {
                synchronized (ledger) {
                    return ledger.encodedCluster();
                }
            }

            @Override
            public void restore(byte[] bytes) {
                synchronized (ledger) {
                    ledger.restoreCluster(bytes);
                }
            }
        };
    }

    @Override
    public RegimeView get() {
        return latest;
    }

    /// What kind of hour it is in the cluster, as of the last look: asking costs nothing.
    public RegimeKind kind() {
        return kind;
    }

    /// What the loop has died of, if it has.
    public Optional<String> problem() {
        return thread.problem();
    }

    @Override
    public void close() {
        thread.end();
    }
}
