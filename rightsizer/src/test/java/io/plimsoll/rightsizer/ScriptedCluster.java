package io.plimsoll.rightsizer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePod.LiveContainer;
import io.plimsoll.model.action.LivePod.ResizeCondition;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.action.WorkloadMarks;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// An API server and a kubelet that answer as a test tells them to, with a clock that only pauses set
/// forward. What the script says nothing of goes well. Belongs to the test's thread.
final class ScriptedCluster implements ActionPort, LivePods {

    static final Owner WORKLOAD = new Owner("shop", "Deployment", "web");
    static final Resources BEFORE = new Resources(100, 64 << 20);
    static final Resources AFTER = new Resources(200, 96 << 20);
    static final Resources THIRD = new Resources(150, 80 << 20);

    /// What the API server makes of a PATCH.
    enum Answer {
        TAKEN,
        CONFLICT,
        OVERLOAD,
        INVALID,
        /// It took effect, and the answer was lost.
        LOST_AFTER,
        /// It did not take effect, and that was not said.
        LOST_BEFORE,
        /// It arrives when it was given up, 25 s later.
        LATE
    }

    /// What the kubelet makes of a resize.
    enum Kubelet {
        DONE,
        SILENT,
        DEFERRED,
        INFEASIBLE,
        ERROR,
        /// An error at one look, in progress at the next.
        FLAPPING
    }

    final List<String> log = new ArrayList<>();
    final Deque<Answer> answers = new ArrayDeque<>();
    final Deque<Kubelet> kubelet = new ArrayDeque<>();
    /// What happens right before the look of that number, from 1.
    final Map<Integer, Runnable> atLook = new HashMap<>();
    /// Looks that get no answer.
    final Deque<Boolean> blindLooks = new ArrayDeque<>();

    /// Of the workload's own object.
    final Map<String, String> annotations = new TreeMap<>();
    /// What is answered to attempts to annotate it, dry ones too.
    final Deque<Outcome> markAnswers = new ArrayDeque<>();

    Outcome dryRun = new Outcome.Done();
    int looks;
    boolean isBlind;
    /// What happens in each pause.
    Runnable atPause = () -> {};
    /// What the one node has: a raise beyond it waits until others ask for less.
    long cpuMillisMax = Long.MAX_VALUE;

    private final Deque<Late> late = new ArrayDeque<>();
    private final Map<PodKey, LivePod> pods = new HashMap<>();
    private final Map<PodKey, Kubelet> making = new HashMap<>();
    private long nanos;

    private record Late(Action.Resize resize, long atNanos) {}

    static PodKey key(int number) {
        return new PodKey("shop", "web-" + number);
    }

    static ScriptedCluster ofPods(int count) {
        var cluster = new ScriptedCluster();
        for (int i = 0; i < count; i++) {
            cluster.pods.put(key(i), pod(key(i), "u-" + i, BEFORE));
        }
        return cluster;
    }

    /// A pod with the next number that has what it asks for.
    void add(Resources requests) {
        int number = pods.size();
        pods.put(key(number), pod(key(number), "u-" + number, requests));
    }

    int size() {
        return pods.size();
    }

    static LivePod pod(PodKey key, String uid, Resources requests) {
        var spec = new ContainerSpec("main", requests, Resources.NONE);
        return new LivePod(
                key,
                uid,
                "1",
                1,
                1,
                true,
                false,
                List.of(new LiveContainer(spec, Optional.of(spec), 0, false, true, false, false)),
                Optional.empty(),
                Optional.empty());
    }

    static Change change(int count) {
        var changes = new ArrayList<PodChange>();
        for (int i = 0; i < count; i++) {
            changes.add(new PodChange(
                    key(i),
                    "u-" + i,
                    List.of(new ContainerSpec("main", BEFORE, Resources.NONE)),
                    List.of(new ContainerSpec("main", AFTER, Resources.NONE))));
        }
        return new Change(WORKLOAD, "shop/web", "UsageChanged", "a test", Optional.empty(), changes);
    }

    LoopContext context() {
        return new LoopContext(
                () -> Instant.ofEpochSecond(0, nanos),
                () -> nanos,
                pause -> {
                    pass(pause);
                    atPause.run();
                },
                new Random(1),
                new SimpleMeterRegistry());
    }

    /// What is on its way for that long arrives.
    void pass(Duration time) {
        nanos += time.toNanos();
        while (!late.isEmpty() && late.peek().atNanos() <= nanos) {
            log.add("late " + taken(late.poll().resize()));
        }
    }

    Duration elapsed() {
        return Duration.ofNanos(nanos);
    }

    /// Whether it is there to stay: one that is being deleted is as good as gone.
    boolean isThere(int number) {
        return Optional.ofNullable(pods.get(key(number)))
                .filter(pod -> !pod.terminating())
                .isPresent();
    }

