package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.action.ApiEvents.Happening;
import io.plimsoll.kubernetes.action.ApiEvents.Severity;
import io.plimsoll.kubernetes.action.ApiEvents.Subject;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Aim;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Landing.Finding;
import io.plimsoll.model.move.Landing.Look;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import io.plimsoll.model.move.StayReason;
import io.plimsoll.model.move.Trouble;
import io.plimsoll.model.neighbour.Contention;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// What events and metrics tell of one move: of `hog-1` from n1, expected on n2.
class MoveTellersTest {

    private static final Subject POD = new Subject("shop", "Pod", "hog-1");
    private static final Subject WORKLOAD = new Subject("shop", "Deployment", "hog");
    private static final Subject NODE = new Subject("", "Node", "n1");

    private final List<Happening> events = new ArrayList<>();
    private final MoveEvents teller = new MoveEvents(events::add, Runnable::run);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MoveMetrics metrics = new MoveMetrics(meters);

    // Events

    @Test
    void evicted_isToldOfPodWorkloadAndNode_withThePlanAndTheReason() {
        teller.stepped(plan(PlanPhase.RUNNING), at(MovePhase.EVICTED, ""));

        var because = "evicted from n1 by plan moves-1, expected on n2: cpu at 96%";
        assertThat(events)
                .containsExactly(
                        new Happening(POD, NODE, Severity.NORMAL, "Moved", because),
                        new Happening(WORKLOAD, POD, Severity.NORMAL, "Moved", "hog-1 was " + because),
                        new Happening(NODE, POD, Severity.NORMAL, "Moved", "shop/hog-1 was " + because));
    }

    @Test
    void landed_isToldOfTheWorkload_withWhere() {
        teller.stepped(plan(PlanPhase.RUNNING), landedOn("n3"));

        assertThat(events)
                .containsExactly(
                        new Happening(WORKLOAD, POD, Severity.NORMAL, "Landed", "hog-2 runs on n3, and not on n2"));
    }

    @Test
    void refused_isToldOfTheWorkload_inTheApiServersWords() {
        teller.stepped(plan(PlanPhase.RUNNING), at(MovePhase.REFUSED, "the budget needs 2 healthy pods"));

        assertThat(events)
                .containsExactly(new Happening(
                        WORKLOAD,
                        POD,
                        Severity.NORMAL,
                        "NotMoved",
                        "hog-1 stays on n1: the budget needs 2 healthy pods"));
    }

    @Test
    void lost_isAWarning() {
        teller.stepped(plan(PlanPhase.RUNNING), at(MovePhase.LOST, "no pod came in its place"));

        assertThat(events)
                .containsExactly(
                        new Happening(WORKLOAD, POD, Severity.WARNING, "NotReplaced", "no pod came in its place"));
    }

    @ParameterizedTest
    @EnumSource(
            value = MovePhase.class,
            names = {"PLANNED", "EVICTING", "SKIPPED"})
    void whatDisturbedNobody_isNoEvent(MovePhase phase) {
        teller.stepped(plan(PlanPhase.RUNNING), at(phase, "not right any more"));

        assertThat(events).isEmpty();
    }

    @Test
    void look_thatFoundTheNodeHurtStill_isAWarningOfTheNode_andOthersAreNone() {
        teller.looked(plan(PlanPhase.COMPLETED), looked(Finding.HELPED, "n1 is hurt no more"));
        teller.looked(plan(PlanPhase.COMPLETED), looked(Finding.UNKNOWN, "n1 is not measured"));
        assertThat(events).isEmpty();

        teller.looked(plan(PlanPhase.COMPLETED), looked(Finding.DID_NOT_HELP, "n1 is hurt"));

        assertThat(events)
                .containsExactly(new Happening(
                        NODE,
                        POD,
                        Severity.WARNING,
                        "MoveDidNotHelp",
                        "the move of shop/hog-1 did not help: n1 is hurt"));
    }

    /// Otherwise the first of a kind is no increase to Prometheus.
    @Test
    void refusals_areThereFromTheStart() {
        assertThat(meters.get("plimsoll.move.refusals").counters())
                .hasSize(Refusal.values().length + 1)
                .allMatch(counter -> counter.count() == 0);
    }

