package io.plimsoll.rightsizer;

import static io.plimsoll.rightsizer.KubeletResizeTest.MIB;
import static io.plimsoll.rightsizer.KubeletResizeTest.PATIENCE;
import static io.plimsoll.rightsizer.KubeletResizeTest.resources;
import static io.plimsoll.rightsizer.KubeletResizeTest.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.Recommender;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A real API server's node of 1000m, on which `web` asks for 100m and needs about 500m, and `batch` asks
/// for 600m. Both are Deployments of one pod in a namespace of their own, whose policy has them marked when
/// they are changed. The last change of `batch` was made two minutes before the time of all right-sizers
/// here, so that it is lowered for others alone.
///
/// @param neighbourUse of `batch`, thousandths of a core
record LadderStage(KubernetesClient client, String namespace, long neighbourUse) implements AutoCloseable {

    static final String WEB = "web";
    static final String BATCH = "batch";
    static final long NODE_CPU_MILLIS = 1000;

    private static final Mark PAUSE = Mark.put("example.com/sync", "paused");
    private static final Duration OFTEN = Duration.ofMillis(300);
    private static final String FORMER = "Former";
    private static final Duration LATER = Duration.ofMinutes(2);
    /// No two processes name their records alike.
    private static final AtomicLong SEEDS = new AtomicLong();

    /// @param client its owner closes it
    /// @param node has no other pods
    static LadderStage on(KubernetesClient client, String namespace, String node, long neighbourUse) {
        var stage = new LadderStage(client, namespace, neighbourUse);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        client.serviceAccounts()
                .inNamespace(namespace)
                .withName("default")
                .waitUntilCondition(account -> account != null, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        stage.deploy(WEB, node);
        stage.deploy(BATCH, node);
        return stage;
    }

    private static long cpuMillisBefore(String name) {
        return name.equals(WEB) ? 100 : 600;
    }

    private void deploy(String name, String node) {
        var pod = WorkloadProgram.pod(name, resources(cpuMillisBefore(name), 32, 700, 64), WorkloadDemand.IDLE)
                .edit()
                .editSpec()
                .withNodeName(node)
                .withNodeSelector(Map.of())
                .endSpec()
                .build();
        client.resource(WorkloadProgram.deployment(namespace, name, 1, pod)).create();
    }

    /// Until the kubelet has said what the pods have.
    void awaitRunning() {
        for (var name : List.of(WEB, BATCH)) {
            await().atMost(PATIENCE)
                    .until(() -> pods(name).stream()
                            .anyMatch(pod -> pod.getStatus().getContainerStatuses().stream()
                                    .anyMatch(status -> status.getReady() && status.getResources() != null)));
        }
    }

    /// The one that there is, or none while it is on its way. A kubelet refuses one and its like, which then stay as
    /// failed, until it has let go of the pods that were on its node before.
    List<Pod> pods(String name) {
        return client.pods().inNamespace(namespace).withLabel("app", name).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> !"Failed".equals(pod.getStatus().getPhase()))
                .toList();
    }

    void rememberFormerChange(ApiServer server) {
        var journal = journal(server);
        var former = (Entry.Written) journal.intend(change(BATCH, 600, FORMER, List.of()));
        var result = ChangeResult.of(former.name(), former.change(), ChangePhase.APPLIED, "");
        assertThat(journal.close(former.name(), result)).isEqualTo(new Closing.Written());
    }

    /// A marked raise of `web`, for which there is room up to 400m.
    Change raise(long cpuMillis) {
        return change(WEB, cpuMillis, "Test", List.of(PAUSE));
    }

    private Change change(String name, long cpuMillis, String code, List<Mark> marks) {
        var pod = pods(name).getFirst().getMetadata();
        var limits = new Resources(700, 64 * MIB);
        var before =
                new ContainerSpec(WorkloadProgram.CONTAINER, new Resources(cpuMillisBefore(name), 32 * MIB), limits);
        var after = new ContainerSpec(WorkloadProgram.CONTAINER, new Resources(cpuMillis, 32 * MIB), limits);
        var resized =
                new PodChange(new PodKey(namespace, pod.getName()), pod.getUid(), List.of(before), List.of(after));
        return new Change(owner(name), "test", code, "a test", Optional.empty(), List.of(resized), marks);
    }

    private Owner owner(String name) {
        return new Owner(namespace, "Deployment", name);
    }

    ApiChangeJournal journal(ApiServer server) {
        return new ApiChangeJournal(server, Clock.systemUTC(), new Random(SEEDS.incrementAndGet())).within(namespace);
    }

    // What is so

