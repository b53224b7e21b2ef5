package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.action.ApiRecommendations.Standing;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.ResourceCondition.Truth;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.OomRaise;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.rightsizer.Sizings.Reach;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RecommendationTellerTest {

    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final Owner DB = new Owner("shop", "StatefulSet", "db");
    private static final long MEMORY = 64 << 20;

    private final List<WorkloadRecommendationStatus> written = new ArrayList<>();
    private final List<Owner> toldOf = new ArrayList<>();
    private Set<Owner> broken = Set.of();
    private final List<String> silenced = new ArrayList<>();
    private Optional<ApiException> trouble = Optional.empty();
    private Instant now = Instant.parse("2026-03-04T12:00:00Z");
    private Claimed claimed = Claimed.NONE;
    private ResizePlan plan = new ResizePlan.Skipped(SkipReason.TOO_LITTLE_DATA, "");
    private final RecommendationTeller teller =
            new RecommendationTeller(new Fake(), workload -> "metrics-api", () -> Savings.NONE, () -> now);

    private final class Fake implements RecommendationTeller.Recommendations, LeftRecommendations.Objects {

        @Override
        public void write(Owner workload, WorkloadRecommendationStatus status) throws IOException {
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            if (broken.contains(workload)) {
                throw new IllegalStateException("a fault");
            }
            toldOf.add(workload);
            written.add(status);
        }

        @Override
        public LeftRecommendations.Objects left() {
            return this;
        }

        @Override
        public List<Standing> standing() {
            return List.of();
        }

        @Override
        public void withoutPolicy(Owner workload, String message, Instant at) {
            if (broken.contains(workload)) {
                throw new IllegalStateException("a fault");
            }
            silenced.add(workload.name() + ": " + message);
        }

        @Override
        public void withoutPods(Owner workload, List<OomRaise> oomRaises, Optional<String> message) {}
    }

    /// A pass a minute for a day, in which nothing but confidence moves, from nothing to certainty.
    @Test
    void recommendation_whoseConfidenceAloneGrows_isWrittenTenTimesInAll() {
        int minutes = 24 * 60;

        for (int minute = 0; minute <= minutes; minute++) {
            pass(WEB, 100, (double) minute / minutes);
        }

        assertThat(written).hasSizeLessThanOrEqualTo(10);
        assertThat(written.getLast().containers().getFirst().confidencePercent())
                .isGreaterThanOrEqualTo(90);
    }

    @Test
    void recommendation_ofMeasurements_saysWhereTheyComeFromHowManyAndSinceWhen() {
        long newest = now.toEpochMilli();
        var measured = new SizingReason.Measured(40, Duration.ofMinutes(10).toMillis(), 0, 1);
        var container = new ContainerRecommendation(
                "main",
                "percentile",
                new ResourceRecommendation(ResourceKind.CPU, 100, 100, 100, 100, 100, 1, List.of(measured)),
                resource(ResourceKind.MEMORY, MEMORY, 1),
                newest);

        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(container), plan)));

        var told = written.getLast().containers().getFirst();
        assertThat(told.source()).isEqualTo("metrics-api");
        assertThat(told.samples()).isEqualTo(40);
        assertThat(told.firstSampleTime()).isEqualTo(now.minus(Duration.ofMinutes(10)));
        assertThat(told.lastSampleTime()).isEqualTo(now);
        assertThat(told.limits()).isNull();
    }

    @Test
    void recommendation_whoseLimitsAloneMove_isWrittenWithThem() {
        var stays = new ContainerRecommendation(
                "main",
                "percentile",
                resource(ResourceKind.CPU, 100, 1),
                resource(ResourceKind.MEMORY, MEMORY, 1),
                now.toEpochMilli());
        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(stays), plan)));

        var moves = stays.with(new Resources(0, 128 << 20));
        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(moves), plan)));

        assertThat(written).hasSize(2);
        assertThat(written.getLast().containers().getFirst().limits())
                .isEqualTo(new ResourceAmounts(null, new Quantity("128Mi")));
    }

    /// The pod asks for the most that runs side by side: 300m of the init container, then 100m.
    @Test
    void recommendation_ofAnInitContainer_saysInWordsThatItAppliesWhenAPodIsMade() {
        var main = new ContainerRecommendation(
                "main", "percentile", resource(ResourceKind.CPU, 100, 1), resource(ResourceKind.MEMORY, MEMORY, 1), 0);
        var migrate = new ContainerRecommendation(
                        "migrate",
                        "percentile",
                        resource(ResourceKind.CPU, 300, 1),
                        resource(ResourceKind.MEMORY, MEMORY, 1),
                        0)
                .as(ContainerRole.INIT);

        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(main, migrate), plan)));

        var told = written.getLast();
        assertThat(told.containers().getFirst().init()).isNull();
        assertThat(told.containers().getFirst().reasons()).doesNotContain("AtCreation");
        assertThat(told.containers().getLast().init()).isTrue();
        assertThat(told.containers().getLast().reasons()).startsWith("AtCreation");
        assertThat(told.containers().getLast().message()).startsWith("Applies when a pod is made: init containers");
        assertThat(Optional.ofNullable(told.pod())
                        .map(WorkloadRecommendationStatus.PodTotals::target)
                        .map(ResourceAmounts::cpu))
                .contains(new Quantity("300m"));
    }

    /// The kubelet starts its container again and again, with the limit of before.
    @Test
    void recommendation_ofAnInitContainerThatWasKilled_saysThatAPodThatIsStuckIsToBeDeleted() {
        var killed = List.<SizingReason>of(new SizingReason.OomKilled(2, MEMORY, 164 << 20));
        var migrate = new ContainerRecommendation(
                        "migrate",
                        "percentile",
                        resource(ResourceKind.CPU, 300, 1),
                        new ResourceRecommendation(
                                ResourceKind.MEMORY, MEMORY, 164 << 20, 164 << 20, 164 << 20, 164 << 20, 1, killed),
                        0)
                .as(ContainerRole.INIT);

        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(migrate), plan)));

        assertThat(written.getLast().containers().getFirst().message())
                .contains("A pod that waits for it (Init:CrashLoopBackOff) keeps its limit until it is deleted.");
    }

    /// What was so is said not to be so any more, since when.
    @Test
    void conditions_ofAWorkloadThatIsLeftAloneAndOwned_areTrueUntilItIsNot() {
        pass(WEB, 100, 1);
        var before = now;
        plan = new ResizePlan.Skipped(SkipReason.REVERTED_OFTEN, "for 20 h yet");
        claimed = Claimed.by("HorizontalPodAutoscaler web", List.of(ResourceKind.CPU));
        pass(WEB, 100, 1);
        var between = now;
        pass(WEB, 200, 1);

        assertThat(written.getFirst().conditions())
                .extracting(ResourceCondition::type, ResourceCondition::status, ResourceCondition::lastTransitionTime)
                .containsExactly(
                        tuple("LeftAlone", Truth.FALSE, before), tuple("OwnedByAutoscaler", Truth.FALSE, before));
        assertThat(written.getLast().conditions())
                .extracting(ResourceCondition::type, ResourceCondition::status, ResourceCondition::lastTransitionTime)
                .containsExactly(
                        tuple("LeftAlone", Truth.TRUE, between), tuple("OwnedByAutoscaler", Truth.TRUE, between));
        assertThat(written.getLast().conditions())
                .extracting(ResourceCondition::message)
                .satisfiesExactly(
                        left -> assertThat(left).contains("had to be taken back", "for 20 h yet"),
                        owned -> assertThat(owned).isEqualTo("HorizontalPodAutoscaler web owns CPU"));
    }

    /// It is due again and again, and refused each time.
    @Test
    void change_thatCameToNothing_isToldWithTheReasonAlsoWhileItIsDueAgain() {
        var change = change();
        plan = new ResizePlan.Due(change, Duration.ZERO);

        pass(WEB, 100, 1);
        teller.ended(change, ChangeResult.of("", change, ChangePhase.ABANDONED, "refused in a dry run: no"));
        pass(WEB, 100, 1);

        assertThat(written)
                .extracting(WorkloadRecommendationStatus::message)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("to be changed now"),
                        then -> assertThat(then)
                                .doesNotContain("to be changed now")
                                .contains("was not made: refused in a dry run: no"));
    }

    /// Each time by a fifth, each minute for an hour: up at once, down after five minutes.
    @Test
    void recommendation_thatFlaps_isWrittenTwiceInFiveMinutes() {
        for (int minute = 0; minute < 60; minute++) {
            pass(WEB, minute % 2 == 0 ? 100 : 120, 1);
        }

        assertThat(written).hasSizeBetween(2, 2 * 12);
    }

    @Test
    void recommendation_thatGrows_isWrittenAtOnce() {
        pass(WEB, 100, 1);
        pass(WEB, 120, 1);

        assertThat(written)
                .extracting(
                        status -> String.valueOf(status.containers().getFirst().target()))
                .satisfiesExactly(
                        first -> assertThat(first).contains("100m"),
                        second -> assertThat(second).contains("120m"));
    }

    /// A write leaves alone what it does not name.
    @Test
    void workload_thatCouldNotBeDecided_keepsItsFiguresAndIsSaidToBeLeftForThat() {
        pass(WEB, 100, 1);
        plan = new ResizePlan.Skipped(SkipReason.UNDECIDED, "java.lang.ArithmeticException: / by zero");

        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(), plan)));

        assertThat(written.getLast().containers()).isEmpty();
        assertThat(written.getLast().saving()).isNull();
        assertThat(written.getLast().message()).contains("fault of Plimsoll's", "/ by zero");
        assertThat(String.valueOf(written.getLast().lastSkipped())).contains("Undecided");
    }

    /// An override of the policy is set for all containers, and taken away again: the figures are those of before.
    @Test
    void workload_whoseContainersThePolicyLeavesOut_losesItsFiguresUntilItDoesNotAnyMore() {
        var sized = plan;
        teller.reached(workload -> Reach.SELECTED);
        pass(WEB, 100, 1);

        plan = new ResizePlan.Skipped(SkipReason.LEFT_OUT, "");
        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(), plan)));
        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(), plan)));
        assertThat(silenced).hasSize(1).first().asString().startsWith("web: its policy leaves all");

        plan = sized;
        pass(WEB, 100, 1);
        assertThat(written).hasSize(2);
    }

    /// A right-sizer that has just started knows of no use yet.
    @Test
    void workload_thatIsNotMeasuredYet_keepsItsFigures() {
        teller.reached(workload -> Reach.SELECTED);
        pass(WEB, 100, 1);

        teller.decided(List.of(new WorkloadSizing(WEB, choice(), List.of(), plan)));

        assertThat(silenced).isEmpty();
        assertThat(written).hasSize(1);
    }

    /// Three passes over three workloads; the second of them is broken at first.
    @Test
    void recommendation_thatMeetsAFault_isLoggedOnceAndKeepsNoneOfTheOthers() {
        var job = new Owner("shop", "Job", "nightly");
        var sizings = List.of(sizing(WEB, 100, 1), sizing(DB, 100, 1), sizing(job, 100, 1));
        broken = Set.of(DB);

        var lines = logged(() -> {
            teller.decided(sizings);
            teller.decided(sizings);
        });
        assertThat(toldOf).containsExactly(WEB, job);
        broken = Set.of();
        teller.decided(sizings);

        assertThat(toldOf).containsExactly(WEB, job, DB);
        assertThat(lines)
                .extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
                .containsExactly("ERROR Of 1 workloads it could not be told what is recommended, which is a fault of"
                        + " Plimsoll's; the others go on. The first is shop/StatefulSet/db");
    }

    @Test
    void workload_thatMeetsAFaultWhenItIsLeft_keepsNoneOfTheOthers() {
        teller.decided(List.of(sizing(WEB, 100, 1), sizing(DB, 100, 1)));
        teller.reached(workload -> Reach.UNSELECTED);
        broken = Set.of(WEB, DB);
        teller.decided(List.of());
        broken = Set.of(WEB);

        teller.decided(List.of());

        assertThat(silenced).singleElement().asString().startsWith("db: no policy selects this workload any more");
    }

    private static List<ILoggingEvent> logged(Runnable run) {
        var log = (Logger) LoggerFactory.getLogger(RecommendationTeller.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        try {
            run.run();
        } finally {
            log.detachAppender(lines);
        }
        return lines.list;
    }

    /// Ten passes over two workloads, then it is granted, then taken away again.
    @Test
    void recommendations_thatMayNotBeWritten_areWarnedOfOnceEachTimeThatBegins() {
        var lines = logged(() -> {
            trouble = Optional.of(new ApiException("403 forbidden", 403));
            for (int pass = 0; pass < 10; pass++) {
                teller.decided(List.of(sizing(DB, 100, 1), sizing(WEB, 100, 1)));
            }
            trouble = Optional.empty();
            teller.decided(List.of(sizing(DB, 100, 1), sizing(WEB, 100, 1)));
            trouble = Optional.of(new ApiException("403 forbidden", 403));
            teller.decided(List.of(sizing(DB, 200, 1), sizing(WEB, 200, 1)));
        });

        var warning = "Some recommendations could not be written, tried again each pass; the first is that of "
                + "shop/StatefulSet/db: 403 forbidden";
        assertThat(lines)
                .filteredOn(line -> line.getLevel() == Level.WARN)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(warning, warning);
        assertThat(written).hasSize(2);
    }

    /// Until the next change is applied.
    @Test
    void change_thatCameToNothing_isToldBesideTheReasonOfTheNextPasses() {
        plan = new ResizePlan.Skipped(SkipReason.COOLDOWN, "60 s ago, of 7200 s");
        pass(WEB, 100, 1);

        teller.ended(change(), ended(ChangePhase.REVERTED, "no room on the node; moving pods is not available"));
        pass(WEB, 100, 1);
        pass(WEB, 100, 1);
        teller.ended(change(), ended(ChangePhase.APPLIED, ""));
        pass(WEB, 100, 1);

        var cooldown = "the last change was too short a time ago: 60 s ago, of 7200 s";
        assertThat(written)
                .extracting(status -> Optional.ofNullable(status.lastSkipped())
                        .orElseThrow()
                        .reason()
                        .message())
                .containsExactly(
                        cooldown,
                        cooldown
                                + "; the last change was taken back: no room on the node; moving pods is not available",
                        cooldown);
    }

    private static Change change() {
        var container = new ContainerSpec("main", new Resources(100, MEMORY), Resources.NONE);
        var pod = new PodChange(new PodKey("shop", "web-1"), "u-1", List.of(container), List.of(container));
        return new Change(WEB, "shop/all", "UsageChanged", "a test", Optional.empty(), List.of(pod));
    }

    private static ChangeResult ended(ChangePhase phase, String message) {
        return ChangeResult.of("shop/web-a", change(), phase, message);
    }

    private void pass(Owner workload, long cpuMillis, double confidence) {
        now = now.plus(Duration.ofMinutes(1));
        teller.decided(List.of(sizing(workload, cpuMillis, confidence)));
    }

    private WorkloadSizing sizing(Owner workload, long cpuMillis, double confidence) {
        var container = new ContainerRecommendation(
                "main",
                "percentile",
                resource(ResourceKind.CPU, cpuMillis, confidence),
                resource(ResourceKind.MEMORY, MEMORY, confidence),
                0);
        return new WorkloadSizing(workload, choice(), List.of(container), plan, claimed, List.of());
    }

    private static PolicyChoice choice() {
        var policy = new PolicyCandidate(Optional.of("shop"), "all", 0, 0, false, owner -> true);
        return PolicyChoice.among(List.of(policy), WEB).orElseThrow();
    }

    private static ResourceRecommendation resource(ResourceKind kind, long amount, double confidence) {
        return new ResourceRecommendation(
                kind, 100, amount, amount, amount, amount, confidence, List.of(new SizingReason.NoHistory()));
    }
}
