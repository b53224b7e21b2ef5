package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.autoscaler.AutoscalersUnreadable;
import io.plimsoll.kubernetes.policy.PoliciesUnreadable;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods.Look;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.model.usage.ContainerUsageView;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(30)
class RightsizerTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Owner APP = new Owner("shop", "App", "web");
    private static final Owner DEPLOYMENT = new Owner("shop", "Deployment", "web");
    private static final ResizePolicy AUTO = new ResizePolicy(
            new PolicyCandidate(Optional.of("shop"), "auto", 0, 0, false, workload -> true),
            ResizePolicy.Mode.AUTO,
            "high-water",
            container -> Optional.of(ContainerSizing.DEFAULT),
            now -> true,
            0,
            0);

    private final AtomicInteger decisions = new AtomicInteger();
    private final List<ResizePlan> plans = new CopyOnWriteArrayList<>();
    private final Semaphore ends = new Semaphore(0);
    /// What has got a slot at least; of the loop.
    private int started;
    /// How many of those that are due follow kills.
    private int urgentSlots;
    private final AtomicInteger unreadableRecords = new AtomicInteger();
    private final AtomicInteger unwritable = new AtomicInteger();
    private final MemoryJournal memory = new MemoryJournal();
    private final List<String> happened = new CopyOnWriteArrayList<>();
    private Outcome dryRun = new Outcome.Failed("nothing is carried out here");
    private RightsizerSettings settings = RightsizerSettings.DEFAULT;
    private volatile boolean forbidden;
    private volatile List<Logged> undos = List.of();
    private ClusterImage image = confirmed().apply();
    private Claims claims = Claims.NONE;
    private Optional<String> unable = Optional.empty();

    /// Two passes find no policies, the third finds them, the fourth does not.
    @Test
    void policies_unreadableForSomePasses_areWarnedOfOnceCountedAndKeepThePassFromDeciding() throws Exception {
        var turns = new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(
                List.of(RightsizerTest::unreadable, RightsizerTest::unreadable, List::of, RightsizerTest::unreadable));

        var warnings = runThrough(turns);

        assertThat(decisions).hasValue(1);
        assertThat(meters.counter("plimsoll.resize.passes.skipped").count()).isEqualTo(3);
        assertThat(warnings)
                .containsExactly(
                        "Nothing is resized until policies can be read: no policies for now",
                        "Nothing is resized until policies can be read: no policies for now");
    }

    @Test
    void autoscalers_unreadable_letNothingBeChangedAndAllBeRecommended() throws Exception {
        image = appOfOnePod();
        claims = () -> {
            throw new AutoscalersUnreadable("no autoscalers for now", new IOException("connection reset"));
        };

        var warnings = runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(
                List.of(() -> List.of(AUTO), () -> List.of(AUTO))));

        assertThat(plans)
                .hasSize(2)
                .allSatisfy(plan -> assertThat(plan).isInstanceOfSatisfying(ResizePlan.Skipped.class, skipped -> {
                    assertThat(skipped.reason()).isEqualTo(SkipReason.CANNOT_ACT);
                    assertThat(skipped.detail()).isEqualTo("no autoscalers for now");
                }));
        assertThat(warnings)
                .containsExactly(
                        "Nothing is resized while it is not known what autoscalers own: no autoscalers for now");
    }

    /// The HPA names the Deployment; the pods' workload is the custom resource that owns it. The containers
    /// use four times what they ask for, so without the claim they would be changed.
    /// Nobody is asked to change anything, not even in a dry run.
    @Test
    void cluster_thatCannotResize_isOnlyRecommendedForAndTheFirstThingThatIsTold() throws Exception {
        image = appOfOnePod();
        unable = Optional.of("this API server has no pods/resize");
        claims = () -> {
            throw new AutoscalersUnreadable("no autoscalers for now", new IOException("connection reset"));
        };

        run(new ConcurrentLinkedQueue<>(List.of(() -> List.of(AUTO))));

        assertThat(plans)
                .singleElement()
                .isEqualTo(new ResizePlan.Skipped(SkipReason.CANNOT_ACT, "this API server has no pods/resize"));
        assertThat(happened).containsExactly("told");
    }

    @Test
    void autoscaler_ofAnOwnerBelowTheWorkload_keepsWhatItOwnsFromBeingChanged() throws Exception {
        image = appOfOnePod();
        claims = () -> Map.of(
                DEPLOYMENT, Claimed.by("HorizontalPodAutoscaler web", List.of(ResourceKind.CPU, ResourceKind.MEMORY)));

        runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(List.of(() -> List.of(AUTO))));

        assertThat(plans)
                .singleElement()
                .isInstanceOfSatisfying(
                        ResizePlan.Skipped.class,
                        skipped -> assertThat(skipped.reason()).isEqualTo(SkipReason.OWNED_BY_AUTOSCALER));
    }

    /// The second pass knows what the first one met.
    @Test
    void change_thatTheApiServerForbids_isOnlyRecommendedFromThenOn() throws Exception {
        image = appOfOnePod();
        forbidden = true;

        runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(
                List.of(() -> List.of(AUTO), () -> List.of(AUTO))));

        assertThat(plans).hasSize(2);
        assertThat(plans.getFirst()).isInstanceOf(ResizePlan.Due.class);
        assertThat(plans.getLast())
                .isEqualTo(new ResizePlan.Skipped(
                        SkipReason.CANNOT_ACT,
                        "403 cannot patch resource \"pods/resize\";"
                                + " manifests/overlays/rightsizer/rbac.yaml has the rule"));
    }

    @Test
    void records_thatCannotBeRead_leaveItAtRecommendationsUntilTheyCan() throws Exception {
        image = appOfOnePod();
        unreadableRecords.set(1);

        runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(
                List.of(() -> List.of(AUTO), () -> List.of(AUTO))));

        assertThat(plans).hasSize(2);
        assertThat(plans.getFirst())
                .isEqualTo(new ResizePlan.Skipped(SkipReason.CANNOT_ACT, "403 cannot list changerecords"));
        assertThat(plans.getLast()).isInstanceOf(ResizePlan.Due.class);
    }

    @Test
    void autoscaler_ofAnotherWorkload_isNoReasonToLeaveThisOne() throws Exception {
        image = appOfOnePod();
        claims = () -> Map.of(
                new Owner("shop", "Deployment", "other"),
                Claimed.by("HorizontalPodAutoscaler other", List.of(ResourceKind.CPU, ResourceKind.MEMORY)));

        runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(List.of(() -> List.of(AUTO))));

        assertThat(plans).singleElement().isInstanceOf(ResizePlan.Due.class);
    }

    /// By the command line, while the right-sizer runs: without it, the second pass would find the same to do.
    @Test
    void change_takenBackByHandBetweenTwoPasses_isNotDoneAgainAtOnce() throws Exception {
        image = appOfOnePod();
        var hourly = new ResizePolicy(
                AUTO.candidate(), AUTO.mode(), AUTO.recommender(), AUTO.sizings(), AUTO.isOpen(), 3_600_000, 0);

        runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(List.of(
                () -> {
                    undos = List.of(undo());
                    return List.of(hourly);
                },
                () -> List.of(hourly))));

        assertThat(plans.get(0)).isInstanceOf(ResizePlan.Due.class);
        assertThat(plans.get(1)).isEqualTo(new ResizePlan.Skipped(SkipReason.COOLDOWN, "0 s ago, of 3600 s"));
    }

    /// The pod is gone, so nothing is sent; five tries to write that down fail in the first pass, one more before
    /// the second.
    @Test
    void outcome_thatCouldNotBeWritten_isWrittenAsItWasWhenThatCanBeDone() throws Exception {
        image = appOfOnePod();
        dryRun = new Outcome.Done();
        unwritable.set(6);

        runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(
                List.of(() -> List.of(AUTO), () -> List.of(AUTO), List::of)));

        assertThat(plans.get(1))
                .isEqualTo(new ResizePlan.Skipped(SkipReason.CANNOT_ACT, "the outcome of change-0 is not written yet"));
        assertThat(memory.closed().get("change-0"))
                .isEqualTo(ChangeResult.of(
                        "change-0", memory.records().getFirst().change(), ChangePhase.ABANDONED, "the pod is gone"));
    }

    /// In two passes.
    @Test
    void workload_thatCannotBeDecided_isLoggedOnceAndSkippedForThat() throws Exception {
        image = appOfOnePod();
        var broken = new ResizePolicy(
                AUTO.candidate(),
                AUTO.mode(),
                AUTO.recommender(),
                container -> {
                    throw new ArithmeticException("/ by zero");
                },
                AUTO.isOpen(),
                0,
                0);

        var errors = logged(
                Level.ERROR,
                () -> runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(
                        List.of(() -> List.of(broken), () -> List.of(broken)))));

        assertThat(plans)
                .hasSize(2)
                .containsOnly(new ResizePlan.Skipped(SkipReason.UNDECIDED, "java.lang.ArithmeticException: / by zero"));
        assertThat(errors).singleElement().asString().contains("Of 1 workloads", "shop/App/web");
    }

    /// To write thousands of recommendations takes minutes.
    @Test
    void change_thatIsDue_isStartedBeforeItIsToldWhatIsRecommended() throws Exception {
        image = appOfOnePod();

        runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(List.of(() -> List.of(AUTO))));

        assertThat(happened).containsExactly("dry run web-1-a", "ended", "told");
    }

    /// One slot for two changes: were it the only one, the second would wait for another pass.
    @Test
    void change_afterAKill_hasASlotBesideTheOthers() throws Exception {
        urgentSlots = 1;
        image = withKilledApp(appOfOnePod());
        settings = new RightsizerSettings(
                Duration.ofMinutes(1), 1, Duration.ofSeconds(30), false, TransactionSettings.DEFAULT);

        runThrough(new ConcurrentLinkedQueue<Supplier<List<ResizePolicy>>>(List.of(() -> List.of(AUTO))));

        assertThat(plans).hasSize(2).allMatch(ResizePlan.Due.class::isInstance);
        assertThat(happened).contains("dry run zoo-killed", "dry run web-1-a");
    }

    private static ClusterImage withKilledApp(ClusterImage before) {
        var kill = new MemoryKill("app", "c1", 0, 64 << 20, 64 << 20, NOW.toEpochMilli(), false);
        var delta = new ClusterDelta(before);
        delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                new PodKey("shop", "zoo-killed"),
                "u-2",
                Optional.empty(),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(new ContainerSpec("app", new Resources(100, 64 << 20), new Resources(0, 64 << 20))),
                InitContainers.NONE,
                PodLevel.NONE,
                Set.of(),
                new MemoryFacts(List.of(), List.of(kill)),
                PodTraits.NONE)));
        return delta.apply();
    }

    private static Logged undo() {
        var container = new ContainerSpec("app", new Resources(100, 64 << 20), Resources.NONE);
        var pod = new PodChange(new PodKey("shop", "web-1-a"), "u-1", List.of(container), List.of(container));
        var change = new Change(APP, "", "Undone", "takes it back", Optional.of("web-1"), List.of(pod));
        return new Logged("shop/web-2", NOW.toEpochMilli(), change, ChangePhase.APPLIED);
    }

    private static ClusterDelta confirmed() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.Confirmed(NOW.toEpochMilli()));
        return delta;
    }

    private static ClusterImage appOfOnePod() {
        var replicaSet = new Owner("shop", "ReplicaSet", "web-1");
        var delta = confirmed();
        delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(APP, Optional.empty(), 1, Set.of())));
        delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(DEPLOYMENT, Optional.of(APP), 1, Set.of())));
        delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(replicaSet, Optional.of(DEPLOYMENT), 1, Set.of())));
        delta.replay(new ClusterEvent.NodeApplied(
                new NodeSpec(
                        "n1",
                        "u-n1",
                        "b-1",
                        new Resources(8000, 8L << 30),
                        new Resources(8000, 8L << 30),
                        110,
                        NodeSpec.Readiness.READY,
                        false,
                        false,
                        List.of()),
                0));
        delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                new PodKey("shop", "web-1-a"),
                "u-1",
                Optional.of(replicaSet),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(new ContainerSpec("app", new Resources(100, 64 << 20), Resources.NONE)),
                Resources.NONE,
                Set.of())));
        return delta.apply();
    }

    /// Two days of 400m and 256Mi, up to now.
    private static Map<String, ContainerUsageView> usage() {
        return Map.of("app", TwoDays.of(400, 256 << 20, NOW));
    }

    private static List<ResizePolicy> unreadable() {
        throw new PoliciesUnreadable("no policies for now", new IOException("connection reset"));
    }

    /// One pass a turn; yields what was warned of.
    private List<String> runThrough(Queue<Supplier<List<ResizePolicy>>> turns) throws Exception {
        return logged(Level.WARN, () -> run(turns));
    }

    @FunctionalInterface
    private interface Run {
        void run() throws Exception;
    }

    private static List<String> logged(Level level, Run run) throws Exception {
        var log = (Logger) LoggerFactory.getLogger(Rightsizer.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        try {
            run.run();
        } finally {
            log.detachAppender(lines);
        }
        return lines.list.stream()
                .filter(line -> line.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void run(Queue<Supplier<List<ResizePolicy>>> turns) throws InterruptedException {
        var done = new CountDownLatch(1);
        var context = new LoopContext(
                InstantSource.fixed(NOW),
                System::nanoTime,
                interval -> {
                    if (interval.equals(settings.transaction().look())) {
                        return;
                    }
                    if (turns.isEmpty()) {
                        done.countDown();
                        throw new InterruptedException("the end of the test");
                    }
                },
                new Random(1),
                meters);
        try (var rightsizer = new Rightsizer(
                () -> image,
                () -> turns.remove().get(),
                Surroundings.NONE.withClaims(claims).withUnable(() -> unable),
                workload -> usage(),
                refusing,
                key -> new Look.Gone(),
                journal,
                new Counting(),
                context,
                settings)) {
            rightsizer.start();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(rightsizer.problem()).isEmpty();
        }
    }

    private final class Counting implements Sizings {
        @Override
        public void decided(List<WorkloadSizing> sizings) {
            decisions.incrementAndGet();
            sizings.forEach(sizing -> plans.add(sizing.plan()));
            long due = sizings.stream()
                    .filter(sizing -> sizing.plan() instanceof ResizePlan.Due)
                    .count();
            started += Math.min(Math.toIntExact(due), settings.changesMax() + urgentSlots);
            awaitTried();
            happened.add("told");
        }

        @Override
        public void ended(Change change, ChangeResult result) {
            happened.add("ended");
            ends.release();
        }
    }

    /// Until what was started has come to its end: what is not started before it is told never does.
    private void awaitTried() {
        try {
            assertThat(ends.tryAcquire(started, 10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("the loop was ended while it told", e);
        }
        ends.release(started);
    }

    private final ActionPort refusing = new ActionPort() {
        @Override
        public Outcome carryOut(Action action) {
            return new Outcome.Failed("nothing is carried out here");
        }

        @Override
        public Outcome dryRun(Action action) {
            happened.add("dry run " + action.pod().name());
            return forbidden
                    ? new Outcome.Refused(
                            Outcome.Refusal.FORBIDDEN, "403 cannot patch resource \"pods/resize\"", Optional.empty())
                    : dryRun;
        }
    };

    private final ChangeJournal journal = new ChangeJournal() {

        @Override
        public Entry intend(Change change) {
            return memory.intend(change);
        }

        @Override
        public Closing close(String name, ChangeResult result) {
            return unwritable.getAndDecrement() > 0
                    ? new Closing.NotWritten("etcd has no leader")
                    : memory.close(name, result);
        }

        @Override
        public void read(Consumer<Logged> each) {
            if (unreadableRecords.getAndDecrement() > 0) {
                throw new JournalUnreadable("403 cannot list changerecords", new IOException("403"));
            }
            memory.read(each);
        }

        @Override
        public List<Logged> undos() {
            return undos;
        }
    };
}