    /// The move goes on, and the further events of it are tried all the same.
    @Test
    void eventThatCannotBeWritten_isMissing_andHindersNobody() {
        var tried = new ArrayList<Subject>();
        var broken = new MoveEvents(
                happening -> {
                    tried.add(happening.regarding());
                    if (tried.size() == 1) {
                        throw new IOException("no answer");
                    }
                    throw new IllegalStateException("broken");
                },
                Runnable::run);

        assertThatCode(() -> broken.stepped(plan(PlanPhase.RUNNING), at(MovePhase.EVICTED, "")))
                .doesNotThrowAnyException();

        assertThat(tried).containsExactly(POD, WORKLOAD, NODE);
    }

    @Test
    void eventsThatTakeLong_areWaitedForByNobody_andThoseTooManyAreMissing() {
        var waiting = new ArrayList<Runnable>();
        var slow = new MoveEvents(events::add, event -> {
            if (waiting.size() == 2) {
                throw new RejectedExecutionException();
            }
            waiting.add(event);
        });

        slow.stepped(plan(PlanPhase.RUNNING), at(MovePhase.EVICTED, ""));

        assertThat(events).isEmpty();
        waiting.forEach(Runnable::run);
        assertThat(events).extracting(Happening::regarding).containsExactly(POD, WORKLOAD);
    }

    // Metrics

    @Test
    void plans_areCountedWhenProposedAndByWhatBecameOfThem() {
        metrics.proposed(plan(PlanPhase.PROPOSED));
        metrics.proposed(plan(PlanPhase.PROPOSED));
        metrics.ended(plan(PlanPhase.COMPLETED));
        metrics.ended(plan(PlanPhase.EXPIRED));

        assertThat(counted())
                .containsOnly(
                        entry("plimsoll.move.plans phase=proposed", 2),
                        entry("plimsoll.move.plans phase=completed", 1),
                        entry("plimsoll.move.plans phase=expired", 1));
    }

    @ParameterizedTest
    @EnumSource(
            value = MovePhase.class,
            mode = Mode.EXCLUDE,
            names = {"LANDED", "LOST", "SKIPPED", "REFUSED"})
    void moveOnItsWay_isNotCounted(MovePhase phase) {
        metrics.stepped(plan(PlanPhase.RUNNING), at(phase, ""));

        assertThat(counted()).isEmpty();
    }

    @Test
    void moves_areCountedByTheirEnd_andLandingsByWhere() {
        metrics.stepped(plan(PlanPhase.RUNNING), landedOn("n2"));
        metrics.stepped(plan(PlanPhase.RUNNING), landedOn("n3"));
        metrics.stepped(plan(PlanPhase.RUNNING), landedOn("n1"));
        metrics.stepped(plan(PlanPhase.RUNNING), at(MovePhase.REFUSED, "no"));
        metrics.stepped(plan(PlanPhase.RUNNING), at(MovePhase.LOST, "no pod came"));
        // Nobody was wanted in its place.
        metrics.stepped(plan(PlanPhase.RUNNING), at(MovePhase.LANDED, ""));

        assertThat(counted())
                .containsOnly(
                        entry("plimsoll.move.moves phase=landed", 4),
                        entry("plimsoll.move.moves phase=refused", 1),
                        entry("plimsoll.move.moves phase=lost", 1),
                        entry("plimsoll.move.landings where=planned", 1),
                        entry("plimsoll.move.landings where=elsewhere", 1),
                        entry("plimsoll.move.landings where=source", 1));
    }

    @Test
    void refusals_areCountedByTheirReason() {
        var move = planned().move();
        metrics.refused(move, new Outcome.Refused(Refusal.SEVERAL_BUDGETS, "two", Optional.empty()));
        metrics.refused(move, new Outcome.Refused(Refusal.BUDGET, "none now", Optional.empty()));
        metrics.refused(move, new Outcome.Refused(Refusal.BUDGET, "none yet", Optional.empty()));
        metrics.refused(move, new Outcome.Failed("no answer"));

        assertThat(counted())
                .containsOnly(
                        entry("plimsoll.move.refusals reason=several_budgets", 1),
                        entry("plimsoll.move.refusals reason=budget", 2),
                        entry("plimsoll.move.refusals reason=unanswered", 1));
    }

    @Test
    void skips_areCountedByTheirReason() {
        var move = planned().move();
        metrics.skipped(move, StayReason.NOT_HURT);
        metrics.skipped(move, SkipReason.EXPIRED);
        metrics.skipped(move, SkipReason.EXPIRED);

        assertThat(counted())
                .containsOnly(
                        entry("plimsoll.move.skips reason=not_hurt", 1),
                        entry("plimsoll.move.skips reason=expired", 2));
    }

