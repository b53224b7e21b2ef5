package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.OomKill;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.rightsizer.OomReport.Memory;
import io.plimsoll.rightsizer.OomReport.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A pod of the StatefulSet `db`: its container `app` was killed at 64Mi at 03:12 and given 164Mi half a minute
/// later.
class OomReportsTest {

    private static final long MIB = 1L << 20;
    private static final Owner DB = new Owner("shop", "StatefulSet", "db");
    private static final long KILLED = Instant.parse("2026-11-21T03:12:10Z").toEpochMilli();
    private static final long CHANGED = KILLED + 30_000;
    private static final long NOW = CHANGED + 60_000;

    private OptionalLong template = OptionalLong.empty();
    private int asked;
    private boolean isSelected = true;
    private final OomReports reports = new OomReports((workload, container) -> {
        asked++;
        return template;
    });
    private List<WorkloadSizing> decided = List.of();
    private final List<OomKill> kills = new ArrayList<>(List.of(kill("app", 0, 64, KILLED)));

    @Test
    void raise_afterAKill_isToldInASentenceForWhoHasNeverHeardOfIt() {
        reports.ended(raise(64, 164), applied(raise(64, 164)), CHANGED);

        var told = told(image(164), NOW);

        assertThat(told)
                .containsExactly(new OomReport(
                        DB,
                        "app",
                        State.RAISED,
                        "shop/db-1",
                        1,
                        KILLED,
                        0,
                        new Memory(32 * MIB, 64 * MIB),
                        new Memory(164 * MIB, 164 * MIB),
                        "see shop/db-1"));
        assertThat(told.getFirst().sentence())
                .isEqualTo("Container app was killed for memory at its limit of 64Mi (2026-11-21 03:12 UTC). Plimsoll"
                        + " raised its limit to 164Mi and its request from 32Mi to 164Mi in the running pods. Write"
                        + " that into the template of StatefulSet db: pods that are made later start with what stands"
                        + " there, unless Plimsoll's webhook sizes them.");
    }

