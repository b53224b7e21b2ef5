package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.model.action.ChangeJournal.JournalUnreadable;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes what Plimsoll wrote and nobody needs any more, once an hour: records of changes that ended long
/// ago, and recommendations for workloads that are gone for two rounds. A record that is open is never
/// deleted, however old: somebody must still look at it. One replica at a time runs one.
public final class Housekeeper implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
    /// Between two deletions.
    private static final Duration GAP = Duration.ofMillis(100);
    /// Of records in one round: what takes about an hour. So many names are held, however many records are old.
    static final int DELETIONS_MAX = 30_000;

    private final ApiChangeJournal journal;
    private final ApiRecommendations recommendations;
    private final Supplier<ClusterImage> images;
    private final LoopContext context;
    private final Duration recordsKept;
    private final LoopThread thread = new LoopThread("housekeeper", this::run);
    /// Workloads that were not there in the last round, and have a recommendation.
    private Set<Owner> missing = Set.of();

    /// @param recordsKept how long a record stays after it was made
    public Housekeeper(
            ApiChangeJournal journal,
            ApiRecommendations recommendations,
            Supplier<ClusterImage> images,
            LoopContext context,
            Duration recordsKept) {
        this.journal = journal;
        this.recommendations = recommendations;
        this.images = images;
        this.context = context;
        this.recordsKept = recordsKept;
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
        try {
            while (true) {
                context.pauses().pause(INTERVAL);
                round();
            }
        } catch (InterruptedException e) {
            LOG.debug("The housekeeper ends");
        }
    }

    private void round() throws InterruptedException {
        try {
            forgetRecords();
            forgetRecommendations();
        } catch (IOException | JournalUnreadable e) {
            LOG.warn("What is old could not be deleted, trying again in {}: {}", INTERVAL, e.getMessage());
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.error("What is old was not deleted; the next round tries again", e);
        }
    }

    private void forgetRecords() throws IOException, InterruptedException {
        for (var name : oldRecords()) {
            journal.forget(name);
            context.pauses().pause(GAP);
        }
    }

    private List<String> oldRecords() {
        long before = context.clock().millis() - recordsKept.toMillis();
        var old = new ArrayList<String>();
        journal.read(record -> {
            if (record.phase().isFinal() && record.createdMillis() < before && old.size() < DELETIONS_MAX) {
                old.add(record.name());
            }
        });
        return old;
    }

    private void forgetRecommendations() throws IOException, InterruptedException {
        var image = images.get();
        if (image.ageMillis(context.clock().millis()) > INTERVAL.toMillis()) {
            return;
        }
        var gone = new HashSet<Owner>();
        recommendations.read(workload -> {
            if (!image.isKnown(workload)) {
                gone.add(workload);
            }
        });
        for (var workload : gone) {
            if (missing.contains(workload)) {
                recommendations.delete(workload);
                context.pauses().pause(GAP);
            }
        }
        missing = gone;
    }
}
