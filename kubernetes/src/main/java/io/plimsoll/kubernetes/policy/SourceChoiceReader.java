package io.plimsoll.kubernetes.policy;

import io.plimsoll.kubernetes.Hindrance;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.SourceChoices;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Reads every half minute which usage sources policies choose, from the first whole image of the cluster on, and hands
/// that over. While policies cannot be read, what they said last holds; where they never could be, all sources count.
public final class SourceChoiceReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceChoiceReader.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration BEFORE_SYNC = Duration.ofMillis(200);

    private final Supplier<SourceChoices> policies;
    private final Supplier<ClusterImage> images;
    private final Consumer<Function<Owner, Optional<String>>> heir;
    private final LoopThread thread;
    private final Hindrance hindrance =
            new Hindrance(LOG, Level.WARN, "Which usage sources policies choose is not known");
    private final CountDownLatch first = new CountDownLatch(1);

    /// @param policies throws [PoliciesUnreadable] where they cannot be read
    /// @param heir is given what was read, also where nothing has changed
    public SourceChoiceReader(
            Supplier<SourceChoices> policies,
            Supplier<ClusterImage> images,
            Consumer<Function<Owner, Optional<String>>> heir,
            LoopContext context) {
        this.policies = policies;
        this.images = images;
        this.heir = heir;
        this.thread = LoopThread.ofTurns("usage-source-choices", context.pauses(), this::turn);
    }

    public void start() {
        thread.start();
    }

    /// Waits until something was handed over.
    public void await() throws InterruptedException {
        first.await();
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
        var image = images.get();
        if (image.confirmedAtMillis() == 0) {
            return BEFORE_SYNC; // selectors find labels in the image
        }
        try {
            var choices = read();
            if (choices.isPresent()) {
                heir.accept(workedOut(choices.get(), image));
                first.countDown();
            }
        } catch (CancellationException e) {
            LOG.debug("Usage sources are no longer chosen", e);
        }
        return INTERVAL;
    }

    /// Of the workloads that there are, so that nobody waits for it with each sample.
    private static Function<Owner, Optional<String>> workedOut(SourceChoices choices, ClusterImage image) {
        if (choices.equals(SourceChoices.NONE)) {
            return choices;
        }
        var known = new HashMap<Owner, Optional<String>>();
        image.workloads().forEach(workload -> known.put(workload.owner(), choices.apply(workload.owner())));
        return workload -> {
            var chosen = known.get(workload);
            return chosen == null ? choices.apply(workload) : chosen;
        };
    }

    private Optional<SourceChoices> read() {
        try {
            var choices = policies.get();
            hindrance.over();
            return Optional.of(choices);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            hindrance.met(e);
            return first.getCount() > 0 ? Optional.of(SourceChoices.NONE) : Optional.empty();
        }
    }
}
