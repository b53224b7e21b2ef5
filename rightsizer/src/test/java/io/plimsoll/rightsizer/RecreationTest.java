package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.action.RecreatablePods;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Evictions of pods that cannot be resized in place, at an API server and a controller that answer as told.
class RecreationTest {

    private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final Resources BEFORE = new Resources(100, 64 << 20);
    private static final Resources AFTER = new Resources(900, 64 << 20);

    private final List<String> log = new ArrayList<>();
    /// Requests before which the pod gets its next version.
    private final Set<String> conflicts = new HashSet<>();
    private final MemoryJournal journal = new MemoryJournal();
    private ClusterImage image = image(pod("web-1", BEFORE), pod("web-2", BEFORE));
    private Optional<String> unsized = Optional.empty();
    private RecreatablePods.Look look = new RecreatablePods.Look.Evictable("7");
    private Outcome dryRun = new Outcome.Done();
    private Outcome eviction = new Outcome.Done();
    /// What the controller makes when the pod is gone, at the next look.
    private Optional<PodSpec> successor = Optional.of(pod("web-3", AFTER));

    private long nanos;

    @Test
    void pod_whoseSuccessorIsSized_isRecordedEvictedWithItsVersionAndApplied() throws Exception {
        var result = run();

        assertThat(only(result)).isEqualTo(ended(ChangePhase.APPLIED, "pod web-3 took its place"));
        assertThat(log).containsExactly("dry run web-1 u-web-1 7", "evict web-1 u-web-1 7");
        assertThat(journal.records())
                .singleElement()
                .satisfies(record -> assertThat(record.change().code()).isEqualTo("Recreated"))
                .satisfies(record -> assertThat(record.phase()).isEqualTo(ChangePhase.APPLIED));
    }

    /// It would come back as it was, and be evicted again, and again.
    @Test
    void pod_whereNewPodsAreNotSized_staysWithWhatToInstall() throws Exception {
        unsized = Optional.of("install manifests/overlays/webhook");

        assertThat(only(run())).isEqualTo(ended(ChangePhase.ABANDONED, "install manifests/overlays/webhook"));
        assertThat(log).isEmpty();
        assertThat(journal.records()).isEmpty();
    }

    @Test
    void pod_thatTheApiServerHasAReasonToKeep_stays() throws Exception {
        look = new RecreatablePods.Look.Kept("what is in its volume data would be lost");

        assertThat(only(run())).isEqualTo(ended(ChangePhase.ABANDONED, "what is in its volume data would be lost"));
        assertThat(log).isEmpty();
    }

    static Stream<ClusterEvent> optOuts() {
        var evict = Map.of("opt-out.plimsoll.io/evict", "true");
        var all = Map.of("opt-out.plimsoll.io/all", "true");
        return Stream.of(evict, all)
                .map(OptOut::in)
                .flatMap(optOuts -> Stream.of(
                        new ClusterEvent.PodApplied(pod("web-1", BEFORE, 0, optOuts)),
                        new ClusterEvent.OwnerApplied(new OwnerSpec(WEB, Optional.empty(), 2, optOuts)),
                        new ClusterEvent.NamespaceApplied("shop", optOuts)));
    }

    /// Also where the API server's own look at the pod says nothing: it does not see these of others.
    @ParameterizedTest
    @MethodSource("optOuts")
    void pod_thatOptsOutOfEvictions_orItsWorkload_orItsNamespace_stays(ClusterEvent optOut) throws Exception {
        see(optOut);

        assertThat(only(run()))
                .isEqualTo(ended(
                        ChangePhase.ABANDONED,
                        "it, its workload or its namespace opts out (opt-out.plimsoll.io/evict)"));
        assertThat(log).isEmpty();
        assertThat(journal.records()).isEmpty();
    }

