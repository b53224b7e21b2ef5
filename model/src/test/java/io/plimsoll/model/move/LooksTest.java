package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.Landing.Finding;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.regime.RegimeLedger;
import io.plimsoll.model.regime.RegimeView;
import io.plimsoll.model.regime.Schedule;
import io.plimsoll.model.regime.Schedule.Window;
import io.plimsoll.model.regime.UserHours;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// When moves are looked at, and what is found. A pod was moved from n1 to n2; n1 was at 97 % of its CPU, 17 points too
/// much, of which 6 were to go with it.
class LooksTest {

    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final MovePlanner PLANNER =
            new MovePlanner(MoveConfig.DEFAULT.withGoals(EnumSet.allOf(MoveGoal.class)), ResizeFirst.NEVER);

    /// Friday.
    private static final long NOON = millis("2027-01-15T12:00:00Z");
    private static final long NIGHT = millis("2027-01-16T03:00:00Z");
    private static final long SOON = NOON + 5 * MINUTE;
    private static final RegimeView HOURS = hours();

    // Soon after the landing

    @Test
    void trouble_thatIsGone_helped_afterFiveAndAfterThirtyMinutes() {
        var early = looked(fresh(), NOON + 5 * MINUTE, calm(NOON + 5 * MINUTE));
        var late = looked(fresh().with(early), NOON + 30 * MINUTE, calm(NOON + 30 * MINUTE));

        assertThat(late.early()).contains(look(Finding.HELPED, "n1 is hurt no more", NOON + 5 * MINUTE));
        assertThat(late.late()).contains(look(Finding.HELPED, "n1 is hurt no more", NOON + 30 * MINUTE));
        assertThat(after(fresh(), image(NOON, 5_000), calm(NOON), NOON + 5 * MINUTE - 1))
                .isEmpty();
    }

    @Test
    void trouble_thatIsLess_helpedInPart_whereHalfOfWhatWasToGoIsGone() {
        // 94 %: 3 of the 6 points are gone. 95 %: 2 are.
        assertThat(soon(9_400))
                .isEqualTo(look(
                        Finding.HELPED_IN_PART,
                        "n1 is hurt less than before: cpu at 94%, to be brought to 80%",
                        NOON + 5 * MINUTE));
        assertThat(soon(9_500))
                .isEqualTo(
                        look(Finding.DID_NOT_HELP, "n1 is hurt: cpu at 95%, to be brought to 80%", NOON + 5 * MINUTE));
    }

    /// All of its CPU was in use and is: a load cannot be more.
    @Test
    void nodeWithoutAnyCpuLeft_isHelpedInPart_whereThoseThatWereThereUseWhatThePodDid() {
        long now = NOON + 5 * MINUTE;
        var full = step(NOON, Optional.empty(), 0.20);

        var landing = after(full, image(now, 10_000), watched(now, "n1"), now);

        assertThat(landing.flatMap(Landing::early))
                .contains(look(
                        Finding.HELPED_IN_PART, "all cpu of n1 is in use as before: by those that waited for it", now));
    }

    @Test
    void nodeWithoutAnyCpuLeft_isNotHelped_wherePodsThatCameSinceUseWhatThePodDid() {
        long now = NOON + 5 * MINUTE;
        var full = step(NOON, Optional.empty(), 0.20);
        var filled = new Fleet()
                .at(now)
                .node("n1")
                .node("n2")
                .pod("n1", "web", "web-1", 9_500)
                .pod("n1", "new", "new-1", 500, Fleet.with(pod -> pod.boundTo("n1", NOON + MINUTE)))
                .image();

        var landing = after(full, filled, watched(now, "n1"), now);

        assertThat(landing.flatMap(Landing::early))
                .contains(look(Finding.DID_NOT_HELP, "n1 is hurt: cpu at 100%, to be brought to 80%", now));
    }

    /// There was some left before, so nobody waited for what the pod used.
    @Test
    void nodeThatHadCpuLeft_isNotHelped_whereNoneIsLeftNow() {
        assertThat(soon(10_000))
                .isEqualTo(
                        look(Finding.DID_NOT_HELP, "n1 is hurt: cpu at 100%, to be brought to 80%", NOON + 5 * MINUTE));
    }

