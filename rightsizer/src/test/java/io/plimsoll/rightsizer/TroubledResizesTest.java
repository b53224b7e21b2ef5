package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.rightsizer.ApiLink.Asked;
import io.plimsoll.rightsizer.ApiLink.Fate;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Resizes at a real API server whose answer to the PATCH is a refusal, or gets lost. What the kubelet says is
/// [played][PlayedKubelet].
@RealControlPlane
class TroubledResizesTest {

    private static final String NODES = "troubled";
    private static final int NODES_MAX = 20;
    private static final AtomicInteger STAGES = new AtomicInteger();
    private static final Fate OVERLOAD = new Fate.Refused(429, "1");
    private static final Fate ERROR = new Fate.Refused(500, "1");
    private static final TransactionSettings SETTINGS = new TransactionSettings(
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(3));

    private LadderStage stage;
    private PlayedKubelet kubelet;
    private ApiServer server;

    @BeforeAll
    static void serve(ControlPlane controlPlane) throws Exception {
        CustomResources.apply(controlPlane);
        controlPlane.addNodes(FakeNodes.of(NODES, NODES_MAX).withCapacity(1, 4L << 30));
    }

    @BeforeEach
    void set(ControlPlane controlPlane) {
        var name = NODES + "-" + STAGES.getAndIncrement();
        stage = LadderStage.on(controlPlane.client(), name, name, 480);
        kubelet = new PlayedKubelet(stage.client(), name, LadderStage.NODE_CPU_MILLIS);
        server = new ApiServer(stage.client());
        stage.awaitRunning();
    }

    @AfterEach
    void clear() {
        server.close();
        kubelet.close();
        stage.close();
    }

    static Stream<Fate> troubles() {
        return Stream.of(OVERLOAD, ERROR, new Fate.Lost(), new Fate.Unanswered());
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void resize_inTroubleOnce_isMadeOnceAndItsRecordSaysSo(Fate trouble) throws Exception {
        var patches = new Patches(trouble);

        var result = raised(patches, 200);

        assertThat(result.isApplied()).as("%s", result).isTrue();
        assertThat(stage.generation(LadderStage.WEB)).isEqualTo(2);
        // One that the pod changed under is sent again.
        assertThat(patches.atNanos()).hasSizeBetween(trouble instanceof Fate.Unanswered ? 1 : 2, 4);
        stage.assertExplained(server, "" + trouble);
    }

    /// What does not answer for half a minute has taken effect all the same.
    @Test
    void resize_thatTakesEffectBeforeItTimesOut_isSentOnceAndItsRecordSaysThatItWasMade() throws Exception {
        var patches = new Patches(new Fate.Silent());

        var result = raised(patches, 200);

        assertThat(result.isApplied()).as("%s", result).isTrue();
        assertThat(stage.generation(LadderStage.WEB)).isEqualTo(2);
        assertThat(patches.atNanos()).hasSize(1);
        stage.assertExplained(server, "silent");
    }

    @Test
    void resize_toldToComeAgainInTwoSeconds_isNotSentBefore() throws Exception {
        var patches = new Patches(new Fate.Refused(429, "2"));

        var result = raised(patches, 200);

        assertThat(result.isApplied()).as("%s", result).isTrue();
        assertThat(Duration.ofNanos(
                        patches.atNanos().getLast() - patches.atNanos().getFirst()))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
    }

    /// 429 says that nothing was done; 500 does not, so what may have come of it is looked at later.
    @ParameterizedTest
    @MethodSource("troubles")
    void resize_inTroubleEachTime_isGivenUpAndThePodIsAsTheRecordSays(Fate trouble) throws Exception {
        var patches = new Patches(Collections.nCopies(5, trouble).toArray(Fate[]::new));

        var result = raised(patches, 200);

        boolean isMade = trouble instanceof Fate.Unanswered;
        assertThat(result.phase())
                .isEqualTo(
                        isMade
                                ? ChangePhase.APPLIED
                                : trouble.equals(OVERLOAD) ? ChangePhase.ABANDONED : ChangePhase.INTENDED);
        assertThat(stage.cpuMillis(LadderStage.WEB)).isEqualTo(isMade ? 200 : 100);
        stage.awaitEnd(server, LadderStage.Way.resuming(SETTINGS), () -> {});
        stage.assertExplained(server, "" + trouble);
    }

    /// There is no room for it, so it is taken back by a second PATCH.
    @ParameterizedTest
    @MethodSource("troubles")
    void takingBack_inTroubleOnce_isMadeOnceAndTheRecordSaysSo(Fate trouble) throws Exception {
        var result = raised(new Patches(new Fate.Answered(), trouble), 500);

        assertThat(result.phase()).as("%s", result).isEqualTo(ChangePhase.REVERTED);
        assertThat(stage.generation(LadderStage.WEB)).isEqualTo(3);
        stage.assertExplained(server, "" + trouble);
    }

    private ChangeResult raised(Patches patches, long cpuMillis) throws InterruptedException {
        try (var link = new ApiLink(stage.client(), patches);
                var troubled = link.server()) {
            return new ResizeTransaction(
                            new ApiActions(troubled),
                            new ApiPods(troubled),
                            stage.journal(troubled),
                            LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry()),
                            SETTINGS)
                    .run(stage.raise(cpuMillis), Duration.ZERO);
        }
    }

    /// What becomes of the PATCHes of resizes, one after the other; all else is answered. Guarded by itself.
    private static final class Patches implements ApiLink.Fates {

        private final List<Fate> fates;
        private final List<Long> atNanos = new ArrayList<>();

        Patches(Fate... fates) {
            this.fates = List.of(fates);
        }

        synchronized List<Long> atNanos() {
            return List.copyOf(atNanos);
        }

        @Override
        public synchronized Fate of(Asked asked) {
            boolean isResize = asked.path().contains("/resize") && !asked.path().contains("dryRun");
            if (!isResize) {
                return new Fate.Answered();
            }
            atNanos.add(System.nanoTime());
            return atNanos.size() <= fates.size() ? fates.get(atNanos.size() - 1) : new Fate.Answered();
        }
    }
}