    Resources requests(int number) {
        return spec(number).requests();
    }

    /// What its container asks for.
    ContainerSpec spec(int number) {
        return Optional.ofNullable(pods.get(key(number)))
                .orElseThrow()
                .containers()
                .getFirst()
                .spec();
    }

    /// Gives it a limit that it has had from its start.
    void limit(int number, Resources limits) {
        edit(
                number,
                pod -> with(
                        resized(pod, spec(number).with(spec(number).requests(), limits)),
                        true,
                        Optional.empty(),
                        Optional.empty()));
    }

    void delete(int number) {
        pods.remove(key(number));
    }

    /// Somebody else's doing.
    void edit(int number, UnaryOperator<LivePod> edit) {
        pods.computeIfPresent(key(number), (key, pod) -> edit.apply(pod));
    }

    void set(int number, Resources requests) {
        edit(
                number,
                pod -> resized(pod, spec(number).with(requests, spec(number).limits())));
    }

    // The API server

    @Override
    public Outcome dryRun(Action action) {
        log.add("dry run " + action.pod().name());
        return dryRun;
    }

    @Override
    public Outcome carryOut(Action action) {
        var resize = (Action.Resize) action;
        var answer = answers.isEmpty() ? Answer.TAKEN : answers.poll();
        log.add("PATCH " + resize.pod().name() + " "
                + resize.containers().getFirst().requests().cpuMillis() + "m " + answer);
        return switch (answer) {
            case TAKEN -> taken(resize);
            case CONFLICT -> refused(Refusal.CONFLICT, "the object has been modified");
            case OVERLOAD -> refused(Refusal.OVERLOAD, "too many requests");
            case INVALID -> refused(Refusal.INVALID, "exceeded quota");
            case LOST_BEFORE -> new Outcome.Failed("no answer");
            case LATE -> {
                late.add(new Late(resize, nanos + Duration.ofSeconds(25).toNanos()));
                yield new Outcome.Failed("no answer");
            }
            case LOST_AFTER -> {
                var ignored = taken(resize);
                yield new Outcome.Failed("no answer");
            }
        };
    }

    @Override
    public WorkloadMarks marks() {
        return new WorkloadMarks() {
            @Override
            public Pending pending(Owner workload, List<Mark> wanted) {
                return new Pending.Known(wanted.stream()
                        .filter(mark ->
                                Optional.ofNullable(annotations.get(mark.key())).equals(mark.before()))
                        .toList());
            }

            @Override
            public Outcome put(Owner workload, List<Mark> marks) {
                var answer = dryRun(workload, marks);
                if (answer.equals(new Outcome.Done())
                        && pending(workload, marks) instanceof Pending.Known(var due)
                        && !due.isEmpty()) {
                    due.forEach(mark -> mark.after()
                            .ifPresentOrElse(
                                    value -> annotations.put(mark.key(), value), () -> annotations.remove(mark.key())));
                    due.forEach(mark -> log.add("mark " + mark.key()));
                }
                return answer;
            }

            @Override
            public Outcome dryRun(Owner workload, List<Mark> marks) {
                return markAnswers.isEmpty() ? new Outcome.Done() : markAnswers.poll();
            }
        };
    }

    private Outcome taken(Action.Resize resize) {
        var pod = pods.get(resize.pod());
        if (pod == null) {
            return refused(Refusal.GONE, "not found");
        }
        if (!pod.uid().equals(resize.uid()) || !resize.resourceVersion().equals(Optional.of(pod.resourceVersion()))) {
            return refused(Refusal.CONFLICT, "the object has been modified");
        }
        pods.put(pod.key(), resized(pod, resize.containers().getFirst()));
        making.put(pod.key(), kubelet.isEmpty() ? Kubelet.DONE : kubelet.poll());
        return new Outcome.Done();
    }

    private static Outcome refused(Refusal reason, String message) {
        return new Outcome.Refused(reason, message, Optional.empty());
    }

    @Override
    public Look look(PodKey key) {
        looks++;
        atLook.getOrDefault(looks, () -> {}).run();
        if (isBlind || (!blindLooks.isEmpty() && blindLooks.poll())) {
            return new Look.Unanswered("connection refused");
        }
        pods.computeIfPresent(key, (same, pod) -> seenByKubelet(pod));
        return Optional.ofNullable(pods.get(key)).<Look>map(Look.Found::new).orElseGet(Look.Gone::new);
    }

    // The kubelet