    @Test
    void troubleOfAnotherKind_isNotTheMovesFailing() {
        var memory = new TreeMap<>(Map.of("n1", List.of(Contention.MEMORY)));
        long now = NOON + 5 * MINUTE;
        var crowded = new Fleet().at(now).node("n1").node("n2");
        for (int i = 0; i < 95; i++) {
            crowded.pod("n1", "web", "web-" + i, 10);
        }

        var landing = after(fresh(), crowded.image(), new Watched(Neighbours.NONE, memory, 1).with(HOURS), now);

        assertThat(finding(landing)).isEqualTo(Finding.HELPED);
    }

    @Test
    void moveThatHurtsItsTarget_didNotHelp() {
        long now = NOON + 5 * MINUTE;
        var full = new Fleet()
                .at(now)
                .node("n1")
                .node("n2")
                .pod("n2", "web", "web-1", 9_900)
                .image();

        var landing = after(fresh(), full, watched(now, "n2"), now);

        assertThat(landing.flatMap(Landing::early)).contains(look(Finding.DID_NOT_HELP, "n2 is hurt", now));
    }

    /// n1 is hot, but the pod was moved for a rule.
    @Test
    void moveForAGoal_helpedWhereItsReplacementIsAllRight_whateverItsFormerNodeIsLike() {
        long now = NOON + 5 * MINUTE;
        var image = fixed(now).image();

        var moved = after(forAGoal("n2"), image, watched(now, "n1"), now);
        var back = after(forAGoal("n1"), image, watched(now, "n1"), now);

        assertThat(moved.flatMap(Landing::early))
                .contains(look(Finding.HELPED, "nothing is wrong with where default/web-2 is", now));
        assertThat(back.flatMap(Landing::early)).contains(look(Finding.DID_NOT_HELP, "it came back to n1", now));
    }

    /// Its second pod came to the same node.
    @Test
    void moveForAGoal_didNotHelp_whereItsReplacementIsMisplacedToo() {
        long now = NOON + 5 * MINUTE;
        var together = fixed(now).pod("n2", "web", "web-3", 100).image();

        var seen = after(forAGoal("n2"), together, watched(now), now);
        var forLong = after(forAGoal("n2"), together, Fleet.misplacedForLong(watched(now), together), now);

        assertThat(seen.flatMap(Landing::early))
                .contains(look(
                        Finding.UNKNOWN, "it may be so for a moment only: all 2 pods of its workload are on n2", now));
        assertThat(forLong.flatMap(Landing::early))
                .contains(look(Finding.DID_NOT_HELP, "all 2 pods of its workload are on n2", now));
    }

    @Test
    void moveForAGoal_toANodeThatIsNotLookedAt_orWithoutGoalsByNow_isNotKnownToHaveHelped() {
        long now = NOON + 5 * MINUTE;
        var size = new Resources(10_000, 100 * Clusters.GIB);
        var cordoned = fixed(now)
                .node(new NodeSpec("n2", "u", "b", size, size, 110, Readiness.READY, true, false, List.of()))
                .image();
        var relieving = new MovePlanner(MoveConfig.DEFAULT, ResizeFirst.NEVER);

        var landing = after(forAGoal("n2"), cordoned, watched(now), now);
        var steps = relieving.looked(List.of(forAGoal("n2")), fixed(now).image(), watched(now), now);

        var expected = look(Finding.UNKNOWN, "whether default/web-2 should be on n2 is not looked at", now);
        assertThat(landing.flatMap(Landing::early)).contains(expected);
        assertThat(steps.getFirst().landing().flatMap(Landing::early)).contains(expected);
    }

    @Test
    void moveForAGoal_whoseReplacementIsGone_isNotKnownToHaveHelped() {
        long now = NOON + 5 * MINUTE;

        var landing = after(forAGoal("n2"), image(now, 100), watched(now), now);

        assertThat(landing.flatMap(Landing::early))
                .contains(look(Finding.UNKNOWN, "default/web-2 is not on n2 any more", now));
    }

    // Of nodes that are to be empty

