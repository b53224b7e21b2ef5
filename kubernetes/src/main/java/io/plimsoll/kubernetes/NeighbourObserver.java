package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.Gauge;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.move.DayMemory;
import io.plimsoll.model.move.HotNodes;
import io.plimsoll.model.move.MisplacedPods;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.neighbour.NeighbourLedger;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Learns from each new image who hurts whom, which nodes stay hot and which pods stay misplaced, and publishes it. Any
/// thread may read.
public final class NeighbourObserver implements Supplier<Neighbours>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NeighbourObserver.class);
    /// Shorter than any source's, so that no measurement is missed; without a new one a look costs next to nothing.
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    /// Hours are remembered by their means: a look a minute is enough for that.
    private static final Duration REMEMBER = Duration.ofMinutes(1);

    private final Supplier<ClusterImage> images;
    private final LoopContext context;
    private final NeighbourLedger ledger = new NeighbourLedger();
    private final LoopThread thread;
    private final HotNodes hotNodes;
    private final MisplacedPods misplaced;
    /// Guarded by itself.
    private final DayMemory day;
    private long rememberedAtMillis;
    private volatile Watched latest = Watched.NOTHING;
    private volatile Company company = Company.UNKNOWN;

    /// @param moves says from when on a node is hot, and what else pods are moved for
    public NeighbourObserver(Supplier<ClusterImage> images, MoveConfig moves, LoopContext context) {
        this.images = images;
        this.context = context;
        this.hotNodes = new HotNodes(moves.placement());
        this.misplaced = new MisplacedPods(moves.goals());
        this.day = new DayMemory(moves);
        this.thread = LoopThread.ofTurns("neighbours", context.pauses(), this::look);
        Gauge.builder(
                        "plimsoll.neighbour.episodes",
                        this,
                        observer -> observer.get().episodes().size())
                .description("Nodes whose pods wait for something more than is usual there")
                .register(context.meters());
        Gauge.builder("plimsoll.neighbour.accused", this, NeighbourObserver::accused)
                .description("Workloads that are called bad neighbours, once for each thing that others wait for")
                .register(context.meters());
    }

    private double accused() {
        return get().suspicions().stream().filter(Suspicion::isAccused).count();
    }

    public void start() {
        thread.start();
    }

    private Duration look() {
        try {
            long nowMillis = context.clock().millis();
            var image = images.get();
            ledger.observe(image, nowMillis);
            hotNodes.observe(image, nowMillis);
            misplaced.observe(image);
            long sinceMillis = latest.sinceMillis() == 0 ? nowMillis : latest.sinceMillis();
            var neighbours = ledger.neighbours(nowMillis);
            latest = new Watched(neighbours, hotNodes.hot(), sinceMillis)
                    .with(latest.peaks())
                    .withMisplaced(misplaced.uids());
            company = Company.of(neighbours, image, nowMillis);
            remember(image, nowMillis);
        } catch (RuntimeException e) {
            LOG.error("Neighbours were not looked at this time; what is told of them is older", e);
        }
        return INTERVAL;
    }

    private void remember(ClusterImage image, long nowMillis) {
        if (Math.abs(nowMillis - rememberedAtMillis) >= REMEMBER.toMillis()) {
            rememberedAtMillis = nowMillis;
            synchronized (day) {
                day.observe(image, latest, nowMillis);
                latest = latest.with(day.peaks());
            }
        }
    }

    /// What is remembered of the last day.
    public Memory memory() {
        return new Memory() {
            @Override
            public String name() {
                return "day";
            }

            @Override
            public byte[] encoded() {
                synchronized (day) {
                    return day.encoded();
                }
            }

            @Override
            public void restore(byte[] bytes) {
                synchronized (day) {
                    day.restore(bytes, context.clock().millis());
                }
            }
        };
    }

    @Override
    public Neighbours get() {
        return latest.neighbours();
    }

    /// The same with the nodes that stay hot.
    public Watched watched() {
        return latest;
    }

    /// The same for whoever places pods: it was worked out here, so that asking for it costs nothing.
    public Company company() {
        return company;
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