    @Test
    void looks_areCountedByWhenAndWhatTheyFound() {
        var early = looked(Finding.DID_NOT_HELP, "n1 is hurt");
        metrics.looked(plan(PlanPhase.COMPLETED), early);
        var late = Optional.of(new Look(Finding.NO_HARM, "it did no harm", Landing.LATE_MILLIS));
        metrics.looked(plan(PlanPhase.COMPLETED), early.with(landing(late, Optional.empty())));
        var atHour = Optional.of(new Look(Finding.HELPED_IN_PART, "n1 is hurt less", 86_400_000));
        metrics.looked(plan(PlanPhase.COMPLETED), early.with(landing(late, atHour)));

        assertThat(counted())
                .containsOnly(
                        entry("plimsoll.move.looks after=5m finding=did_not_help", 1),
                        entry("plimsoll.move.looks after=30m finding=no_harm", 1),
                        entry("plimsoll.move.looks after=day finding=helped_in_part", 1));
    }

    /// Of half of the time that others waited it was to take three tenths.
    @Test
    void moveThatHasHelpedHalfAnHourLater_countsWhatItTookAway() {
        var landed = aimed().landed(new Landing("hog-2", "n2", 0));
        var early = landed.with(landed.landing().orElseThrow().with(look(Finding.HELPED, Landing.EARLY_MILLIS)));
        var late = early.with(landing(Optional.of(look(Finding.HELPED, Landing.LATE_MILLIS)), Optional.empty()));
        var vain = early.with(landing(Optional.of(look(Finding.NO_HARM, Landing.LATE_MILLIS)), Optional.empty()));
        var atHour = late.with(landing(
                Optional.of(look(Finding.HELPED, Landing.LATE_MILLIS)), Optional.of(look(Finding.HELPED, 86_400_000))));

        List.of(early, late, vain, atHour).forEach(step -> metrics.looked(plan(PlanPhase.COMPLETED), step));

        assertThat(counted().entrySet())
                .contains(entry("plimsoll.move.relieved resource=cpu trouble=waiting", 0.3))
                .filteredOn(counter -> counter.getKey().startsWith("plimsoll.move.relieved"))
                .hasSize(1);
    }

    private SortedMap<String, Double> counted() {
        var counted = new TreeMap<String, Double>();
        var begun = meters.getMeters().stream()
                .filter(meter -> meter instanceof Counter counter && counter.count() > 0)
                .toList();
        begun.forEach(meter -> {
            var name = new StringBuilder(meter.getId().getName());
            meter.getId()
                    .getTags()
                    .forEach(tag ->
                            name.append(' ').append(tag.getKey()).append('=').append(tag.getValue()));
            counted.put(
                    name.toString(),
                    meters.get(meter.getId().getName())
                            .tags(meter.getId().getTags())
                            .counter()
                            .count());
        });
        return counted;
    }

    private static Map.Entry<String, Double> entry(String name, double count) {
        return Map.entry(name, count);
    }

    // Given

    private static RecordedPlan plan(PlanPhase phase) {
        return new RecordedPlan("moves-1", "1", 0, 0, Approval.APPROVED, phase, "", List.of());
    }

    private static MoveStep planned() {
        return new MoveStep(new Move(
                new PodKey("shop", "hog-1"),
                "uid-1",
                new Owner("shop", "Deployment", "hog"),
                "n1",
                "n2",
                1,
                1,
                100,
                "cpu at 96%"));
    }

    private static MoveStep aimed() {
        var move = planned().move();
        return new MoveStep(new Move(
                move.pod(),
                move.uid(),
                move.workload(),
                move.from(),
                move.to(),
                1,
                1,
                100,
                "others wait",
                Optional.of(new Aim(Trouble.Kind.WAITING, Contention.CPU, 0.5, 0.3, Optional.empty()))));
    }

    private static Look look(Finding finding, long atMillis) {
        return new Look(finding, "", atMillis);
    }

    private static MoveStep at(MovePhase phase, String message) {
        return planned().at(phase, message);
    }

    private static MoveStep landedOn(String node) {
        return planned().landed(new Landing("hog-2", node, 0));
    }

    private static MoveStep looked(Finding finding, String words) {
        var landed = landedOn("n2");
        return landed.with(landed.landing().orElseThrow().with(new Look(finding, words, Landing.EARLY_MILLIS)));
    }

    private static Landing landing(Optional<Look> late, Optional<Look> atHour) {
        return new Landing("hog-2", "n2", 0, Optional.empty(), late, atHour);
    }
}