    @Test
    void nodeThatWasToBeEmpty_andIsSo_orIsGone_helped_whateverItsNodeRunsItself() {
        var agent = new Owner(Fleet.NAMESPACE, "DaemonSet", "agent");
        var size = new Resources(10_000, 100 * Clusters.GIB);
        var cordoned = new NodeSpec("n1", "u", "b", size, size, 110, Readiness.READY, true, false, List.of());

        assertThat(emptied(fixed(SOON))).isEqualTo(look(Finding.HELPED, "n1 is empty", SOON));
        assertThat(emptied(fixed(SOON).pod("n1", agent, "agent-1", 10, pod -> pod)))
                .isEqualTo(look(Finding.HELPED, "n1 is empty", SOON));
        assertThat(emptied(fixed(SOON).node(cordoned))).isEqualTo(look(Finding.HELPED, "n1 is empty", SOON));
        assertThat(emptied(new Fleet().at(SOON).node("n2").pod("n2", "web", "web-2", 100)))
                .isEqualTo(look(Finding.HELPED, "n1 was emptied, and is gone from the cluster", SOON));
    }

    @Test
    void nodeThatWasToBeEmpty_andHasPods_didNotHelp() {
        assertThat(emptied(fixed(SOON).pod("n1", "api", "api-1", 10)))
                .isEqualTo(look(Finding.DID_NOT_HELP, "n1 is not empty: default/api-1 never left it", SOON));
        assertThat(emptied(fixed(SOON).pod("n1", "late", "late-1", 10, bound(NOON + MINUTE))))
                .isEqualTo(look(Finding.DID_NOT_HELP, "n1 is not empty: default/late-1 has come to it since", SOON));
    }

    @Test
    void nodeThatWasToBeEmpty_isNotKnownToHaveHelped_whileItsOtherPodsAreAboutToGo() {
        var api = emptying("api-1", "uid-api-1");
        var with = fixed(SOON).pod("n1", "api", "api-1", 10);
        var expected = look(Finding.UNKNOWN, "n1 is not empty yet: default/api-1 is about to go", SOON);

        assertThat(emptied(with, new MoveStep(api))).isEqualTo(expected);
        assertThat(emptied(with, new MoveStep(api).evicting(SOON))).isEqualTo(expected);
        assertThat(emptied(with, new MoveStep(api).dropped(MovePhase.REFUSED, "no", SOON))
                        .finding())
                .isEqualTo(Finding.DID_NOT_HELP);
        assertThat(emptied(fixed(SOON).pod("n1", "api", "api-1", 10, Fleet.with(PodBuilder::terminating))))
                .isEqualTo(expected);
    }

    @Test
    void nodeThatWasToBeEmpty_didNotHelp_whereItsPodCameBack_orHurtsItsTarget() {
        var moved = new MoveStep(emptying("web-1", "uid"), MovePhase.EVICTED, NOON, "", Optional.empty());
        var image = fixed(SOON).image();

        var back = after(moved.landed(new Landing("web-2", "n1", NOON)), image, watched(SOON), SOON);
        var full = fixed(SOON).pod("n2", "db", "db-1", 9_900).image();
        var hurt = after(moved.landed(new Landing("web-2", "n2", NOON)), full, watched(SOON, "n2"), SOON);

        assertThat(back.flatMap(Landing::early)).contains(look(Finding.DID_NOT_HELP, "it came back to n1", SOON));
        assertThat(hurt.flatMap(Landing::early)).contains(look(Finding.DID_NOT_HELP, "n2 is hurt", SOON));
    }

    private static Landing.Look emptied(Fleet fleet, MoveStep... others) {
        var step = new MoveStep(emptying("web-1", "uid"), MovePhase.EVICTED, NOON, "", Optional.empty())
                .landed(new Landing("web-2", "n2", NOON));
        var steps = Stream.concat(Stream.of(step), Stream.of(others)).toList();
        return PLANNER.looked(steps, fleet.image(), watched(SOON), SOON)
                .getFirst()
                .landing()
                .flatMap(Landing::early)
                .orElseThrow();
    }

    private static Move emptying(String pod, String uid) {
        return new Move(
                Fleet.key(pod),
                uid,
                Fleet.deployment("web"),
                "n1",
                "n2",
                0,
                1,
                100,
                "",
                Optional.empty(),
                Optional.of(MoveGoal.EMPTY_NODES));
    }