    /// Of changes of this test.
    List<Logged> records(ApiServer server) {
        return journal(server).records(record -> !record.change().code().equals(FORMER));
    }

    boolean isRaiseEnded(ApiServer server) {
        return records(server).stream()
                .anyMatch(record -> record.change().workload().equals(owner(WEB))
                        && record.phase().isFinal());
    }

    boolean isRaisePendingSince(Instant latest) {
        return pods(WEB).stream()
                .flatMap(pod -> PlayedKubelet.pendingSince(pod).stream())
                .anyMatch(since -> !Instant.parse(since).isAfter(latest));
    }

    long cpuMillis(String name) {
        return pods(name).stream()
                .map(pod -> pod.getSpec().getContainers().getFirst().getResources())
                .mapToLong(resources -> Quantity.getAmountInBytes(
                                resources.getRequests().get("cpu"))
                        .movePointRight(3)
                        .longValueExact())
                .sum();
    }

    /// How often what its pod asks for was written, its creation included.
    long generation(String name) {
        return pods(name).getFirst().getMetadata().getGeneration();
    }

    boolean isMarked(String name) {
        var annotations = client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getMetadata()
                .getAnnotations();
        return PAUSE.after().equals(Optional.ofNullable(annotations.get(PAUSE.key())));
    }

    /// Changes that stand: carried out, and not taken back by others.
    static List<Logged> standing(List<Logged> records) {
        var undone = records.stream()
                .filter(record -> record.phase() == ChangePhase.APPLIED)
                .flatMap(record -> record.change().undoes().stream())
                .toList();
        return records.stream()
                .filter(record -> record.phase() == ChangePhase.APPLIED)
                .filter(record -> record.change().undoes().isEmpty())
                .filter(record ->
                        undone.stream().noneMatch(name -> record.name().endsWith("/" + name)))
                .toList();
    }

    /// All records are closed; pods ask for what those say that stand, or for what they did at first; and marks are
    /// where something is changed, and nowhere else.
    void assertExplained(ApiServer server, String when) {
        var records = records(server);
        assertThat(records).as(when).allMatch(record -> record.phase().isFinal());
        assertThat(records).as(when).noneMatch(record -> record.phase() == ChangePhase.FAILED);
        for (var name : List.of(WEB, BATCH)) {
            var standing = standing(records).stream()
                    .filter(record -> record.change().workload().equals(owner(name)))
                    .toList();
            long expected = standing.isEmpty()
                    ? cpuMillisBefore(name)
                    : standing.getFirst()
                            .change()
                            .pods()
                            .getFirst()
                            .after()
                            .getFirst()
                            .requests()
                            .cpuMillis();
            assertThat(standing).as("%s: changes of %s", when, name).hasSizeLessThan(2);
            assertThat(cpuMillis(name))
                    .as("%s: CPU of %s", when, name)
                    .isEqualTo(pods(name).isEmpty() ? 0 : expected);
            assertThat(isMarked(name)).as("%s: mark on %s", when, name).isEqualTo(!standing.isEmpty());
        }
    }

    /// Takes all back that stands, what needed the room first.
    void takeBack(ApiServer server, TransactionSettings settings, String when) throws Exception {
        var webFirst = Comparator.comparing(Logged::name).reversed();
        for (var record : standing(records(server)).stream().sorted(webFirst).toList()) {
            var result = undo(server, settings).undo(record.name());
            assertThat(result.isApplied())
                    .as("%s: taking back %s", when, result)
                    .isTrue();
        }
        assertExplained(server, when + ", taken back");
        assertThat(standing(records(server))).isEmpty();
    }

