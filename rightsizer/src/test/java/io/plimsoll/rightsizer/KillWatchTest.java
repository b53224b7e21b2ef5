package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.MemoryFloor.OomRaise;
import io.plimsoll.model.recommendation.OomRules;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KillWatchTest {

    private static final long MIB = 1L << 20;
    private static final long MINUTE = 60_000;
    private static final long NOW = 1_800_000_000_000L;
    private static final PodKey KEY = new PodKey("shop", "db-0");
    private static final Owner DB = new Owner("shop", "StatefulSet", "db");

    private Surroundings.SystemOoms ooms = Surroundings.SystemOoms.UNKNOWN;
    private final KillWatch kills = new KillWatch(OomRules.DEFAULT, () -> ooms.list());

    /// What was killed before anybody watched is in the first list: 64 + 100.
    @Test
    void kill_foundInTheFirstImage_raisesTheFloor() {
        var image = image(pod(64, kill("c1", 64, NOW - MINUTE)));

        kills.look(image, NOW);

        assertThat(floor(image, 64, NOW)).map(OomRaise::bytes).contains(164 * MIB);
    }

    /// The kubelet says so a little later than the runtime; an hour later its event is gone, and nothing changes.
    @Test
    void kill_whileTheNodeAsAWholeWasOutOfMemory_raisesNothing() {
        var image = image(pod(64, kill("c1", 64, NOW - MINUTE)));
        ooms = () -> Map.of("n1", List.of(NOW - MINUTE + 3_000));

        kills.look(image, NOW);
        assertThat(floor(image, 64, NOW)).isEmpty();

        ooms = Map::of;
        kills.look(image, NOW + 70 * MINUTE);
        assertThat(floor(image, 64, NOW + 70 * MINUTE)).isEmpty();
    }

    @Test
    void kill_atAnotherTimeOrOnAnotherNodeThanThatWhichWasOutOfMemory_raises() {
        var image = image(pod(64, kill("c1", 64, NOW - MINUTE)));
        ooms = () -> Map.of("n1", List.of(NOW - 2 * MINUTE), "n2", List.of(NOW - MINUTE));

        kills.look(image, NOW);

        assertThat(floor(image, 64, NOW)).map(OomRaise::bytes).contains(164 * MIB);
    }

    @Test
    void kill_ofWhichNobodyCanSayWhetherTheNodeWasOutOfMemory_raises() {
        var image = image(pod(64, kill("c1", 64, NOW - MINUTE)));
        ooms = () -> {
            throw new IOException("403 events is forbidden");
        };

        kills.look(image, NOW);

        assertThat(floor(image, 64, NOW)).map(OomRaise::bytes).contains(164 * MIB);
    }

    /// The first look at the events fails, before anybody has decided on the kill.
    @Test
    void kill_thatTurnsOutToBeTheNodes_countsNoMore() {
        var image = image(pod(64, kill("c1", 64, NOW - MINUTE)));
        ooms = () -> {
            throw new IOException("429 too many requests");
        };
        kills.look(image, NOW);
        ooms = () -> Map.of("n1", List.of(NOW - MINUTE));

        kills.look(image, NOW + 1000);

        assertThat(floor(image, 64, NOW + 1000)).isEmpty();
    }

    @Test
    void kill_seenForTheFirstTime_isNewsUntilItIsNoticed() {
        var image = image(pod(64, kill("c1", 64, NOW)));

        assertThat(kills.isNews(image)).isTrue();
        kills.notice(image);
        assertThat(kills.isNews(image)).isFalse();
        assertThat(kills.isNews(image(pod(64, kill("c2", 64, NOW))))).isTrue();
    }

    /// The record says that it was raised a minute ago; the list still shows the kill of before, as if it had
    /// been at the limit that is in force now.
    @Test
    void raise_recordedBeforeARestart_isHeldAndNotRepeated() {
        var image = image(pod(164, kill("c1", 164, NOW - 2 * MINUTE)));
        kills.remember(record(ChangePhase.APPLIED, "OomKilled", NOW - MINUTE), image);

        kills.look(image, NOW);

        assertThat(floor(image, 164, NOW)).map(OomRaise::bytes).contains(164 * MIB);
    }

    /// Killed again at what it was raised to, within the ten minutes in which the raise is to show what it
    /// does, and after.
    @Test
    void kill_afterARaiseThatWasRecorded_isRaisedForWhenTheObservationIsOver() {
        var image = image(pod(164, kill("c2", 164, NOW)));
        kills.remember(record(ChangePhase.APPLIED, "OomKilled", NOW - MINUTE), image);

        kills.look(image, NOW);

        assertThat(floor(image, 164, NOW)).map(OomRaise::bytes).contains(164 * MIB);
        assertThat(floor(image, 164, NOW + 10 * MINUTE)).map(OomRaise::bytes).contains(264 * MIB);
    }

    @Test
    void change_thatWasNotSentOrNotForAKill_isNoRaise() {
        var image = image(pod(64));
        kills.remember(record(ChangePhase.ABANDONED, "OomKilled", NOW), image);
        kills.remember(record(ChangePhase.APPLIED, "UsageChanged", NOW), image);

        kills.look(image, NOW);

        assertThat(floor(image, 64, NOW)).isEmpty();
    }

    /// Whoever took the raise back knew of the kill: only a further one counts.
    @Test
    void raise_takenBackByHand_isNoFloorAndItsKillCountsNoMore() {
        kills.look(image(pod(64, kill("c1", 64, NOW - 3 * MINUTE))), NOW - 2 * MINUTE);
        assertThat(floor(image(pod(64, kill("c1", 64, NOW - 3 * MINUTE))), 64, NOW - 2 * MINUTE))
                .isPresent();
        var undo = new Change(
                DB,
                "",
                "Undone",
                "takes it back",
                Optional.of("db-1"),
                List.of(new PodChange(KEY, "u-0", List.of(container(164)), List.of(container(64)))));
        var image = image(pod(64, kill("c1", 64, NOW - 3 * MINUTE)));

        kills.remember(new Logged("shop/db-2", NOW - MINUTE, undo, ChangePhase.APPLIED), image);
        kills.look(image, NOW);

        assertThat(floor(image, 64, NOW)).isEmpty();
        assertThat(floor(image, 64, NOW + 20 * MINUTE)).isEmpty();
    }

    /// It ran with 300 MiB, was lowered to 64 and killed there, which made 164: it has 300 again, and keeps
    /// them. A kill at these is another one.
    @Test
    void kill_atALoweredLimitThatWasTakenBack_raisesNothingAndKeepsWhatWasThereBefore() {
        var kill = kill("c1", 64, NOW - MINUTE);
        kills.look(image(pod(64, kill)), NOW - MINUTE);
        assertThat(floor(image(pod(64, kill)), 64, NOW - MINUTE))
                .map(OomRaise::bytes)
                .contains(164 * MIB);
        var lowered = new PodChange(KEY, "u-0", List.of(container(300)), List.of(container(64)));
        var change = new Change(DB, "shop/p", "UsageChanged", "a test", Optional.empty(), List.of(lowered));
        var harm = new PodResult(lowered, ChangePhase.REVERTED, "killed").harmed();

        kills.ended(change, new ChangeResult("shop/db-1", List.of(harm)), NOW);
        kills.look(image(pod(300, kill)), NOW);

        assertThat(floor(image(pod(300, kill)), 300, NOW)).map(OomRaise::bytes).contains(300 * MIB);
        var further = image(pod(300, kill("c2", 300, NOW + MINUTE)));
        kills.look(further, NOW + MINUTE);
        assertThat(floor(further, 300, NOW + MINUTE)).map(OomRaise::bytes).contains(400 * MIB);
    }

    /// As above, after a restart: the list shows the kill as if it had been at the limit that is there again.
    @Test
    void kill_beforeARestartAtALoweredLimitThatWasTakenBack_raisesNothing() {
        var lowered = new PodChange(KEY, "u-0", List.of(container(300)), List.of(container(64)));
        var change = new Change(DB, "shop/p", "UsageChanged", "a test", Optional.empty(), List.of(lowered));
        var image = image(pod(300, kill("c1", 300, NOW - MINUTE)));

        kills.remember(new Logged("shop/db-1", NOW - 2 * MINUTE, change, ChangePhase.REVERTED), image);
        kills.look(image, NOW);

        assertThat(floor(image, 300, NOW)).map(OomRaise::bytes).contains(300 * MIB);
        var further = image(pod(300, kill("c2", 300, NOW)));
        kills.look(further, NOW);
        assertThat(floor(further, 300, NOW)).map(OomRaise::bytes).contains(400 * MIB);
    }

    /// The next pods of an init container start with the raise, one of them from another template, nine days later.
    @Test
    void raise_ofAnInitContainer_standsAsLongAsPodsAreMadeWithIt() {
        var killed = image(pod(64, kill("c1", 64, NOW - MINUTE)));
        kills.look(killed, NOW);
        assertThat(initFloor(killed, 64, NOW)).contains(164 * MIB);
        long later = NOW + 9 * 24 * 60 * MINUTE;

        kills.look(image(pod(164)), later);

        assertThat(initFloor(image(pod(164)), 164, later)).contains(164 * MIB);
        assertThat(initFloor(image(pod(128)), 128, later)).isEmpty();
        assertThat(floor(image(pod(164)), 164, later)).isEmpty();
    }

    @Test
    void raise_ofAnInitContainerFromBeforeARestart_isToldByWhatWasRecommended() {
        var told = new Resources(100, 164 * MIB);
        kills.recall(List.of(new StoredRecommendation(
                DB,
                Optional.empty(),
                List.of(new StoredRecommendation.Container("main", told, told, told, told, 0, true, "")))));

        kills.look(image(pod(164)), NOW);

        assertThat(initFloor(image(pod(164)), 164, NOW)).contains(164 * MIB);
        assertThat(initFloor(image(pod(64)), 64, NOW)).isEmpty();
        assertThat(floor(image(pod(164)), 164, NOW)).isEmpty();
    }

    private Optional<Long> initFloor(ClusterImage image, long limitMib, long nowMillis) {
        return kills.floor(image, pod(limitMib), container(limitMib).asInit(), Long.MAX_VALUE, 0, nowMillis)
                .map(OomRaise::bytes);
    }

    private Optional<OomRaise> floor(ClusterImage image, long limitMib, long nowMillis) {
        return kills.floor(image, pod(limitMib), container(limitMib), Long.MAX_VALUE, 0, nowMillis);
    }

    private static Logged record(ChangePhase phase, String code, long createdMillis) {
        var pod = new PodChange(KEY, "u-0", List.of(container(64)), List.of(container(164)));
        var change = new Change(DB, "shop/p", code, "killed", Optional.empty(), List.of(pod));
        return new Logged("shop/db-1", createdMillis, change, phase);
    }

    private static ClusterImage image(PodSpec pod) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.PodApplied(pod));
        return delta.apply();
    }

    private static MemoryKill kill(String containerId, long limitMib, long atMillis) {
        return new MemoryKill("main", containerId, 0, limitMib * MIB, 0, atMillis, false);
    }

    private static ContainerSpec container(long limitMib) {
        long request = limitMib == 64 ? 32 : limitMib;
        return new ContainerSpec("main", new Resources(100, request * MIB), new Resources(0, limitMib * MIB));
    }

    private static PodSpec pod(long limitMib, MemoryKill... seen) {
        return new PodSpec(
                KEY,
                "u-0",
                Optional.of(DB),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(container(limitMib)),
                InitContainers.NONE,
                PodLevel.NONE,
                Set.of(),
                new MemoryFacts(List.of(), List.of(seen)),
                PodTraits.NONE);
    }
}