    private static UnaryOperator<PodSpec> bound(long atMillis) {
        return Fleet.with(pod -> pod.boundTo("n1", atMillis));
    }

    private static Fleet fixed(long now) {
        return new Fleet().at(now).node("n1").node("n2").pod("n2", "web", "web-2", 100);
    }

    private static MoveStep forAGoal(String landedOn) {
        var move = new Move(Fleet.key("web-1"), "uid", Fleet.deployment("web"), "n1", "n2", 0, 1, 100, "");
        return new MoveStep(move, MovePhase.EVICTED, NOON, "", Optional.empty())
                .landed(new Landing("web-2", landedOn, NOON));
    }

    @Test
    void targetOnWhichAResizeWaitsForRoom_isNotHarmed() {
        long now = NOON + 5 * MINUTE;
        var waiting = new PodLevel(Resources.NONE, Resources.NONE, Resources.NONE, now - 4 * MINUTE);
        var crowded = new Fleet()
                .at(now)
                .node("n1")
                .node("n2")
                .pod("n2", "web", "web-1", 10_100, Fleet.with(pod -> pod.level(waiting)))
                .image();

        var landing = after(fresh(), crowded, calm(now), now);

        assertThat(finding(landing)).isEqualTo(Finding.HELPED);
    }

    @Test
    void look_soonAfterAStart_orAtANodeThatIsNotMeasured_tellsNothing() {
        long now = NOON + 5 * MINUTE;
        var started = new Watched(Neighbours.NONE, Fleet.hot(), now - 359_999).with(HOURS);

        assertThat(looked(fresh(), now, started).early())
                .contains(look(Finding.UNKNOWN, "nodes were not watched for long enough by then", now));
        assertThat(after(fresh(), ClusterImage.EMPTY, calm(now), now).flatMap(Landing::early))
                .contains(look(Finding.UNKNOWN, "n1 is not measured", now));
        long late = NOON + 35 * MINUTE;
        assertThat(looked(fresh(), late, calm(late)).late())
                .contains(look(Finding.UNKNOWN, "nobody looked in time", late));
    }

    @Test
    void hurtOfTheSameQuietHour_thatIsGone_helped_thoughItIsOffPeak() {
        var landing = looked(step(NIGHT, Optional.empty()), NIGHT + 5 * MINUTE, calm(NIGHT + 5 * MINUTE));

        assertThat(finding(Optional.of(landing))).isEqualTo(Finding.HELPED);
    }

    @Test
    void moveOfBusyHours_lookedAtWhenItIsOffPeak_didNoHarm_andIsLookedAtTheNextDay() {
        // Off-peak begins at 22:00.
        long at = millis("2027-01-14T21:50:00Z");
        var step = step(at, Optional.empty());
        var early = looked(step, at + 5 * MINUTE, calm(at + 5 * MINUTE));
        var late = looked(step.with(early), at + 30 * MINUTE, calm(at + 30 * MINUTE));

        assertThat(early.early().map(Landing.Look::finding)).contains(Finding.HELPED);
        assertThat(late.late().map(Landing.Look::finding)).contains(Finding.NO_HARM);
        long next = at + DAY + 30 * MINUTE;
        assertThat(looked(step.with(late), next, calm(next)).atHour().map(Landing.Look::finding))
                .contains(Finding.HELPED);
    }

    // At the hour of the trouble

    @Test
    void moveByTheLastDaysTrouble_didNoHarmAtNight_andIsLookedAtWhenItsHourComesAgain() {
        // Thursday's noon, moved on Friday at 3:00.
        long night = NIGHT - DAY;
        var step = step(night, Optional.of(NOON - DAY));
        var early = looked(step, night + 5 * MINUTE, calm(night + 5 * MINUTE));
        var late = looked(step.with(early), night + 30 * MINUTE, calm(night + 30 * MINUTE));

        assertThat(late.late().map(Landing.Look::finding)).contains(Finding.NO_HARM);
        var after = step.with(late);
        assertThat(at(after, NOON + 30 * MINUTE - 1, calm(NOON))).isEmpty();
        assertThat(at(after, NOON + 60 * MINUTE, calm(NOON))).isEmpty();
        long then = NOON + 30 * MINUTE;
        assertThat(at(after, then, calm(then)).flatMap(Landing::atHour))
                .contains(
                        look(Finding.HELPED, "n1 was not hurt like that since, nor at the hour at which it was", then));
        var last = at(after, then, calm(then)).orElseThrow();
        assertThat(at(step.with(last), then + MINUTE, calm(then + MINUTE))).isEmpty();
    }