    @Test
    void pod_ofANamespaceThatIsBeingDeleted_stays() throws Exception {
        see(new ClusterEvent.NamespaceApplied("shop", Set.of(), Map.of(), true));

        assertThat(only(run()))
                .isEqualTo(
                        ended(ChangePhase.ABANDONED, "its namespace is being deleted: no pod could come in its place"));
        assertThat(log).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_SAFE_TO_EVICT  | cluster-autoscaler.kubernetes.io/safe-to-evict says that it is not to be evicted",
                "DO_NOT_DISRUPT     | karpenter.sh/do-not-disrupt says that it is not to be disturbed",
                "PREFER_NO_EVICTION | descheduler.alpha.kubernetes.io/prefer-no-eviction asks for it to be left"
            })
    void pod_thatSomebodyElsesMarkKeeps_stays(PodTrait mark, String words) throws Exception {
        see(new ClusterEvent.PodApplied(pod("web-1", BEFORE).withTraits(PodTraits.of(mark))));

        assertThat(only(run())).isEqualTo(ended(ChangePhase.ABANDONED, words));
        assertThat(log).isEmpty();
    }

    @Test
    void pod_thatIsCriticalToTheSystem_stays() throws Exception {
        see(new ClusterEvent.PodApplied(pod("web-1", BEFORE, 2_000_000_000, Set.of())));

        assertThat(only(run()).message())
                .isEqualTo("the cluster needs it: its priority is that of system-critical pods");
        assertThat(log).isEmpty();
    }

    /// What keeps a pod where it is, since its place elsewhere could not be judged, says nothing against another one.
    @Test
    void pod_thatOnlyMovesWouldLeave_isRecreated() throws Exception {
        see(new ClusterEvent.PodApplied(
                pod("web-1", BEFORE, 1_999_999_999, Set.of(OptOut.SCORE)).withTraits(PodTraits.of(PodTrait.VOLUME))));

        assertThat(only(run()).phase()).isEqualTo(ChangePhase.APPLIED);
    }

    private void see(ClusterEvent event) {
        var delta = new ClusterDelta(image);
        delta.replay(event);
        image = delta.apply();
    }

    @Test
    void pod_thatIsTheOnlyOneOfItsWorkload_stays() throws Exception {
        image = image(pod("web-1", BEFORE));

        assertThat(only(run())).isEqualTo(ended(ChangePhase.ABANDONED, "it is the only pod of its workload"));
    }

    /// It is being recreated, perhaps: one at a time.
    @Test
    void pod_besideOneThatIsNotReady_stays() throws Exception {
        image = image(pod("web-1", BEFORE), with(pod("web-2", BEFORE), false, false));
        assertThat(only(run()).message()).isEqualTo("pod web-2 of its workload is not ready");

        image = image(pod("web-1", BEFORE), with(pod("web-2", BEFORE), true, true));
        assertThat(only(run()).message()).isEqualTo("pod web-2 of its workload is not ready");
        assertThat(log).isEmpty();
    }

    @Test
    void pod_ofAWorkloadThatHasFewerThanItWants_stays() throws Exception {
        see(new ClusterEvent.OwnerApplied(new OwnerSpec(WEB, Optional.empty(), 3, Set.of())));

        assertThat(only(run()).message()).isEqualTo("only 2 of 3 pods are there");
        assertThat(log).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BUDGET          | not evicted: its disruption budget allows none to go now: no",
                "SEVERAL_BUDGETS | not evicted: more than one disruption budget covers it, leave one: no",
                "OVERLOAD        | not evicted: the API server has too much to do, and asks to wait for 9 s: no",
                "CONFLICT        | not evicted: it changed in between: no",
                "GONE            | not evicted: no",
                "FORBIDDEN       | not evicted: no"
            })
    void eviction_refusedInItsDryRun_leavesNoRecordAndSaysWhatItMeans(Refusal refusal, String words) throws Exception {
        dryRun = new Outcome.Refused(refusal, "no", Optional.of(Duration.ofSeconds(9)));

        assertThat(only(run())).isEqualTo(ended(ChangePhase.ABANDONED, words));
        assertThat(journal.records()).isEmpty();
    }

    /// Its node writes its status, most of all after a change that was taken back: first before the dry run is
    /// answered, then before the eviction is.
    @Test
    void pod_thatChangesAfterItWasLookedAt_isLookedAtAgainAndEvictedAsItIsThen() throws Exception {
        conflicts.addAll(List.of("dry run 7", "evict 8"));

        assertThat(only(run())).isEqualTo(ended(ChangePhase.APPLIED, "pod web-3 took its place"));
        assertThat(log)
                .containsExactly(
                        "dry run web-1 u-web-1 7",
                        "dry run web-1 u-web-1 8",
                        "evict web-1 u-web-1 8",
                        "dry run web-1 u-web-1 9",
                        "evict web-1 u-web-1 9");
        assertThat(journal.records()).hasSize(1);
    }

    /// The budget was used up between the two.
    @Test
    void eviction_refusedAfterItsDryRun_closesTheRecordAndThePodIsThere() throws Exception {
        eviction = new Outcome.Refused(Refusal.BUDGET, "needs 1", Optional.empty());

        assertThat(only(run()))
                .isEqualTo(ended(
                        ChangePhase.ABANDONED, "not evicted: its disruption budget allows none to go now: needs 1"));
        assertThat(journal.records().getFirst().phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(image.pod(new PodKey("shop", "web-1"))).isPresent();
    }

    /// That counts as taken back, so that the workload is left alone for longer and longer.
    @Test
    void successor_thatAsksForWhatThePodDid_isSaid() throws Exception {
        successor = Optional.of(pod("web-3", BEFORE));

        var result = only(run());

        assertThat(result.phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(result.message()).startsWith("its successor web-3 asks for what it did");
    }

    @Test
    void successor_thatNeverComes_isForSomebodyToLookAt() throws Exception {
        successor = Optional.empty();

        var result = only(run());

        assertThat(result.phase()).isEqualTo(ChangePhase.FAILED);
        assertThat(result.message()).startsWith("no pod came in its place within 300 s");
    }

    @Test
    void eviction_withoutAnAnswerThatDidNotTakeEffect_isAbandonedWhenThePodStays() throws Exception {
        eviction = new Outcome.Failed("no answer");

        assertThat(only(run())).isEqualTo(ended(ChangePhase.ABANDONED, "the pod is there still: it was not evicted"));
    }

    /// The process was gone right after the record, or right after the eviction.
    @Test
    void recreation_resumed_isToldByThePod() throws Exception {
        var entry = (Entry.Written) journal.intend(change());

        assertThat(only(recreation().resume(entry, () -> false)))
                .isEqualTo(ended(ChangePhase.ABANDONED, "the pod is there: it was not evicted"));

        image = image(with(pod("web-2", BEFORE), true, false), pod("web-3", AFTER));
        assertThat(only(recreation().resume(entry, () -> false)).phase()).isEqualTo(ChangePhase.APPLIED);
    }

    /// A pod that was killed for memory waits for that. The successor came long before it is looked for again, and
    /// beside it there is one that was there before.
    @Test
    void recreation_thatMakesWayBeforeASuccessorIsThere_isLeftOpenAndToldByItWhenResumed() throws Exception {
        successor = Optional.empty();
        var recreation = recreation();

        var left = recreation.run(change(), () -> true);

        assertThat(only(left).phase()).isEqualTo(ChangePhase.INTENDED);
        assertThat(log).containsExactly("dry run web-1 u-web-1 7", "evict web-1 u-web-1 7");
        image = image(pod("web-2", BEFORE), pod("web-3", AFTER));
        nanos += Duration.ofHours(1).toNanos();
        var entry = new Entry.Written(left.record(), change(), left.pods());
        assertThat(only(recreation.resume(entry, () -> false)))
                .isEqualTo(ended(ChangePhase.APPLIED, "pod web-3 took its place"));
    }

    private ChangeResult run() throws InterruptedException {
        return recreation().run(change(), () -> false);
    }

    private Recreation recreation() {
        var context = new LoopContext(
                () -> NOON.plusNanos(nanos),
                () -> nanos,
                pause -> nanos += pause.toNanos(),
                new Random(1),
                new SimpleMeterRegistry());
        return new Recreation(port(), journal, () -> image, context, TransactionSettings.DEFAULT);
    }

    private ActionPort port() {
        return new ActionPort() {
            @Override
            public Outcome carryOut(Action action) {
                log.add("evict " + described(action));
                if (isChanged("evict", action)) {
                    return new Outcome.Refused(Refusal.CONFLICT, "changed", Optional.empty());
                }
                if (eviction.equals(new Outcome.Done())) {
                    var delta = new ClusterDelta(image);
                    delta.replay(new ClusterEvent.PodDeleted(action.pod()));
                    successor.ifPresent(pod -> delta.replay(new ClusterEvent.PodApplied(pod)));
                    image = delta.apply();
                }
                return eviction;
            }

            @Override
            public Outcome dryRun(Action action) {
                log.add("dry run " + described(action));
                return isChanged("dry run", action)
                        ? new Outcome.Refused(Refusal.CONFLICT, "changed", Optional.empty())
                        : dryRun;
            }

            @Override
            public RecreatablePods recreatable() {
                return new RecreatablePods() {
                    @Override
                    public Optional<String> unsized() {
                        return unsized;
                    }

                    @Override
                    public Look look(PodKey pod, String uid) {
                        return look;
                    }
                };
            }
        };
    }

    private boolean isChanged(String request, Action action) {
        var version = ((Action.Evict) action).resourceVersion().orElseThrow();
        boolean isChanged = conflicts.contains(request + " " + version);
        if (isChanged) {
            look = new RecreatablePods.Look.Evictable(String.valueOf(Integer.parseInt(version) + 1));
        }
        return isChanged;
    }

    private static String described(Action action) {
        return action instanceof Action.Evict(var pod, var uid, var version)
                ? pod.name() + " " + uid + " " + version.orElse("")
                : "no eviction";
    }

    private static PodChange podChange() {
        return new PodChange(
                new PodKey("shop", "web-1"),
                "u-web-1",
                List.of(new ContainerSpec("main", BEFORE, Resources.NONE)),
                List.of(new ContainerSpec("main", AFTER, Resources.NONE)));
    }

    private static Change change() {
        var inPlace =
                new Change(WEB, "shop/web", "UsageChanged", "it uses more", Optional.empty(), List.of(podChange()));
        return Recreation.of(inPlace, new PodResult(podChange(), ChangePhase.REVERTED, "no room on the node", true));
    }

    private static PodResult only(ChangeResult result) {
        assertThat(result.pods()).hasSize(1);
        return result.pods().getFirst();
    }

    private static PodResult ended(ChangePhase phase, String words) {
        return new PodResult(podChange(), phase, words);
    }

    private static ClusterImage image(PodSpec... pods) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.Confirmed(NOON.toEpochMilli()));
        delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(WEB, Optional.empty(), 2, Set.of())));
        for (var pod : pods) {
            delta.replay(new ClusterEvent.PodApplied(pod));
        }
        return delta.apply();
    }

    private static PodSpec pod(String name, Resources requests) {
        return pod(name, requests, 0, Set.of());
    }

    private static PodSpec pod(String name, Resources requests, int priority, Set<OptOut> optOuts) {
        return new PodSpec(
                new PodKey("shop", name),
                "u-" + name,
                Optional.of(WEB),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                priority,
                NOON.toEpochMilli(),
                false,
                List.of(new ContainerSpec("main", requests, Resources.NONE)),
                Resources.NONE,
                optOuts);
    }

    private static PodSpec with(PodSpec pod, boolean ready, boolean terminating) {
        return new PodSpec(
                pod.key(),
                pod.uid(),
                pod.owner(),
                pod.nodeName(),
                pod.phase(),
                ready,
                0,
                pod.boundAtMillis() - Duration.ofHours(1).toMillis(),
                terminating,
                pod.containers(),
                Resources.NONE,
                Set.of());
    }
}
