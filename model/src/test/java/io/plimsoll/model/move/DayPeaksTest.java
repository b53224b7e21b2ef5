package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.neighbour.Blame;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Episode;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Pressure;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.regime.RegimeLedger;
import io.plimsoll.model.regime.RegimeView;
import io.plimsoll.model.regime.Schedule;
import io.plimsoll.model.regime.Schedule.Window;
import io.plimsoll.model.regime.UserHours;
import io.plimsoll.model.usage.Demand;
import io.plimsoll.model.usage.UsageEstimate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DayPeaksTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final MovePlanner PLANNER = new MovePlanner(MoveConfig.DEFAULT, ResizeFirst.NEVER);
    private static final RegimeView QUIET = hours(true);
    private static final RegimeView BUSY = hours(false);

    private final DayMemory memory = new DayMemory(MoveConfig.DEFAULT);

    // What is remembered

    @Test
    void busyHour_isRememberedForADay() {
        look(0, 60, 8_000);
        look(5 * HOUR, 1, 2_000);

        assertThat(busiestCpu()).isCloseTo(0.8, within(1e-6));

        look(23 * HOUR, 1, 2_000);
        assertThat(busiestCpu()).isCloseTo(0.8, within(1e-6));

        look(24 * HOUR, 1, 2_000);
        assertThat(busiestCpu()).isCloseTo(0.2, within(1e-6));
    }

    @Test
    void oneWildMinute_makesNoPeak() {
        look(0, 59, 2_000);
        look(59 * MINUTE, 1, 10_000);

        assertThat(busiestCpu()).isCloseTo((59 * 0.2 + 1) / 60, within(1e-6));
    }

    @Test
    void clockThatGoesBackADay_bringsNoHoursOfBefore() {
        look(0, 60, 8_000);
        look(-24 * HOUR, 1, 2_000);

        assertThat(busiestCpu()).isCloseTo(0.2, within(1e-6));
    }

    @Test
    void hurtNode_isRememberedAtItsWorst_forADay() {
        memory.observe(used(0, 9_300), hot("n1"), Fleet.NOW);
        memory.observe(used(HOUR, 9_900), hot("n1"), Fleet.NOW + HOUR);
        memory.observe(used(2 * HOUR, 9_500), hot("n1"), Fleet.NOW + 2 * HOUR);
        memory.observe(used(24 * HOUR, 2_000), hot(), Fleet.NOW + 24 * HOUR);

        assertThat(hurt()).hasValueSatisfying(hurt -> {
            assertThat(hurt.atMillis()).isEqualTo(Fleet.NOW + HOUR);
            assertThat(hurt.troubles()).extracting(Trouble::words).containsExactly("cpu at 99%, to be brought to 80%");
        });

        memory.observe(used(25 * HOUR, 2_000), hot(), Fleet.NOW + 25 * HOUR);
        assertThat(hurt()).map(DayPeaks.Hurt::atMillis).contains(Fleet.NOW + 2 * HOUR);

        memory.observe(used(26 * HOUR, 2_000), hot(), Fleet.NOW + 26 * HOUR);
        assertThat(hurt()).isEmpty();
    }

    @Test
    void worstSinceAnyTime_isRemembered_andNothingElse() {
        memory.observe(used(0, 9_900), hot("n1"), Fleet.NOW);
        for (int i = 1; i < 60; i++) {
            memory.observe(used(i * MINUTE, 9_400), hot("n1"), Fleet.NOW + i * MINUTE);
        }
        memory.observe(used(HOUR, 9_600), hot("n1"), Fleet.NOW + HOUR);
        memory.observe(used(2 * HOUR, 9_200), hot("n1"), Fleet.NOW + 2 * HOUR);

        assertThat(peak().hurts())
                .extracting(DayPeaks.Hurt::atMillis)
                .containsExactly(Fleet.NOW, Fleet.NOW + HOUR, Fleet.NOW + 2 * HOUR);
    }

    @Test
    void nodeWhoseTroubleFallsAllDay_isRememberedAtTwentyFourTimesAtMost() {
        for (int i = 0; i < 40; i++) {
            memory.observe(used(i * MINUTE, 2_000), waiting(0.9 - 0.02 * i), Fleet.NOW + i * MINUTE);
        }

        assertThat(peak().hurts()).hasSize(24);
        assertThat(peak().hurts().getFirst().atMillis()).isEqualTo(Fleet.NOW);
        assertThat(peak().hurts().getLast().atMillis()).isEqualTo(Fleet.NOW + 39 * MINUTE);
    }

    @Test
    void nodeThatIsGone_isForgotten() {
        look(0, 1, 8_000);
        memory.observe(new Fleet().node("n2").image(), hot(), Fleet.NOW);

        assertThat(memory.peaks().nodes()).doesNotContainKey("n1");
    }

    // What outlives the process

    @Test
    void day_thatWasKept_goesOn_asIfNothingHadBeen() {
        look(0, 60, 8_000);
        memory.observe(used(HOUR, 9_900), hot("n1"), Fleet.NOW + HOUR);
        memory.observe(used(2 * HOUR, 9_300), hot("n1"), Fleet.NOW + 2 * HOUR);
        var next = new DayMemory(MoveConfig.DEFAULT);
        next.observe(used(3 * HOUR, 2_000), hot(), Fleet.NOW + 3 * HOUR);

        next.restore(memory.encoded(), Fleet.NOW + 3 * HOUR);

        var peak = Optional.ofNullable(next.peaks().nodes().get("n1")).orElseThrow();
        assertThat(peak.hours()).isEqualTo(4);
        // Within half a percent.
        assertThat(peak.cpu().share()).isCloseTo(0.99, within(0.0026));
        assertThat(peak.cpu().atMillis()).isEqualTo(Fleet.NOW + 2 * HOUR);
        assertThat(peak.hurts())
                .extracting(DayPeaks.Hurt::atMillis)
                .containsExactly(Fleet.NOW + HOUR, Fleet.NOW + 2 * HOUR);
        assertThat(peak.hurts().getFirst().troubles())
                .extracting(Trouble::words)
                .containsExactly("cpu at 99%, to be brought to 80%");
        next.observe(used(3 * HOUR, 2_000), hot(), Fleet.NOW + 3 * HOUR + MINUTE);
        assertThat(Optional.ofNullable(next.peaks().nodes().get("n1"))
                        .orElseThrow()
                        .hours())
                .isEqualTo(4);
    }

    @Test
    void whoseDoingItWas_isKeptToo() {
        memory.observe(used(0, 2_000), waiting(0.5), Fleet.NOW);
        var next = new DayMemory(MoveConfig.DEFAULT);

        next.restore(memory.encoded(), Fleet.NOW);

        assertThat(Optional.ofNullable(next.peaks().nodes().get("n1"))
                        .orElseThrow()
                        .hurts()
                        .getFirst()
                        .troubles())
                .containsExactly(
                        new Trouble.Waiting(Contention.CPU, (double) 0.95f, 0.5, Map.of(Fleet.deployment("web"), 1.0)));
    }

    @Test
    void dayThatIsOver_isNotGoneOnWith() {
        look(0, 60, 8_000);
        memory.observe(used(0, 9_900), hot("n1"), Fleet.NOW);
        var next = new DayMemory(MoveConfig.DEFAULT);

        next.restore(memory.encoded(), Fleet.NOW + 24 * HOUR);

        var peak = Optional.ofNullable(next.peaks().nodes().get("n1")).orElseThrow();
        assertThat(peak.hours()).isZero();
        assertThat(peak.hurts()).isEmpty();
    }

    @Test
    void whatMakesNoSense_isRefusedWhole() {
        memory.observe(used(0, 9_900), hot("n1"), Fleet.NOW);
        var kept = memory.encoded();
        var next = new DayMemory(MoveConfig.DEFAULT);

        for (int length = 0; length < kept.length; length++) {
            var cut = Arrays.copyOf(kept, length);
            assertThatThrownBy(() -> next.restore(cut, Fleet.NOW)).isInstanceOf(IllegalArgumentException.class);
        }
        var other = kept.clone();
        other[0] = 2;
        assertThatThrownBy(() -> next.restore(other, Fleet.NOW)).hasMessage("days of layout 2, where 1 is known");
        assertThatThrownBy(() -> next.restore(Arrays.copyOf(kept, kept.length + 1), Fleet.NOW))
                .hasMessage("1 bytes after the last of 1 nodes");
        assertThat(next.peaks().nodes()).isEmpty();
    }

    /// Each byte changed in turn: it is refused, or what is read of it can be gone on with.
    @Test
    void whatSomebodyElseHasWritten_doesNoHarm() {
        memory.observe(used(0, 2_000), waiting(0.5), Fleet.NOW);
        var kept = memory.encoded();
        for (int i = 0; i < kept.length; i++) {
            for (int bits : new int[] {0x80, 0xff, 1}) {
                var changed = kept.clone();
                changed[i] ^= (byte) bits;
                var next = new DayMemory(MoveConfig.DEFAULT);
                try {
                    next.restore(changed, Fleet.NOW);
                } catch (IllegalArgumentException e) {
                    assertThat(next.peaks().nodes()).isEmpty();
                }
                next.observe(used(HOUR, 2_000), hot(), Fleet.NOW + HOUR);
                assertThat(next.peaks().nodes()).containsOnlyKeys("n1");
            }
        }
    }

    // What a plan makes of it

    @Test
    void nodeThatWasHotAtNoon_isRelievedAtNight_ofWhatUsesMuchAtNoon() {
        var plan = PLANNER.plan(night(), day(QUIET, MoveHistory.NONE), Fleet.NOW);

        assertThat(plan.moves())
                .extracting(Move::pod, Move::to, Move::because)
                .containsExactly(tuple(
                        Fleet.key("busy-1"),
                        "n2",
                        "at 2027-01-14T20:00:00Z: cpu at 95%, safe at 80%; it uses 40%, whatever it asks for"));
        assertThat(plan.hurt())
                .extracting(HurtNode::words)
                .containsExactly(List.of("at 2027-01-14T20:00:00Z: cpu at 95%, to be brought to 80%"));
        assertThat(plan.nodes())
                .extracting(
                        NodeChange::node,
                        change -> Math.round(100 * change.before().cpuShare()),
                        change -> Math.round(100 * change.after().cpuShare()))
                .containsExactly(tuple("n1", 95L, 55L), tuple("n2", 30L, 70L));
    }

    @Test
    void nodeThatWasHot_isLeft_whereHoursAreBusyOrUnknown() {
        assertThat(PLANNER.plan(night(), day(BUSY, MoveHistory.NONE), Fleet.NOW).hurt())
                .isEmpty();
        assertThat(PLANNER.plan(night(), day(RegimeView.NOTHING, MoveHistory.NONE), Fleet.NOW)
                        .hurt())
                .isEmpty();
    }

    @Test
    void nodeThatIsHotAtNoon_isNoPlaceAtNight() {
        var peaks = peaks(noon(0.95, true), noon(0.6, false));
        var watched = new Watched(Neighbours.NONE, Fleet.hot(), 1).with(QUIET).with(peaks);

        var plan = PLANNER.plan(night(), watched, Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.kept())
                .filteredOn(kept -> kept.pod().equals(Fleet.key("busy-1")))
                .extracting(Kept::why)
                .containsExactly(new Stay(StayReason.NO_PLACE, "1 hurt too, 1 above the safe load with it"));
    }

    @Test
    void nodeFromWhichAPodWentSince_isLeft() {
        var move = new Move(Fleet.key("old-1"), "uid", Fleet.deployment("old"), "n1", "n2", 1, 1, 100, "");
        var since = new MoveStep(move, MovePhase.EVICTED, Fleet.NOW - 2 * HOUR, "", Optional.empty());

        assertThat(PLANNER.plan(night(), day(QUIET, new MoveHistory(List.of(since))), Fleet.NOW)
                        .hurt())
                .isEmpty();
    }

    /// As the scheduler is told in those hours.
    @Test
    void podThatIsMovedAtNight_goesToTheFullerNode_whereNodesAreFilledThen() {
        var night = new Fleet()
                .node("n1")
                .node("n2")
                .node("n3")
                .pod("n1", "busy", "busy-1", 500)
                .sibling("n2", "busy")
                .estimate("busy", estimate(3_000))
                .pod("n1", "alone", "alone-1", 200)
                .estimate("alone", estimate(6_000))
                .image();
        var peaks = peaks(noon(0.95, true), noon(0.3, false));
        var withEmpty = new TreeMap<>(peaks.nodes());
        withEmpty.put("n3", noon(0, false));
        var watched = day(QUIET, MoveHistory.NONE).with(new DayPeaks(withEmpty));
        var filling = PlacementConfig.DEFAULT;
        var spreading = filling.with(filling.busy(), filling.busy());

        assertThat(targets(filling, night, watched)).containsExactly("n2");
        assertThat(targets(spreading, night, watched)).containsExactly("n3");
    }

    private static List<String> targets(PlacementConfig placement, ClusterImage image, Watched watched) {
        var plan = new MovePlanner(MoveConfig.of(placement), ResizeFirst.NEVER).plan(image, watched, Fleet.NOW);
        return plan.moves().stream().map(Move::to).toList();
    }

    /// It may have used nothing.
    @Test
    void nodeFromWhichAPodWentToMakeRoom_isAsHotAsBefore() {
        var aim = new Aim(Trouble.Kind.CROWDED, Contention.CPU, 0.1, 0.1, Optional.empty());
        var move = new Move(
                Fleet.key("idle-1"), "uid", Fleet.deployment("idle"), "n1", "n2", 1, 1, 100, "", Optional.of(aim));
        var since = new MoveStep(move, MovePhase.EVICTED, Fleet.NOW - 2 * HOUR, "", Optional.empty());

        assertThat(PLANNER.plan(night(), day(QUIET, new MoveHistory(List.of(since))), Fleet.NOW)
                        .hurt())
                .hasSize(1);
    }

    @Test
    void podThatCameSinceNoon_isExpectedAtItsPeak() {
        var night = fleet().pod("n2", "late", "late-1", 100, Fleet.with(pod -> pod.boundTo("n2", Fleet.NOW - HOUR)))
                .estimate("late", estimate(3_000))
                .image();

        var plan = PLANNER.plan(night, day(QUIET, MoveHistory.NONE), Fleet.NOW);

        assertThat(plan.kept())
                .filteredOn(kept -> kept.pod().equals(Fleet.key("busy-1")))
                .extracting(kept -> kept.why().reason())
                .containsExactly(StayReason.NO_PLACE);
    }

    @Test
    void moveOfQuietHours_hasTheTroubleThatItIsFor() {
        var move = PLANNER.plan(night(), day(QUIET, MoveHistory.NONE), Fleet.NOW)
                .moves()
                .getFirst();

        // All 15 points of the trouble would go with the 40 that it uses.
        assertThat(move.aim()).hasValueSatisfying(aim -> {
            assertThat(aim.kind()).isEqualTo(Trouble.Kind.HOT);
            assertThat(aim.contention()).isEqualTo(Contention.CPU);
            assertThat(aim.excess()).isCloseTo(0.15, within(1e-9));
            assertThat(aim.taken()).isCloseTo(0.15, within(1e-9));
            assertThat(aim.atMillis()).contains(Fleet.NOW - 12 * HOUR);
        });
    }

    @Test
    void nodeToWhichThePodCameBack_isAsBefore() {
        var move = new Move(Fleet.key("old-1"), "uid", Fleet.deployment("old"), "n1", "n2", 1, 1, 100, "");
        var back = new MoveStep(move, MovePhase.EVICTED, Fleet.NOW - 2 * HOUR, "", Optional.empty())
                .landed(new Landing("old-2", "n1", Fleet.NOW - 2 * HOUR));

        assertThat(PLANNER.plan(night(), day(QUIET, new MoveHistory(List.of(back))), Fleet.NOW)
                        .hurt())
                .hasSize(1);
    }

    @Test
    void hurtThatComesAgain_afterAMove_isNotHiddenByTheWorse() {
        memory.observe(used(0, 9_900), hot("n1"), Fleet.NOW);
        memory.observe(used(HOUR, 9_300), hot("n1"), Fleet.NOW + HOUR);

        assertThat(peak().hurts()).extracting(DayPeaks.Hurt::atMillis).containsExactly(Fleet.NOW, Fleet.NOW + HOUR);
    }

    @Test
    void secondMoveOfANode_isStillRight_onceTheFirstIsMade() {
        var first = new MoveStep(
                new Move(Fleet.key("x"), "uid", Fleet.deployment("x"), "n1", "n2", 0.4, 1, 100, ""),
                MovePhase.LANDED,
                Fleet.NOW - MINUTE,
                "",
                Optional.empty());

        var hurt = PLANNER.plan(night(), day(QUIET, new MoveHistory(List.of(first))), Fleet.NOW)
                .hurt();

        assertThat(hurt)
                .extracting(HurtNode::words)
                .containsExactly(List.of("at 2027-01-14T20:00:00Z: cpu at 89%, to be brought to 80%"));
    }

    @Test
    void nodeWhoseHogHasGoneByItself_isLeft() {
        var calm = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "flat", "flat-1", 200)
                .sibling("n2", "flat")
                .estimate("flat", estimate(6_000))
                .image();

        assertThat(PLANNER.plan(calm, day(QUIET, MoveHistory.NONE), Fleet.NOW).hurt())
                .isEmpty();
    }

    @Test
    void nodeOfWhichTheDayIsNotKnown_isExpectedToBearAllPeaksAtOnce() {
        var watched = new Watched(Neighbours.NONE, Fleet.hot(), 1)
                .with(QUIET)
                .with(peaks(noon(0.95, true), noon(0.1, false, 3)));
        var night = fleet().pod("n2", "more", "more-1", 100)
                .estimate("more", estimate(3_000))
                .image();

        assertThat(PLANNER.plan(night, watched, Fleet.NOW).moves()).isEmpty();
    }

    @Test
    void moveForQuietHours_isNotMadeInBusyOnes_andSaysWhy() {
        var move = PLANNER.plan(night(), day(QUIET, MoveHistory.NONE), Fleet.NOW)
                .moves()
                .getFirst();

        assertThat(PLANNER.objection(move, night(), day(BUSY, MoveHistory.NONE), Fleet.NOW))
                .contains(new Stay(StayReason.NOT_HURT, "what was wrong with it counts in quiet hours alone"));
        assertThat(PLANNER.objection(move, night(), day(QUIET, MoveHistory.NONE), Fleet.NOW))
                .isEmpty();
    }

    private double busiestCpu() {
        return peak().cpu().share();
    }

    private Optional<DayPeaks.Hurt> hurt() {
        return peak().hurts().stream().findFirst();
    }

    private DayPeaks.Peak peak() {
        return Optional.ofNullable(memory.peaks().nodes().get("n1")).orElseThrow();
    }

    /// A look a minute for so many minutes, at a node of which this much is used.
    private void look(long afterMillis, int minutes, long cpuMillis) {
        for (int i = 0; i < minutes; i++) {
            long later = afterMillis + i * MINUTE;
            memory.observe(used(later, cpuMillis), hot(), Fleet.NOW + later);
        }
    }

    private static ClusterImage used(long afterMillis, long cpuMillis) {
        return new Fleet()
                .at(Fleet.NOW + afterMillis)
                .node("n1")
                .pod("n1", "web", "web-1", cpuMillis)
                .pod("n1", "quiet", "quiet-1", 0)
                .image();
    }

    private static Watched hot(String... nodes) {
        return new Watched(Neighbours.NONE, Fleet.hot(nodes), 1);
    }

    /// The pods of n1 wait so much more than is usual, all because of web.
    private static Watched waiting(double rise) {
        var web = Fleet.deployment("web");
        var pressure = new Pressure(0.95, Pressure.Tier.STALLS, Fleet.NOW);
        var episode = new Episode("n1", Contention.CPU, pressure, rise, Fleet.NOW, List.of(new Blame(web, 1, 1)));
        var suspicion = new Suspicion(web, Contention.CPU, 0.8, 12, 4, 2, 0.2, 0.9, true, true);
        return new Watched(new Neighbours(List.of(episode), List.of(suspicion)), Fleet.hot(), 1);
    }

    /// n1 has pods that use little now, and much at noon.
    private static Fleet fleet() {
        return new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "busy", "busy-1", 500)
                .sibling("n2", "busy")
                .estimate("busy", estimate(4_000))
                .pod("n1", "flat", "flat-1", 200)
                .sibling("n2", "flat")
                .estimate("flat", estimate(6_000))
                .pod("n2", "rest", "rest-1", 100)
                .estimate("rest", estimate(2_500));
    }

    private static ClusterImage night() {
        return fleet().image();
    }

    private static UsageEstimate estimate(long cpuMillis) {
        var used = new Resources(cpuMillis, Clusters.GIB);
        return new UsageEstimate(used, used, used, used, new Demand(cpuMillis, 0, Clusters.GIB, 0), 1, Fleet.NOW);
    }

    /// Twelve hours ago n1 was at 95 %, and n2 at 30 %.
    private static Watched day(RegimeView hours, MoveHistory history) {
        return new Watched(Neighbours.NONE, Fleet.hot(), 1)
                .with(history)
                .with(hours)
                .with(peaks(noon(0.95, true), noon(0.3, false)));
    }

    private static DayPeaks.Peak noon(double cpuShare, boolean isHurt) {
        return noon(cpuShare, isHurt, 24);
    }

    private static DayPeaks.Peak noon(double cpuShare, boolean isHurt, int hours) {
        long atMillis = Fleet.NOW - 12 * HOUR;
        return new DayPeaks.Peak(
                new DayPeaks.Busiest(cpuShare, atMillis),
                new DayPeaks.Busiest(0.1, atMillis),
                hours,
                isHurt
                        ? List.of(new DayPeaks.Hurt(List.of(new Trouble.Hot(Contention.CPU, cpuShare, 0.8)), atMillis))
                        : List.of());
    }

    private static DayPeaks peaks(DayPeaks.Peak n1, DayPeaks.Peak n2) {
        return new DayPeaks(new TreeMap<>(Map.of("n1", n1, "n2", n2)));
    }

    static RegimeView hours(boolean isQuiet) {
        var zone = ZoneId.of("UTC");
        var always =
                Optional.of(new Schedule(zone, List.of(new Window(Window.EVERY_DAY, LocalTime.MIN, LocalTime.MIN))));
        var user = isQuiet
                ? new UserHours(zone, Optional.empty(), always, List.of())
                : new UserHours(zone, always, Optional.empty(), List.of());
        return new RegimeLedger(user).view(Fleet.NOW);
    }
}
