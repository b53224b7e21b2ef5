package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.MemoryFloor.OomRaise;
import io.plimsoll.model.recommendation.OomDecision.Verdict;
import io.plimsoll.model.recommendation.OomKill.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OomLedgerTest {

    private static final long MIB = 1 << 20;
    private static final long MINUTE = 60 * 1000;
    private static final long DAY = 24 * 60 * MINUTE;
    private static final long NOW = 100 * DAY;
    private static final Owner WORKLOAD = new Owner("shop", "Deployment", "cart");
    private static final OomRules RULES = OomRules.DEFAULT;

    private final OomLedger ledger = new OomLedger();

    @Test
    void decide_killAtTheLimit_raisesFromTheLimitAndNotFromTheRequest() {
        ledger.record(kill("uid-1", 0, 512));

        // 512 · 1.2 = 614.4, more than 512 + 100; from the request it would be 356
        assertThat(decide(512, 256, 500))
                .isEqualTo(raised(new OomRaise((long) Math.ceil(512 * MIB * 1.2), 512 * MIB, 1, NOW)));
    }

    @Test
    void decide_smallLimit_raisesByTheLeastStep() {
        ledger.record(kill("uid-1", 0, 256));

        assertThat(bytes(decide(256, 128, 250))).contains(356 * MIB);
    }

    @Test
    void decide_higherPeakThanTheLimit_raisesFromThePeak() {
        ledger.record(kill("uid-1", 0, 512));

        assertThat(bytes(decide(512, 256, 1000))).contains(1200 * MIB);
    }

    @Test
    void decide_killSeenByListAndWatch_countsOnce() {
        ledger.record(kill("uid-1", 3, 512));
        ledger.record(kill("uid-1", 3, 512));

        assertThat(decide(512, 256, 0, twoKills(), NOW).verdict()).isEqualTo(Verdict.TOO_FEW);
    }

    @Test
    void decide_twoRunsOfOnePodAndOneOfAnother_countsThree() {
        ledger.recordAll(List.of(kill("uid-1", 0, 512), kill("uid-1", 1, 512), kill("uid-2", 0, 512)));

        assertThat(decide(512, 256, 0).floor().map(OomRaise::kills)).contains(3);
    }

    @Test
    void decide_killAtALimitThatWasSinceChanged_isIgnored() {
        ledger.record(kill("uid-1", 0, 512));

        assertThat(decide(1024, 256, 0)).isEqualTo(new OomDecision(Verdict.NO_KILLS, Optional.empty()));
    }

    @Test
    void decide_killOfAnOlderTemplate_isIgnored() {
        ledger.record(kill("uid-1", 0, 512));

        assertThat(ledger.decide(present(512, 256, 0, 8), RULES, NOW).verdict()).isEqualTo(Verdict.NO_KILLS);
    }

    @Test
    void decide_templateChangedSinceTheRaise_dropsTheRaise() {
        ledger.record(kill("uid-1", 0, 512));
        decide(512, 256, 0);

        assertThat(ledger.decide(present(512, 256, 0, 8), RULES, NOW + MINUTE).floor())
                .isEmpty();
        assertThat(ledger.state().raises()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"NODE_PRESSURE_EVICTION", "HOST"})
    void decide_killThatTheLimitDidNotCause_isIgnored(Kind kind) {
        ledger.record(new OomKill(WORKLOAD, "uid-1", "app", "", 0, 512 * MIB, 256 * MIB, NOW, 7, kind));

        assertThat(decide(512, 256, 0).verdict()).isEqualTo(Verdict.NO_KILLS);
    }

    @Test
    void decide_oldKill_isForgotten() {
        ledger.record(kill("uid-1", 0, 512, NOW - 9 * DAY));

        assertThat(decide(512, 256, 0).verdict()).isEqualTo(Verdict.NO_KILLS);
    }

    @Test
    void decide_killedAgainWithinTheObservation_keepsTheRaiseAndWaits() {
        ledger.record(kill("uid-1", 0, 512));
        var first = decide(512, 256, 0);
        ledger.record(kill("uid-1", 1, 615, NOW + 2 * MINUTE));

        var second = decide(615, 615, 0, RULES, NOW + 3 * MINUTE);

        assertThat(second).isEqualTo(new OomDecision(Verdict.OBSERVING, first.floor()));
    }

    @Test
    void decide_killedAgainAfterTheObservation_raisesFromTheNewLimit() {
        ledger.record(kill("uid-1", 0, 512));
        decide(512, 256, 0);
        ledger.record(kill("uid-1", 1, 1000, NOW + 2 * MINUTE));

        assertThat(bytes(decide(1000, 615, 0, RULES, NOW + 11 * MINUTE))).contains(1200 * MIB);
    }

    @Test
    void decide_raiseThatIsNotCarriedOut_doesNotGrow() {
        var bytes = new ArrayList<Long>();
        for (int hour = 0; hour < 24; hour++) {
            long at = NOW + 60 * MINUTE * hour;
            ledger.record(kill("uid-1", hour, 512, at));
            bytes.add(bytes(decide(512, 256, 0, RULES, at + MINUTE)).orElseThrow());
        }

        assertThat(bytes).containsOnly((long) Math.ceil(512 * MIB * 1.2));
    }

    @Test
    void decide_noNewKill_holdsTheRaiseForEightDays() {
        ledger.record(kill("uid-1", 0, 512));
        var raised = decide(512, 256, 0);

        assertThat(decide(615, 615, 0, RULES, NOW + 7 * DAY))
                .isEqualTo(new OomDecision(Verdict.NO_KILLS, raised.floor()));
        assertThat(decide(615, 615, 0, RULES, NOW + 9 * DAY))
                .isEqualTo(new OomDecision(Verdict.NO_KILLS, Optional.empty()));
    }

    @Test
    void decide_maximumBelowTheStep_raisesToTheMaximum() {
        ledger.record(kill("uid-1", 0, 512));

        assertThat(bytes(decide(512, 256, 0, RULES.withMaxBytes(550 * MIB), NOW)))
                .contains(550 * MIB);
    }

    @Test
    void decide_maximumReached_saysSo() {
        ledger.record(kill("uid-1", 0, 512));

        assertThat(decide(512, 256, 0, RULES.withMaxBytes(512 * MIB), NOW))
                .isEqualTo(new OomDecision(Verdict.AT_MAXIMUM, Optional.empty()));
    }

    @Test
    void decide_endlessKills_keepsEightOfThem() {
        for (int run = 0; run < 100; run++) {
            ledger.record(kill("uid-1", run, 512, NOW + run));
        }

        assertThat(ledger.state().kills()).hasSize(OomRules.KILLS_MAX).allMatch(kill -> kill.restartCount() >= 92);
    }

    @Test
    void forget_oldKillsAndRaises_leavesNothing() {
        ledger.record(kill("uid-1", 0, 512));
        decide(512, 256, 0);

        ledger.forget(RULES, NOW + 9 * DAY);

        assertThat(ledger.state()).isEqualTo(new OomLedger.State(List.of(), List.of()));
    }

    @Property(tries = 300)
    void record_anyOrder_isTheSame(@ForAll("kills") List<OomKill> kills, @ForAll int seed) {
        var shuffled = new ArrayList<>(kills);
        Collections.shuffle(shuffled, new Random(seed));

        assertThat(ledgerOf(shuffled).state()).isEqualTo(ledgerOf(kills).state());
    }

    @Property(tries = 300)
    void record_twice_changesNothing(@ForAll("kills") List<OomKill> kills) {
        var twice = new ArrayList<>(kills);
        twice.addAll(kills);

        assertThat(ledgerOf(twice).state()).isEqualTo(ledgerOf(kills).state());
    }

    @Property(tries = 300)
    void decide_anyKills_isNeverBelowTheLimitThatWasHitNorAboveTheMaximum(
            @ForAll("kills") List<OomKill> kills,
            @ForAll @IntRange(max = 2000) int peakMib,
            @ForAll @LongRange(min = 1, max = 4096) long maxMib) {
        var decision =
                ledgerOf(kills).decide(present(512, 256, peakMib, 7), RULES.withMaxBytes(maxMib * MIB), NOW + MINUTE);

        assertThat(decision.floor().stream())
                .allMatch(floor -> floor.bytes() > floor.limitHitBytes() && floor.bytes() <= maxMib * MIB);
    }

    @Property(tries = 100)
    void state_writtenAndReadBack_decidesTheSame(@ForAll("kills") List<OomKill> kills) {
        var original = ledgerOf(kills);
        original.decide(present(512, 256, 0, 7), RULES, NOW);

        var copy = OomLedger.of(original.state());

        assertThat(copy.state()).isEqualTo(original.state());
        assertThat(copy.decide(present(615, 256, 0, 7), RULES, NOW + DAY))
                .isEqualTo(original.decide(present(615, 256, 0, 7), RULES, NOW + DAY));
    }

    @Provide
    Arbitrary<List<OomKill>> kills() {
        return Combinators.combine(
                        Arbitraries.of("uid-1", "uid-2", "uid-3"),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.of(512L, 615L),
                        Arbitraries.longs().between(NOW - 3, NOW),
                        Arbitraries.longs().between(6, 7),
                        Arbitraries.of(Kind.class))
                .as((uid, run, limit, at, generation, kind) ->
                        new OomKill(WORKLOAD, uid, "app", "", run, limit * MIB, 256 * MIB, at, generation, kind))
                .list()
                .ofMaxSize(30);
    }

    private static OomLedger ledgerOf(List<OomKill> kills) {
        var ledger = new OomLedger();
        kills.forEach(ledger::record);
        return ledger;
    }

    private OomDecision decide(long limitMib, long requestMib, long peakMib) {
        return decide(limitMib, requestMib, peakMib, RULES, NOW);
    }

    private OomDecision decide(long limitMib, long requestMib, long peakMib, OomRules rules, long nowMillis) {
        return ledger.decide(present(limitMib, requestMib, peakMib, 7), rules, nowMillis);
    }

    private static OomLedger.Present present(long limitMib, long requestMib, long peakMib, long generation) {
        var container =
                new ContainerSpec("app", new Resources(100, requestMib * MIB), new Resources(0, limitMib * MIB));
        return new OomLedger.Present(WORKLOAD, container, generation, peakMib * MIB);
    }

    private static OomKill kill(String uid, int run, long limitMib) {
        return kill(uid, run, limitMib, NOW);
    }

    private static OomKill kill(String uid, int run, long limitMib, long atMillis) {
        return new OomKill(
                WORKLOAD,
                uid,
                "app",
                "containerd://" + uid + run,
                run,
                limitMib * MIB,
                256 * MIB,
                atMillis,
                7,
                Kind.CONTAINER_LIMIT);
    }

    private static OomRules twoKills() {
        return new OomRules(2, 100 * MIB, 1.2, Long.MAX_VALUE, 10 * MINUTE, 8 * DAY);
    }

    private static OomDecision raised(OomRaise floor) {
        return new OomDecision(Verdict.RAISED, Optional.of(floor));
    }

    private static Optional<Long> bytes(OomDecision decision) {
        return decision.floor().map(OomRaise::bytes);
    }
}