    private LivePod seenByKubelet(LivePod pod) {
        return switch (making.getOrDefault(pod.key(), Kubelet.DONE)) {
            case SILENT -> pod;
            case DONE ->
                fits(pod)
                        ? with(pod, true, Optional.empty(), Optional.empty())
                        : with(pod, false, condition(pod, "Deferred", "not enough cpu"), Optional.empty());
            case DEFERRED -> with(pod, false, condition(pod, "Deferred", "not enough cpu"), Optional.empty());
            case INFEASIBLE -> with(pod, false, condition(pod, "Infeasible", "node too small"), Optional.empty());
            case ERROR -> with(pod, false, Optional.empty(), condition(pod, "Error", "below current usage"));
            case FLAPPING ->
                with(pod, false, Optional.empty(), condition(pod, looks % 2 == 0 ? "Error" : "", "now this, now that"));
        };
    }

    /// With what the others have, and the kubelet has seen: what was lowered and not looked at yet frees nothing.
    private boolean fits(LivePod pod) {
        long others = pods.values().stream()
                .filter(other -> !other.key().equals(pod.key()))
                .mapToLong(other ->
                        cpuMillis(other.containers().getFirst().actual().orElseThrow()))
                .sum();
        var container = pod.containers().getFirst();
        long wanted = cpuMillis(container.spec());
        return wanted <= cpuMillis(container.actual().orElseThrow()) || others + wanted <= cpuMillisMax;
    }

    private static long cpuMillis(ContainerSpec container) {
        return container.requests().cpuMillis();
    }

    private static Optional<ResizeCondition> condition(LivePod pod, String reason, String message) {
        return Optional.of(new ResizeCondition(reason, message, pod.generation()));
    }

    private static LivePod with(
            LivePod pod, boolean isDone, Optional<ResizeCondition> pending, Optional<ResizeCondition> inProgress) {
        return edited(pod, edit -> {
            edit.observedGeneration = pod.generation();
            edit.actual = isDone ? Optional.of(edit.spec) : edit.actual;
            edit.pending = pending;
            edit.inProgress = inProgress;
        });
    }

    private static LivePod resized(LivePod pod, ContainerSpec spec) {
        return edited(pod, edit -> {
            edit.resourceVersion = Long.toString(Long.parseLong(pod.resourceVersion()) + 1);
            edit.generation = pod.generation() + 1;
            edit.spec = spec;
        });
    }

    /// As it is after a restart of its container.
    static LivePod restarted(LivePod pod, boolean ready, int restarts, boolean oomKilled) {
        return edited(pod, edit -> {
            edit.ready = ready;
            edit.restarts = restarts;
            edit.oomKilled = oomKilled;
            edit.running = true;
        });
    }

    /// As it is while its container waits to be started again.
    static LivePod waiting(LivePod pod) {
        return edited(pod, edit -> {
            edit.ready = false;
            edit.running = false;
        });
    }

    static LivePod terminating(LivePod pod) {
        return edited(pod, edit -> edit.terminating = true);
    }

    /// With a resize policy that restarts its container.
    static LivePod restartedByResize(LivePod pod) {
        return edited(pod, edit -> {
            edit.running = true;
            edit.restartedForCpu = true;
            edit.restartedForMemory = true;
        });
    }

    /// With a resize policy that restarts its container for memory alone.
    static LivePod restartedForMemory(LivePod pod) {
        return edited(pod, edit -> {
            edit.running = true;
            edit.restartedForMemory = true;
        });
    }

    private static LivePod edited(LivePod pod, Consumer<PodEdit> edit) {
        var open = new PodEdit(pod);
        edit.accept(open);
        return open.pod();
    }

    /// A pod of one container while it is changed; it stays who it is.
    private static final class PodEdit {

        private final LivePod before;
        private String resourceVersion;
        private long generation;
        private long observedGeneration;
        private boolean ready;
        private boolean terminating;
        private Optional<ResizeCondition> pending;
        private Optional<ResizeCondition> inProgress;
        private ContainerSpec spec;
        private Optional<ContainerSpec> actual;
        private int restarts;
        private boolean oomKilled;
        private boolean running;
        private boolean restartedForCpu;
        private boolean restartedForMemory;

        PodEdit(LivePod pod) {
            before = pod;
            resourceVersion = pod.resourceVersion();
            generation = pod.generation();
            observedGeneration = pod.observedGeneration();
            ready = pod.ready();
            terminating = pod.terminating();
            pending = pod.pending();
            inProgress = pod.inProgress();
            var container = pod.containers().getFirst();
            spec = container.spec();
            actual = container.actual();
            restarts = container.restarts();
            oomKilled = container.oomKilled();
            running = container.running();
            restartedForCpu = container.restartedForCpu();
            restartedForMemory = container.restartedForMemory();
        }

        LivePod pod() {
            var container =
                    new LiveContainer(spec, actual, restarts, oomKilled, running, restartedForCpu, restartedForMemory);
            return new LivePod(
                    before.key(),
                    before.uid(),
                    resourceVersion,
                    generation,
                    observedGeneration,
                    ready,
                    terminating,
                    List.of(container),
                    pending,
                    inProgress);
        }
    }
}
