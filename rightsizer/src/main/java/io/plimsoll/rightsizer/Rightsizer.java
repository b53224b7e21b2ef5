package io.plimsoll.rightsizer;

import io.micrometer.core.instrument.Counter;
import io.plimsoll.kubernetes.Faults;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.autoscaler.AutoscalersUnreadable;
import io.plimsoll.kubernetes.policy.PoliciesUnreadable;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeJournal.JournalUnreadable;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.PodMover;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.MemoryFloor;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.NeighbourSlack;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResizePlanner;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.SizingPass;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadHistory;
import io.plimsoll.model.recommendation.WorkloadKnowledge;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.model.usage.CpuThrottling;
import io.plimsoll.rightsizer.Sizings.Reach;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps requests at what containers use: looks at all workloads once an interval, tells what it recommends, and
/// carries out what is due.
///
///     journal read ──► open changes resumed ──► pass ──► changes started ──► all told ──► pause ─┐
///          ▲                  ▲                                                                     │
///          └ while unreadable └─────────────────────────────────────────────────────────────────────┘
///
/// While the journal cannot be read, where the API server cannot resize pods, and in a namespace where the
/// API server forbids a change or its record, nothing is started: the workload is told to be skipped, with
/// the API server's words.
///
/// The pause ends early when a container was killed for memory.
///
/// A change runs on a virtual thread of its own, [RightsizerSettings#changesMax] of them at one time, one a
/// workload. Closing it ends passes at once and lets changes run to their next request; what they leave open is in
/// the journal, and the next start resumes it. One process at a time may run one.
public final class Rightsizer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rightsizer.class);
    /// What a policy says against a change, also one that has begun.
    private static final Set<SkipReason> AGAINST = Collections.unmodifiableSet(EnumSet.of(
            SkipReason.RECOMMEND_ONLY,
            SkipReason.NEW_PODS_ONLY,
            SkipReason.WRITTEN_OUT,
            SkipReason.SUSPENDED,
            SkipReason.LABELS_UNKNOWN,
            SkipReason.OUTSIDE_SCHEDULE));

    /// Slots that only raises after kills for memory get, beside all others.
    private static final int URGENT_CHANGES_MAX = 20;

    private static final Duration END_PATIENCE = Duration.ofSeconds(10);
    /// So often the image is asked for new kills.
    private static final Duration NEWS_INTERVAL = Duration.ofSeconds(1);
    /// Between two passes at least, where the interval is not shorter.
    private static final Duration KILLS_GAP = Duration.ofSeconds(5);

    private final Supplier<ClusterImage> images;
    private final Supplier<List<ResizePolicy>> policies;
    private final Surroundings surroundings;
    private final Function<Owner, Map<String, ContainerUsageView>> usage;
    private final ChangeJournal journal;
    private final Sizings sizings;
    private final LoopContext context;
    private final RightsizerSettings settings;
    private final Rights rights;
    private final OwnRecords records;
    /// The same journal, of which is noted what is forbidden, open and could not be written.
    private final ChangeJournal noted;
    private final ResizeTransaction transaction;
    private final Undo undo;
    private final RoomMaker room;
    private final Recreation recreation;
    /// Policies that allow evictions, as the last pass found; of the loop alone.
    private Set<PolicyCandidate> recreating = Set.of();

    private final ChangeMemory memory = new ChangeMemory();
    private final KillWatch kills;
    private final OomReports oomReports;
    private final FormerLimits formerLimits = new FormerLimits();
    /// Changes whose records are open and which nobody is at, by their records' names: resumed before each pass.
    private final Map<String, Entry.Written> left = new ConcurrentHashMap<>();
    /// The workload that got the last slot that was not for kills; of the loop alone.
    private Optional<Owner> last = Optional.empty();
    /// The workloads that may be changed, as the last pass found, and what others own of them; read by changes between
    /// two pods.
    private volatile Map<Owner, Claimed> wanted = Map.of();
    private final Semaphore slots;
    private final Semaphore urgentSlots = new Semaphore(URGENT_CHANGES_MAX);
    /// Workloads in the middle of a change that a raise after a kill waits for, as the last pass found: read by
    /// changes, which make way.
    private volatile Set<Owner> hurried = Set.of();
    /// Whether a change has made way since the last pass.
    private final AtomicBoolean isWayMade = new AtomicBoolean();
    private final ExecutorService changes = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("resize-", 0).factory());
    private final LoopThread thread = new LoopThread("rightsizer", this::run);
    private final Counter passesSkipped;
    private boolean isLeftUnanswered; // asked by the loop's thread alone
    /// Why the past is not known yet; of the loop alone.
    private Optional<String> pastUnknown = Optional.of("the records of changes were not read yet");
    /// Whether the past waits for an image of the cluster; of the loop alone.
    private boolean isImageAwaited;

    /// Of the loop alone.
    private final Faults undecided = new Faults(LOG, "it could not be decided whether to resize them");

    /// Why it is not known what was taken back of late; of the loop alone.
    private Optional<String> undosUnknown = Optional.empty();
    /// Why no running pod can be changed, whatever is known, if so.
    private Optional<String> unable = Optional.empty();
    /// Why it is not known what other autoscalers own, if so.
    private Optional<String> claimsUnknown = Optional.empty();

    /// Where nobody else has a say.
    public Rightsizer(
            Supplier<ClusterImage> images,
            Supplier<List<ResizePolicy>> policies,
            Function<Owner, Map<String, ContainerUsageView>> usage,
            ActionPort port,
            LivePods pods,
            ChangeJournal journal,
            Sizings sizings,
            LoopContext context,
            RightsizerSettings settings) {
        this(images, policies, Surroundings.NONE, usage, port, pods, journal, sizings, context, settings);
    }

    /// @param policies asked once a pass; when it throws [PoliciesUnreadable], that pass changes nothing
    public Rightsizer(
            Supplier<ClusterImage> images,
            Supplier<List<ResizePolicy>> policies,
            Surroundings surroundings,
            Function<Owner, Map<String, ContainerUsageView>> usage,
            ActionPort port,
            LivePods pods,
            ChangeJournal journal,
            Sizings sizings,
            LoopContext context,
            RightsizerSettings settings) {
        this.images = images;
        this.policies = policies;
        this.surroundings = surroundings;
        this.kills = new KillWatch(settings.oom(), surroundings.ooms());
        this.usage = usage;
        this.journal = journal;
        this.sizings = sizings;
        this.context = context;
        this.settings = settings;
        this.oomReports = new OomReports(surroundings.templates());
        this.rights = new Rights(context.clock());
        this.records = new OwnRecords(context.clock());
        this.noted = records.noting(rights.noting(journal));
        var noting = rights.noting(port);
        var budgets = new Budgets(() -> Optional.of(images.get()).filter(this::isFresh));
        var lowering = new ResizeTransaction(
                noting, pods, noted, context, settings.transaction(), Ladder.NONE, CpuThrottling.UNKNOWN, budgets);
        this.room = new RoomMaker(
                this::presentImage,
                change -> carryOutNow(change, () -> new Done(change, lowering.run(change, Duration.ZERO))),
                surroundings.mover(),
                context,
                settings.transaction());
        this.transaction = new ResizeTransaction(
                noting, pods, noted, context, settings.transaction(), room, surroundings.throttling(), budgets);
        this.undo = new Undo(noting, pods, noted, transaction);
        this.recreation = new Recreation(noting, noted, images, context, settings.transaction());
        this.slots = new Semaphore(settings.changesMax());
        this.passesSkipped = Counter.builder("plimsoll.resize.passes.skipped")
                .description("Passes that changed nothing, since policies could not be read")
                .register(context.meters());
    }

    public void start() {
        thread.start();
    }

    /// What the loop has died of, if it has: only a restart brings it back.
    public Optional<String> problem() {
        return thread.problem();
    }

    /// Whether no change is being carried out.
    boolean isIdle() {
        return slots.availablePermits() == settings.changesMax()
                && urgentSlots.availablePermits() == URGENT_CHANGES_MAX;
    }

    @Override
    public void close() {
        thread.interrupt();
        changes.shutdownNow();
        try {
            thread.join();
            if (!changes.awaitTermination(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Some changes did not end within {}; their records stay open", END_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The loop

    private void run() {
        try {
            while (true) {
                if (pastUnknown.isPresent()) {
                    pastUnknown = readJournal();
                }
                undosUnknown = readUndos();
                records.write(noted);
                resumeLeft();
                pass();
                rest();
            }
        } catch (InterruptedException e) {
            LOG.debug("The right-sizer ends");
        }
    }

    /// Until the next pass is due, or somebody was killed for memory: that waits for a few seconds only. For
    /// these it does, so that a cluster full of crash loops is not looked at all the time.
    private void rest() throws InterruptedException {
        var gap = shorter(settings.interval(), KILLS_GAP);
        context.pauses().pause(gap);
        var left = settings.interval().minus(gap);
        while (left.isPositive() && !isCalled()) {
            var step = shorter(left, NEWS_INTERVAL);
            context.pauses().pause(step);
            left = left.minus(step);
        }
    }

    private boolean isCalled() {
        return kills.isNews(images.get()) || isWayMade.get() || (isImageAwaited && isFresh(images.get()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /// Without its past nothing may be changed, and all is only recommended: a cooldown or an open change would be
    /// overlooked. There may be more records than fit into memory: of each is held what is of use for the pods and
    /// workloads that are there, so it takes an image to know them by.
    private Optional<String> readJournal() {
        var image = images.get();
        isImageAwaited = !isFresh(image);
        if (isImageAwaited) {
            return pastUnknown;
        }
        try {
            kills.recall(surroundings.told().get());
            read(image, context.clock().millis());
            return Optional.empty();
        } catch (JournalUnreadable e) {
            LOG.warn("Nothing is resized until the records of changes can be read: {}", e.getMessage());
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void read(ClusterImage image, long nowMillis) {
        var open = new ArrayList<Entry.Written>();
        var raises = new ArrayList<Logged>();
        memory.clear();
        journal.read(record -> {
            memory.remember(record, image, nowMillis);
            kills.remember(record, image);
            formerLimits.remember(record, image);
            if (!record.phase().isFinal() && !settings.dryRun()) {
                open.add(record.entry());
            }
            if (isUrgent(record.change()) && nowMillis - record.createdMillis() < OomReports.KEPT.toMillis()) {
                raises.add(record);
            }
        });
        open.forEach(entry -> left.put(entry.name(), entry));
        raises.sort(Logged.OLDEST_FIRST);
        oomReports.remember(raises);
    }

    /// Before each pass: what somebody has taken back meanwhile must not be done again at once.
    private Optional<String> readUndos() {
        try {
            var undos = journal.undos();
            long nowMillis = context.clock().millis();
            memory.rememberUndos(undos, nowMillis);
            undos.forEach(undo -> kills.remember(undo, images.get()));
            oomReports.remember(undos);
            undos.stream()
                    .filter(undo -> ChangeMemory.isBrokenOff(undo, nowMillis) && !settings.dryRun())
                    .forEach(undo -> left.putIfAbsent(undo.name(), undo.entry()));
            return Optional.empty();
        } catch (JournalUnreadable e) {
            if (undosUnknown.isEmpty()) {
                LOG.warn("Nothing is resized while it cannot be read what was taken back: {}", e.getMessage());
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// Another one of the same workload waits for the next turn, and so does what finds no free slot.
    private void resumeLeft() {
        for (var entry : leftLoweringsFirst()) {
            boolean isRecreation = entry.change().code().equals(Recreation.CODE);
            if (isRecreation && isHurried(entry.change())) {
                continue; // it has made way
            }
            start(entry.change(), memory::begin, () -> {
                var result = isRecreation ? recreation.resume(entry, () -> isHurried(entry.change())) : resumed(entry);
                if (result.phase().isFinal()) {
                    left.remove(entry.name());
                }
                return new Done(entry.change(), result);
            });
        }
    }

    private ChangeResult resumed(Entry.Written entry) throws InterruptedException {
        return entry.change().undoes().isPresent() ? undo.resume(entry) : transaction.resume(entry);
    }

    /// What was lowered to make room is seen through before the raise that it is for looks for room again.
    private List<Entry.Written> leftLoweringsFirst() {
        return left.values().stream()
                .sorted(Comparator.comparing(entry -> !entry.change().code().equals(NeighbourSlack.MAKES_ROOM)))
                .toList();
    }

    /// A bug must not end the loop, and all that it guards.
    private void pass() {
        try {
            kills.notice(images.get());
            var asked = ask();
            memory.passBegins();
            var image = images.get();
            if (asked.isPresent() && isFresh(image)) {
                pass(asked.get(), formerLimits.applied(image));
            } else {
                room.learn(Optional.empty());
            }
        } catch (RuntimeException e) {
            passesSkipped.increment();
            LOG.error("A pass broke off; the next one tries again", e);
        }
    }

    /// What the cluster was like before an outage says nothing of what may be done to it now.
    private boolean isFresh(ClusterImage image) {
        long age = image.ageMillis(context.clock().millis());
        boolean isFresh = age <= settings.imageAgeMax().toMillis();
        if (!isFresh) {
            LOG.debug("Nothing is decided on an image of the cluster that is {} ms old", age);
        }
        return isFresh;
    }

    /// The image of now, as a pass sees it; nothing while it is too old. Any thread may ask.
    private Optional<ClusterImage> presentImage() {
        return Optional.of(images.get()).filter(this::isFresh).map(formerLimits::shown);
    }

    /// What a pass is told from outside.
    private record Asked(
            List<ResizePolicy> policies, Map<Owner, Claimed> claims, Map<String, NamespaceLimits> limits) {}

    /// Without the policies of now there is nothing to go by: what was allowed before may be forbidden by now.
    private Optional<Asked> ask() {
        try {
            var asked =
                    new Asked(policies.get(), claimed(), surroundings.limits().get());
            if (isLeftUnanswered) {
                LOG.info("Policies can be read again: right-sizing goes on");
            }
            isLeftUnanswered = false;
            return Optional.of(asked);
        } catch (PoliciesUnreadable e) {
            passesSkipped.increment();
            if (!isLeftUnanswered) {
                LOG.warn("Nothing is resized until policies can be read: {}", e.getMessage());
            }
            isLeftUnanswered = true;
            return Optional.empty();
        }
    }

    /// Where it is not known what others own, all is only recommended.
    private Map<Owner, Claimed> claimed() {
        try {
            var claimed = surroundings.claims().now();
            claimsUnknown = Optional.empty();
            return claimed;
        } catch (AutoscalersUnreadable e) {
            if (claimsUnknown.isEmpty()) {
                LOG.warn("Nothing is resized while it is not known what autoscalers own: {}", e.getMessage());
            }
            claimsUnknown = Optional.of(String.valueOf(e.getMessage()));
            return Map.of();
        }
    }

    private void pass(Asked asked, ClusterImage image) {
        long nowMillis = context.clock().millis();
        kills.look(image, nowMillis);
        unable = surroundings.unable().get();
        var known = new Known(image, Claims.byWorkload(asked.claims(), image), nowMillis);
        var pass = new SizingPass(image, asked.policies(), known, asked.limits(), settings.dryRun(), nowMillis);
        var decided = possible(pass.run(surroundings.mover() != PodMover.NONE));
        pass.failures().forEach(failure -> undecided.met(failure.workload(), failure.cause()));
        undecided.ended();
        wanted = wanted(decided);
        room.learn(
                hindrance().isEmpty()
                        ? Optional.of(new RoomMaker.Found(decided, asked.policies(), asked.limits(), known::history))
                        : Optional.empty());
        memory.keep(decided.stream().map(WorkloadSizing::workload).collect(Collectors.toSet()), nowMillis);
        recreating = asked.policies().stream()
                .filter(ResizePolicy::isRecreating)
                .map(ResizePolicy::candidate)
                .collect(Collectors.toUnmodifiableSet());
        startDue(decided);
        if (pastUnknown.isEmpty()) {
            sizings.killed(oomReports.now(image, pass::isSelected, decided, kills::kills, nowMillis));
        }
        sizings.reached(workload -> reach(workload, image, pass));
        sizings.decided(decided);
    }

    private static Reach reach(Owner workload, ClusterImage image, SizingPass pass) {
        if (!image.isKnown(workload)) {
            return Reach.GONE;
        }
        return pass.isSelected(workload) ? Reach.SELECTED : Reach.UNSELECTED;
    }

    /// What is due is not kept waiting until all recommendations are written, which are thousands after another
    /// replica has taken over; least of all what follows kills for memory.
    private void startDue(List<WorkloadSizing> decided) {
        isWayMade.set(false);
        var waiting = new HashSet<Owner>();
        for (var sizing : decided) {
            boolean isLeft = isUrgent(sizing) && !start(sizing);
            if (isLeft && (memory.isOpen(sizing.workload()) || memory.isOutdated(sizing.workload()))) {
                waiting.add(sizing.workload());
            }
        }
        hurried = Set.copyOf(waiting);
        if (!waiting.stream().allMatch(memory::isOpen)) {
            isWayMade.set(true); // one has ended: the next pass knows of it
        }
        for (var sizing : fromTheLastOn(decided)) {
            if (!isUrgent(sizing) && start(sizing)) {
                last = Optional.of(sizing.workload());
            }
        }
    }

    private static boolean isUrgent(WorkloadSizing sizing) {
        return sizing.plan() instanceof ResizePlan.Due due && isUrgent(due.change());
    }

    private static boolean isUrgent(Change change) {
        return change.code().equals(ResizePlanner.OOM_KILLED);
    }

    private boolean start(WorkloadSizing sizing) {
        boolean isRecreating = recreating.contains(sizing.choice().winner());
        return sizing.plan() instanceof ResizePlan.Due due
                && start(due.change(), memory::beginDecided, () -> done(due, isRecreating));
    }

    /// In place; and where a node cannot do that, and the policy allows it, by another pod. What speaks against that is
    /// said beside the first outcome.
    private Done done(ResizePlan.Due due, boolean isRecreating) throws InterruptedException {
        var change = due.change();
        var course = new ResizeTransaction.Course(() -> isWanted(change), () -> isHurried(change));
        var result = transaction.run(change, due.canary(), course);
        var stuck = result.pods().stream().filter(PodResult::isStuck).findFirst();
        if (!isRecreating || stuck.isEmpty() || !course.goesOn()) {
            return new Done(change, result);
        }
        var recreate = Recreation.of(change, stuck.get());
        var recreated = recreation.run(recreate, course.hurried());
        if (recreated.phase() == ChangePhase.ABANDONED) {
            LOG.info("{} is not recreated: {}", change.workload(), described(recreated));
            return new Done(change, result.saying(recreated.pods().getFirst().message()));
        }
        tell(change, result);
        return new Done(recreate, recreated);
    }

    /// Of which no policy speaks against going on with a change that has begun.
    private static Map<Owner, Claimed> wanted(List<WorkloadSizing> decided) {
        return decided.stream()
                .filter(sizing ->
                        !(sizing.plan() instanceof ResizePlan.Skipped skipped && AGAINST.contains(skipped.reason())))
                .collect(Collectors.toUnmodifiableMap(WorkloadSizing::workload, WorkloadSizing::claimed));
    }

    /// Whether neither a policy nor an opt-out nor another autoscaler has come to speak against the rest of a change
    /// that has begun. One pod that opts out stops it: the next pass plans for the others. Any thread may ask.
    private boolean isWanted(Change change) {
        var image = images.get();
        return Optional.ofNullable(wanted.get(change.workload()))
                        .filter(claimed ->
                                claimed.owners().keySet().stream().noneMatch(kind -> isChanged(change, kind)))
                        .isPresent()
                && change.pods().stream().noneMatch(pod -> isOptedOut(image, pod));
    }

    /// Any thread may ask.
    private boolean isHurried(Change change) {
        return !isUrgent(change) && hurried.contains(change.workload());
    }

    private static boolean isChanged(Change change, ResourceKind kind) {
        return change.pods().stream()
                .anyMatch(pod -> !amounts(pod.before(), kind).equals(amounts(pod.after(), kind)));
    }

    private static List<Long> amounts(List<ContainerSpec> containers, ResourceKind kind) {
        return containers.stream()
                .map(container -> kind.of(container.requests()))
                .toList();
    }

    private static boolean isOptedOut(ClusterImage image, PodChange change) {
        return image.pod(change.pod())
                .filter(pod -> image.optOuts(pod.spec()).contains(OptOut.RESIZE))
                .isPresent();
    }

    /// What cannot be carried out for now is recommended all the same.
    private List<WorkloadSizing> possible(List<WorkloadSizing> decided) {
        return decided.stream()
                .map(sizing -> sizing.plan() instanceof ResizePlan.Due due
                        ? obstacle(due.change())
                                .map(why -> withheld(sizing, why))
                                .orElse(sizing)
                        : sizing)
                .toList();
    }

    private Optional<String> obstacle(Change change) {
        return hindrance().or(() -> ban(change));
    }

    /// What must be known for any change, and is not; or why nothing can be changed.
    private Optional<String> hindrance() {
        return unable.or(() -> pastUnknown).or(() -> undosUnknown).or(() -> claimsUnknown);
    }

    /// What keeps this change from being carried out; any thread may ask.
    private Optional<String> ban(Change change) {
        return rights.missing(change.workload().namespace())
                .or(() -> records.record(change).map(record -> "the outcome of " + record + " is not written yet"));
    }

    private static WorkloadSizing withheld(WorkloadSizing sizing, String why) {
        return sizing.with(new ResizePlan.Skipped(SkipReason.CANNOT_ACT, why));
    }

    /// Where the slots do not do for all, the next pass goes on behind the workload that got the last one.
    private List<WorkloadSizing> fromTheLastOn(List<WorkloadSizing> decided) {
        var turned = new ArrayList<WorkloadSizing>(decided.size());
        decided.stream().filter(sizing -> !isBehind(sizing)).forEach(turned::add);
        turned.addAll(0, decided.stream().filter(this::isBehind).toList());
        return turned;
    }

    private boolean isBehind(WorkloadSizing sizing) {
        return last.filter(workload -> workload.compareTo(sizing.workload()) < 0)
                .isPresent();
    }

    /// @param change that was carried out last
    private record Done(Change change, ChangeResult result) {}

    @FunctionalInterface
    private interface Work {
        Done run() throws InterruptedException;
    }

    /// Whether a change of the workload may begin now; then it has.
    @FunctionalInterface
    private interface Begin {

        boolean of(Owner workload, boolean isUrgent, long nowMillis);
    }

    /// What finds no free slot, or a change of its workload that is not finished, is left to the next pass, which
    /// decides anew; false then.
    private boolean start(Change change, Begin begin, Work work) {
        var slot = slot(change);
        if (slot.isEmpty()) {
            return false;
        }
        if (!begin.of(change.workload(), isUrgent(change), context.clock().millis())) {
            slot.get().release();
            return false;
        }
        changes.execute(() -> {
            try {
                carryOut(change, work);
            } finally {
                slot.get().release();
            }
        });
        return true;
    }

    private Optional<Semaphore> slot(Change change) {
        if (isUrgent(change) && urgentSlots.tryAcquire()) {
            return Optional.of(urgentSlots);
        }
        return slots.tryAcquire() ? Optional.of(slots) : Optional.empty();
    }

    /// Within the slot of the change that it is for.
    private Optional<ChangeResult> carryOutNow(Change change, Work work) {
        boolean isFree = ban(change).isEmpty()
                && memory.begin(
                        change.workload(), isUrgent(change), context.clock().millis());
        return isFree ? carryOut(change, work) : Optional.empty();
    }

    /// Nothing when it broke off.
    private Optional<ChangeResult> carryOut(Change change, Work work) {
        var done = worked(change, work);
        done.ifPresent(end -> tell(end.change(), end.result()));
        return done.map(Done::result);
    }

    /// Whoever is told of its end finds it ended.
    private Optional<Done> worked(Change change, Work work) {
        var workload = change.workload();
        var phase = ChangePhase.ABANDONED;
        try {
            var done = work.run();
            var result = done.result();
            phase = result.counts();
            kills.ended(done.change(), result, context.clock().millis());
            return Optional.of(done);
        } catch (InterruptedException e) {
            LOG.info("The change of {} was interrupted; its record stays open", workload);
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("The change of {} broke off; a later pass resumes it", workload, e);
        } finally {
            records.open(workload).forEach(entry -> left.put(entry.name(), entry));
            memory.end(workload, isUrgent(change), phase, context.clock().millis());
            if (isHurried(change)) {
                isWayMade.set(true);
            }
        }
        return Optional.empty();
    }

    private void tell(Change change, ChangeResult result) {
        LOG.info("Change of {}: {}", change.workload(), described(result));
        oomReports.ended(change, result, context.clock().millis());
        try {
            sizings.ended(change, result);
        } catch (RuntimeException e) {
            LOG.error("The end of the change of {} was not told", change.workload(), e);
        }
    }

    private static String described(ChangeResult result) {
        var first = result.pods().getFirst();
        return result.phase() + " (" + result.pods().size() + " pods)"
                + (first.message().isEmpty() ? "" : ": " + first.message());
    }

    /// What a pass knows: usage from the writer of images, history from the journal, claims of other autoscalers.
    private final class Known implements WorkloadKnowledge {

        private final ClusterImage image;
        private final Map<Owner, Claimed> claimed;
        private final long nowMillis;

        Known(ClusterImage image, Map<Owner, Claimed> claimed, long nowMillis) {
            this.image = image;
            this.claimed = claimed;
            this.nowMillis = nowMillis;
        }

        @Override
        public Map<String, ContainerUsageView> usage(Owner workload) {
            return usage.apply(workload);
        }

        @Override
        public List<MemoryFloor> floors(
                PodSpec pod, ContainerSpec container, ContainerSizing sizing, Optional<ContainerUsageView> seen) {
            long peakBytes = seen.map(view -> (long) view.memoryBytes().peak()).orElse(0L);
            var raise = kills.floor(image, pod, container, sizing.memory().max(), peakBytes, nowMillis);
            var heap = pod.memory()
                    .heap(container.name())
                    .map(told -> new MemoryFloor.JvmHeap(told.floorBytes(), told.heapBytes(), told.setting()));
            return Stream.of(raise, heap).<MemoryFloor>flatMap(Optional::stream).toList();
        }

        @Override
        public WorkloadHistory history(Owner workload) {
            return memory.history(workload, claimed.getOrDefault(workload, Claimed.NONE));
        }
    }
}