    @Test
    void atTheHour_theWorstSinceTheMoveCounts_andNothingOfBefore() {
        long then = NOON + 30 * MINUTE;

        assertThat(atHour(hurt(0.97, NOON - 10 * HOUR)).finding()).isEqualTo(Finding.HELPED);
        assertThat(atHour(hurt(0.94, NOON - 2 * HOUR)))
                .isEqualTo(look(
                        Finding.HELPED_IN_PART, "n1 is hurt less than before: cpu at 94%, to be brought to 80%", then));
        assertThat(atHour(hurt(0.96, NOON - 2 * HOUR), hurt(0.92, NOON)))
                .isEqualTo(look(Finding.DID_NOT_HELP, "n1 was hurt since: cpu at 96%, to be brought to 80%", then));
    }

    @Test
    void atTheHour_aTargetThatWasHurtSince_isToldOf() {
        long then = NOON + 30 * MINUTE;
        var day = new DayPeaks(new TreeMap<>(Map.of("n2", peak(hurt(0.93, NOON - HOUR)))));

        assertThat(at(waiting(), then, calm(then).with(day)).flatMap(Landing::atHour))
                .contains(look(
                        Finding.DID_NOT_HELP,
                        "n2 was hurt since: at 2027-01-15T11:00:00Z: cpu at 93%, to be brought to 80%",
                        then));
    }

    @Test
    void hourOfAQuietDay_tellsNothingOfABusyOne() {
        // Friday's noon, moved on Saturday at 3:00; weekends are off-peak.
        var step = step(NIGHT, Optional.of(NOON)).with(noHarm(NIGHT));

        for (int days = 1; days <= 2; days++) {
            long then = NOON + days * DAY + 30 * MINUTE;
            assertThat(at(step, then, calm(then))).isEmpty();
        }
        long monday = NOON + 3 * DAY + 30 * MINUTE;
        assertThat(at(step, monday, calm(monday)).flatMap(Landing::atHour).map(Landing.Look::finding))
                .contains(Finding.HELPED);
    }

    @Test
    void hourAtWhichNobodyCanTell_isPassedOver_andAfterAWeekItIsSaidSo() {
        long then = NOON + 30 * MINUTE;
        var started = new Watched(Neighbours.NONE, Fleet.hot(), then - MINUTE).with(HOURS);

        assertThat(at(waiting(), then, started)).isEmpty();
        assertThat(after(waiting(), ClusterImage.EMPTY, calm(then), then)).isEmpty();
        long late = NOON + 7 * DAY + 30 * MINUTE;
        assertThat(at(waiting(), late, calm(late)).flatMap(Landing::atHour))
                .contains(look(Finding.UNKNOWN, "no hour like that of its trouble was seen within a week", late));
    }

    @Test
    void moveOfWhichNoTroubleIsRecorded_isLookedAtAsBefore() {
        var old = new Move(Fleet.key("hog-1"), "uid", Fleet.deployment("hog"), "n1", "n2", 1, 1, 100, "");
        var step = new MoveStep(old, MovePhase.EVICTED, NIGHT, "", Optional.empty())
                .landed(new Landing("hog-2", "n2", NIGHT));
        long now = NIGHT + 30 * MINUTE;

        var landing = looked(step, now, calm(now));

        assertThat(landing.late()).contains(look(Finding.UNKNOWN, "it is off-peak, when nothing is hurt", now));
        assertThat(at(step.with(landing), now + DAY, calm(now + DAY))).isEmpty();
        long early = NIGHT + 5 * MINUTE;
        assertThat(after(step, image(early, 9_400), watched(early, "n1"), early).flatMap(Landing::early))
                .contains(look(Finding.DID_NOT_HELP, "n1 is hurt", early));
    }

    // Given