    Undo undo(ApiServer server, TransactionSettings settings) {
        return new Undo(
                new ApiActions(server),
                new ApiPods(server),
                journal(server),
                LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry()),
                settings);
    }

    // What others do

    /// Has its controller make another pod in place of the one that there is.
    void replace(String name) {
        var pod = pods(name).getFirst();
        client.resource(pod).delete();
        await().atMost(PATIENCE)
                .until(() -> pods(name).stream()
                        .anyMatch(other -> !other.getMetadata()
                                .getUid()
                                .equals(pod.getMetadata().getUid())));
        awaitRunning();
    }

    void remove(String name) {
        client.apps().deployments().inNamespace(namespace).withName(name).scale(0);
    }

    // Who acts

    /// How a right-sizer differs from others.
    ///
    /// @param later how far its clock is ahead
    /// @param moves how long it waits for somebody else to move a pod; zero where nobody does
    record Way(Duration later, ResizePolicy.Mode mode, TransactionSettings settings, Duration moves) {

        static Way acting(TransactionSettings settings, Duration moves) {
            return new Way(LATER, ResizePolicy.Mode.AUTO, settings, moves);
        }

        /// One that only sees to what others left, when whoever took a change back is taken for dead.
        static Way resuming(TransactionSettings settings) {
            return new Way(Duration.ofHours(2), ResizePolicy.Mode.RECOMMEND, settings, Duration.ZERO);
        }
    }

    /// A right-sizer that sees the cluster, until it is closed.
    static final class Replica implements AutoCloseable {

        private final AtomicInteger passes = new AtomicInteger();
        private final ImageWriter writer;
        private final ClusterObserver observer;
        private final Rightsizer rightsizer;

        private Replica(LadderStage stage, ApiServer server, Way way) throws InterruptedException {
            var clock = Clock.offset(Clock.systemUTC(), way.later());
            var context = LoopContext.real(clock, new SimpleMeterRegistry());
            writer = new ImageWriter(clock, context.meters());
            observer = new ClusterObserver(
                    stage.client(), writer, new ObserverSettings(List.of()), clock, context.meters());
            var surroundings = way.moves().isZero()
                    ? Surroundings.NONE
                    : Surroundings.NONE.withMover(new AwaitedMoves(writer, context, way.moves()));
            rightsizer = new Rightsizer(
                    writer,
                    () -> List.of(stage.policy(way.mode())),
                    surroundings,
                    owner -> used(stage.use(owner), clock.millis()),
                    new ApiActions(server),
                    new ApiPods(server),
                    stage.journal(server),
                    new Sizings() {
                        @Override
                        public void decided(List<WorkloadSizing> sizings) {
                            passes.incrementAndGet();
                        }

                        @Override
                        public void ended(Change change, ChangeResult result) {}
                    },
                    context,
                    new RightsizerSettings(OFTEN, 5, Duration.ofSeconds(30), false, way.settings()));
            observer.start();
            assertThat(observer.awaitSynced(PATIENCE)).isTrue();
            rightsizer.start();
        }

        /// Whether all is done that it has found to do: of what it has just done, its next pass knows.
        boolean isDone() {
            return passes.get() >= 2 && rightsizer.isIdle();
        }

        @Override
        public void close() {
            rightsizer.close();
            observer.close();
            writer.close();
        }
    }

    /// @param server as the process sees it
    Replica replica(ApiServer server, Way way) throws InterruptedException {
        return new Replica(this, server, way);
    }

    /// Lets one act until its life is over or the raise is ended, and then another one until nothing is left to do.
    ///
    /// @param beside what happens meanwhile, over and over
    /// @param between what happens when nobody acts
    void live(ApiServer server, Life life, Way way, Runnable beside, Runnable between) throws InterruptedException {
        try (var link = new ApiLink(client, life);
                var mortal = link.server();
                var _ = replica(mortal, way)) {
            await().atMost(PATIENCE).until(() -> {
                beside.run();
                return life.isOver() || isRaiseEnded(server);
            });
        }
        assertDeath(life);
        between.run();
        awaitEnd(server, way, beside);
        assertExplained(server, life.end());
    }

    /// The request at which it was to end came.
    static void assertDeath(Life life) {
        if (!life.isOver() && !life.end().isEmpty()) {
            throw new Survived(life);
        }
    }

    /// The request at which a life was to end did not come.
    static final class Survived extends AssertionError {

        private static final long serialVersionUID = 1;

        private Survived(Life life) {
            super(life.end() + ", of " + life.steps());
        }
    }

    /// Lets another one act until nothing is left to do.
    ///
    /// @param beside what happens meanwhile, over and over
    void awaitEnd(ApiServer server, Way way, Runnable beside) throws InterruptedException {
        try (var replica = replica(server, way)) {
            await().atMost(PATIENCE).until(() -> {
                beside.run();
                return replica.isDone();
            });
        }
    }

    private double use(Owner workload) {
        return (double) (workload.name().equals(WEB) ? 400 : neighbourUse);
    }

    private ResizePolicy policy(ResizePolicy.Mode mode) {
        var at = ContainerSizing.DEFAULT;
        var sizing = new ContainerSizing(at.cpu(), at.memory(), at.memoryRule(), at.limits(), 0.1);
        return new ResizePolicy(
                new PolicyCandidate(
                        Optional.of(namespace),
                        "sized",
                        0,
                        0,
                        false,
                        owner -> owner.namespace().equals(namespace)),
                mode,
                Recommender.all().getFirst().name(),
                name -> Optional.of(sizing),
                now -> true,
                Duration.ofHours(1).toMillis(),
                0,
                Set.of(ContainerRole.MAIN),
                0,
                List.of(PAUSE),
                false);
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
    }
}