    /// What a developer can change: neither a pod nor the template of a Job that is there.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Deployment | RAISED     | Write that into the template of Deployment x: pods that are made later start
            Rollout    | RAISED     | Write that into the template of Rollout x: pods that are made later start
            CronJob    | RAISED     | Write that into the jobTemplate of CronJob x: later runs start with
            Job        | RAISED     | Write that into what creates Job x, whose own template cannot be changed: later Jobs
            Pod        | RAISED     | Write that into the manifest that Pod x is made from: nobody makes it anew, and pods
            CronJob    | NEW_PODS   | Write that into the jobTemplate of CronJob x, and they do without it too.
            Job        | NEW_PODS   | Write that into what creates Job x, whose own template cannot be changed, and
            Pod        | NEW_PODS   | It needs 164Mi or more. Write that into the manifest that Pod x is made from, and make it anew.
            Deployment | TAKEN_BACK | raise the limit in the template of Deployment x, or find out
            Job        | TAKEN_BACK | raise the limit in what creates Job x, whose own template cannot be changed, or find
            Pod        | TAKEN_BACK | raise the limit in the manifest that Pod x is made from and make it anew, or
            Pod        | FAILED     | Look at the pod, and make it anew if it does not run well.
            ReplicaSet | FAILED     | Look at the pods, and delete those that do not run well.
            """)
    void sentence_ofAKind_saysWhatCanBeDoneThere(String kind, State state, String advice) {
        var report = new OomReport(
                new Owner("shop", kind, "x"),
                "app",
                state,
                "",
                1,
                KILLED,
                0,
                new Memory(32 * MIB, 64 * MIB),
                new Memory(164 * MIB, 164 * MIB),
                "no room");

        assertThat(report.sentence()).contains(advice);
    }

    @Test
    void raise_thatDidNotDo_saysHowOftenItWasKilledBeforeAndSince() {
        kills.add(kill("app", 1, 64, KILLED - 60_000));
        kills.add(kill("app", 2, 164, NOW));
        reports.ended(raise(64, 164), applied(raise(64, 164)), CHANGED);

        var told = told(image(164), NOW).getFirst();

        assertThat(told.sentence())
                .contains("at its limit of 64Mi (2 times, last at 2026-11-21 03:12 UTC)")
                .contains("in the running pods; since then it was killed once more.");
    }

    @Test
    void raise_thatFoundNoRoom_saysSoAndThatItWillBeKilledAgain() {
        var change = raise(64, 164);
        reports.ended(
                change,
                ChangeResult.of("shop/db-1", change, ChangePhase.REVERTED, "no room on the node: memory"),
                CHANGED);

        var told = told(image(64), NOW).getFirst();

        assertThat(told.state()).isEqualTo(State.TAKEN_BACK);
        assertThat(told.sentence())
                .contains("Plimsoll tried to raise its limit to 164Mi")
                .contains("took that back. It will be killed again: raise the limit in the template of StatefulSet db")
                .endsWith("Why it was taken back: no room on the node: memory");
    }

    /// Its node has said no to what was before, too: the pod stands as the change has set it.
    @Test
    void raise_thatCouldNotBeTakenBackEither_isToldWhicheverLimitItsPodsHave() {
        var change = raise(64, 164);
        reports.ended(change, ChangeResult.of("shop/db-1", change, ChangePhase.FAILED, "no room"), CHANGED);

        assertThat(told(image(164), NOW)).extracting(OomReport::state).containsExactly(State.FAILED);
        assertThat(told(image(64), NOW)).extracting(OomReport::state).containsExactly(State.FAILED);
        assertThat(told(image(200), NOW)).isEmpty();
    }

    @Test
    void raise_ofAWorkloadThatNoPolicySelectsAnyMore_isNotToldUntilOneDoesAgain() {
        reports.ended(raise(64, 164), applied(raise(64, 164)), CHANGED);

        isSelected = false;
        assertThat(told(image(164), NOW)).isEmpty();

        isSelected = true;
        assertThat(told(image(164), NOW)).hasSize(1);
    }

    /// Two pods, of which one found no room: the other one runs with more.
    @Test
    void raise_thatSomePodsRunWith_isTold() {
        var change = raise(64, 164);
        var result = new ChangeResult(
                "shop/db-1",
                List.of(
                        new ChangeResult.PodResult(change.pods().getFirst(), ChangePhase.APPLIED, ""),
                        new ChangeResult.PodResult(change.pods().getFirst(), ChangePhase.REVERTED, "no room")));

        reports.ended(change, result, CHANGED);

        assertThat(told(image(64, 164), NOW)).extracting(OomReport::state).containsExactly(State.RAISED);
    }

    @Test
    void report_aWeekOld_isDropped() {
        reports.ended(raise(64, 164), applied(raise(64, 164)), CHANGED);
        long week = Duration.ofDays(7).toMillis();

        assertThat(told(image(164), CHANGED + week - 1)).hasSize(1);
        assertThat(told(image(164), CHANGED + week)).isEmpty();
    }

    /// Whether higher or lower: what is told is not so any more.
    @Test
    void report_ofALimitThatSomebodyHasChangedSince_isDropped() {
        reports.ended(raise(64, 164), applied(raise(64, 164)), CHANGED);

        assertThat(told(image(256), NOW)).isEmpty();
        assertThat(told(image(64), NOW)).isEmpty();
    }

    /// The image lags behind the change by a moment; and while a workload is scaled to zero nobody has changed
    /// anything.
    @Test
    void report_hiddenByAnImageThatLags_isThereWithTheNextOne() {
        reports.ended(raise(64, 164), applied(raise(64, 164)), CHANGED);

        assertThat(told(image(64), NOW)).isEmpty();
        assertThat(told(image(164), NOW)).hasSize(1);
        assertThat(told(image(), NOW)).hasSize(1);
    }

    @Test
    void report_ofARaiseThatWasTakenBackByHand_isDropped() {
        reports.remember(List.of(logged("shop/db-1", raise(64, 164), ChangePhase.APPLIED)));
        var undo = new Change(DB, "", "Undone", "takes it back", Optional.of("db-1"), List.of(pod(164, 64)));
        assertThat(told(image(164), NOW)).hasSize(1);

        reports.remember(List.of(logged("shop/db-2", undo, ChangePhase.APPLIED)));

        assertThat(told(image(164), NOW)).isEmpty();
    }

    @Test
    void twoRaises_ofOneContainer_areToldByTheLastOne() {
        reports.remember(List.of(logged("shop/db-1", raise(64, 164), ChangePhase.APPLIED)));
        reports.ended(
                raise(164, 264),
                ChangeResult.of("shop/db-2", raise(164, 264), ChangePhase.APPLIED, ""),
                CHANGED + 30_000);

        assertThat(told(image(264, 164), NOW)).extracting(OomReport::record).containsExactly("shop/db-2");
    }

    /// The list after a restart shows the kill as if it had been at the limit of now.
    @Test
    void report_afterARestart_isTheSameByTheRecord() {
        kills.set(0, kill("app", 0, 164, KILLED));
        reports.remember(List.of(logged("shop/db-1", raise(64, 164), ChangePhase.APPLIED)));

        var told = told(image(164), NOW).getFirst();

        assertThat(told.kills()).isEqualTo(1);
        assertThat(told.killedAtMillis()).isEqualTo(KILLED);
        assertThat(told.killsSince()).isZero();
        assertThat(told.before().limitBytes()).isEqualTo(64 * MIB);
    }

    @Test
    void report_ofPodsThatAreGone_hasTheTimeOfItsRecord() {
        kills.clear();
        reports.remember(List.of(logged("shop/db-1", raise(64, 164), ChangePhase.APPLIED)));

        assertThat(told(image(164), NOW)).extracting(OomReport::killedAtMillis).containsExactly(CHANGED);
    }

    /// What its usage raised in the same change was not killed.
    @Test
    void container_thatWasRaisedBesideTheKilledOne_isNotTold() {
        var both = new PodChange(
                new PodKey("shop", "db-0"),
                "u-0",
                List.of(container("app", 64), container("proxy", 64)),
                List.of(container("app", 164), container("proxy", 80)));
        var change = new Change(DB, "shop/p", "OomKilled", "killed", Optional.empty(), List.of(both));

        reports.ended(change, applied(change), CHANGED);

        assertThat(told(image(164), NOW)).extracting(OomReport::container).containsExactly("app");
    }

    /// Somebody has done what the report says; it is looked for every five minutes.
    @Test
    void report_ofALimitThatTheTemplateHasByNow_isDropped() {
        reports.ended(raise(64, 164), applied(raise(64, 164)), CHANGED);
        template = OptionalLong.of(64 * MIB);
        assertThat(told(image(164), NOW)).hasSize(1);
        template = OptionalLong.of(164 * MIB);

        assertThat(told(image(164), NOW + 60_000)).hasSize(1);
        assertThat(asked).isEqualTo(1);
        assertThat(told(image(164), NOW + 5 * 60_000)).isEmpty();
        assertThat(told(image(164), NOW + 6 * 60_000)).isEmpty();
        assertThat(asked).isEqualTo(2);
    }

    /// A Job's pods never live long enough to be changed: there is no record.
    @Test
    void kill_ofAPodThatIsNotResized_isToldAsWhatNewPodsStartWith() {
        decided = List.of(starting(SkipReason.NO_PODS, ContainerRole.MAIN));

        var told = told(image(), NOW);

        assertThat(told).extracting(OomReport::state).containsExactly(State.NEW_PODS);
        assertThat(told.getFirst().sentence())
                .isEqualTo(
                        "Container app was killed for memory at its limit of 64Mi (2026-11-21 03:12 UTC). New pods are"
                                + " started with 164Mi or more, where Plimsoll's webhook is installed. Write that into the"
                                + " template of StatefulSet db, and they do without it too.");
        assertThat(told(image(), KILLED + Duration.ofDays(7).toMillis())).isEmpty();
    }

    @Test
    void kill_thatIsOnlyRecommendedFor_isNoReportUntilPodsStartWithItButOfAnInitContainer() {
        decided = List.of(starting(SkipReason.RECOMMEND_ONLY, ContainerRole.MAIN));
        assertThat(told(image(64), NOW)).isEmpty();

        decided = List.of(starting(SkipReason.FITS, ContainerRole.MAIN));
        assertThat(told(image(164), NOW)).extracting(OomReport::state).containsExactly(State.NEW_PODS);

        decided = List.of(starting(SkipReason.FITS, ContainerRole.INIT));
        assertThat(told(image(64), NOW)).extracting(OomReport::state).containsExactly(State.NEW_PODS);
    }

    private static WorkloadSizing starting(SkipReason skipped, ContainerRole role) {
        var kills = List.<SizingReason>of(new SizingReason.OomKilled(1, 64 * MIB, 164 * MIB));
        var memory = new ResourceRecommendation(
                ResourceKind.MEMORY, 32 * MIB, 164 * MIB, 164 * MIB, 164 * MIB, 164 * MIB, 0, kills);
        var cpu = ResourceRecommendation.unchanged(ResourceKind.CPU, 100, new SizingReason.NoHistory());
        var policy = new PolicyCandidate(Optional.of("shop"), "p", 0, 0, false, owner -> true);
        return new WorkloadSizing(
                DB,
                PolicyChoice.among(List.of(policy), DB).orElseThrow(),
                List.of(new ContainerRecommendation("app", "percentile", cpu, memory, 0).as(role)),
                new ResizePlan.Skipped(skipped, ""));
    }

    @Test
    void change_forUsageOrThatWasNotMade_isNoReport() {
        var usage = new Change(DB, "shop/p", "UsageChanged", "", Optional.empty(), List.of(pod(64, 164)));
        reports.ended(usage, applied(usage), CHANGED);
        reports.ended(raise(64, 164), ChangeResult.of("", raise(64, 164), ChangePhase.ABANDONED, "no answer"), CHANGED);
        reports.remember(List.of(logged("shop/db-3", raise(64, 164), ChangePhase.UNDONE)));

        assertThat(told(image(164), NOW)).isEmpty();
    }

    private List<OomReport> told(ClusterImage image, long nowMillis) {
        var found = reports.now(
                image,
                workload -> isSelected,
                decided,
                (workload, container) -> kills.stream()
                        .filter(kill -> kill.container().equals(container))
                        .toList(),
                nowMillis);
        assertThat(Map.of(DB, found.getOrDefault(DB, List.of()))).containsAllEntriesOf(found);
        return found.getOrDefault(DB, List.of());
    }

    private static Change raise(long fromMib, long toMib) {
        return new Change(DB, "shop/p", "OomKilled", "killed", Optional.empty(), List.of(pod(fromMib, toMib)));
    }

    private static PodChange pod(long fromMib, long toMib) {
        return new PodChange(
                new PodKey("shop", "db-0"),
                "u-0",
                List.of(container("app", fromMib)),
                List.of(container("app", toMib)));
    }

    private static ChangeResult applied(Change change) {
        return ChangeResult.of("shop/db-1", change, ChangePhase.APPLIED, "");
    }

    private static Logged logged(String name, Change change, ChangePhase phase) {
        return new Logged(name, CHANGED, change, phase);
    }

    private static OomKill kill(String container, int restart, long limitMib, long atMillis) {
        return new OomKill(
                DB, "u-0", container, "", restart, limitMib * MIB, 0, atMillis, 0, OomKill.Kind.CONTAINER_LIMIT);
    }

    private static ContainerSpec container(String name, long limitMib) {
        long request = limitMib == 64 ? 32 : limitMib;
        return new ContainerSpec(name, new Resources(100, request * MIB), new Resources(0, limitMib * MIB));
    }

    /// A pod for each limit.
    private static ClusterImage image(long... limitsMib) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        IntStream.range(0, limitsMib.length)
                .forEach(i -> delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                        new PodKey("shop", "db-" + i),
                        "u-" + i,
                        Optional.of(DB),
                        Optional.of("n1"),
                        PodPhase.RUNNING,
                        true,
                        0,
                        1,
                        false,
                        List.of(container("app", limitsMib[i])),
                        Resources.NONE,
                        Set.of()))));
        return delta.apply();
    }
}