    private static MoveStep fresh() {
        return step(NOON, Optional.empty());
    }

    /// Moved at 3:00 on Friday, by what was there at noon on Thursday, and no harm was seen since.
    private static MoveStep waiting() {
        return step(NIGHT - DAY, Optional.of(NOON - DAY)).with(noHarm(NIGHT - DAY));
    }

    private static Landing noHarm(long atMillis) {
        return new Landing("hog-2", "n2", atMillis)
                .with(look(Finding.NO_HARM, "", atMillis + Landing.EARLY_MILLIS))
                .with(look(Finding.NO_HARM, "", atMillis + Landing.LATE_MILLIS));
    }

    private static MoveStep step(long atMillis, Optional<Long> troubleMillis) {
        return step(atMillis, troubleMillis, 0.17);
    }

    private static MoveStep step(long atMillis, Optional<Long> troubleMillis, double excess) {
        var aim = new Aim(Trouble.Kind.HOT, Contention.CPU, excess, 0.06, troubleMillis);
        var move = new Move(
                Fleet.key("hog-1"), "uid", Fleet.deployment("hog"), "n1", "n2", 0.35, 1, 100, "", Optional.of(aim));
        return new MoveStep(move, MovePhase.EVICTED, atMillis, "", Optional.empty())
                .landed(new Landing("hog-2", "n2", atMillis));
    }

    private static Landing.Look look(Finding finding, String words, long atMillis) {
        return new Landing.Look(finding, words, atMillis);
    }

    private static Landing looked(MoveStep step, long now, Watched watched) {
        return at(step, now, watched).orElseThrow();
    }

    /// Nothing where no look is due.
    private static Optional<Landing> after(MoveStep step, ClusterImage image, Watched watched, long now) {
        var after = PLANNER.looked(List.of(step), image, watched, now).getFirst();
        return after.equals(step) ? Optional.empty() : after.landing();
    }

    private static Optional<Landing> at(MoveStep step, long now, Watched watched) {
        return after(step, image(now, 5_000), watched, now);
    }

    private static Landing.Look soon(long cpuMillis) {
        long now = NOON + 5 * MINUTE;
        return after(fresh(), image(now, cpuMillis), watched(now, "n1"), now)
                .flatMap(Landing::early)
                .orElseThrow();
    }

    private static Landing.Look atHour(DayPeaks.Hurt... hurts) {
        long then = NOON + 30 * MINUTE;
        var day = new DayPeaks(new TreeMap<>(Map.of("n1", peak(hurts))));
        return at(waiting(), then, calm(then).with(day))
                .flatMap(Landing::atHour)
                .orElseThrow();
    }

    private static DayPeaks.Peak peak(DayPeaks.Hurt... hurts) {
        var busiest = new DayPeaks.Busiest(0.9, NOON);
        return new DayPeaks.Peak(busiest, busiest, 24, Arrays.asList(hurts));
    }

    private static DayPeaks.Hurt hurt(double share, long atMillis) {
        return new DayPeaks.Hurt(List.of(new Trouble.Hot(Contention.CPU, share, 0.8)), atMillis);
    }

    private static Finding finding(Optional<Landing> landing) {
        return landing.flatMap(Landing::latest).orElseThrow().finding();
    }

    private static ClusterImage image(long atMillis, long cpuMillis) {
        return new Fleet()
                .at(atMillis)
                .node("n1")
                .node("n2")
                .pod("n1", "web", "web-1", cpuMillis)
                .image();
    }

    private static Watched calm(long now) {
        return watched(now);
    }

    private static Watched watched(long now, String... hot) {
        return new Watched(Neighbours.NONE, Fleet.hot(hot), now - HOUR).with(HOURS);
    }

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    /// Nights and weekends are off-peak.
    private static RegimeView hours() {
        var nights = new Window(Window.EVERY_DAY, LocalTime.of(22, 0), LocalTime.of(6, 0));
        Set<DayOfWeek> weekend = EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
        var days = new Window(weekend, LocalTime.MIN, LocalTime.MIN);
        var offPeak = Optional.of(new Schedule(UTC, List.of(nights, days)));
        return new RegimeLedger(new UserHours(UTC, Optional.empty(), offPeak, List.of())).view(NOON);
    }
}
