package io.plimsoll.extender.decision;

import static io.plimsoll.extender.Clusters.NOW_MILLIS;
import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.extender.Requests;
import io.plimsoll.extender.wire.ReplyBuffer;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.testbed.controlplane.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class AdviserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicLong nanos = new AtomicLong();
    private final ReplyBuffer reply = new ReplyBuffer();
    private final ClusterImage image = cluster()
            .node("n1", 0.2, 0.2)
            .node("n2", 0.97, 0.2)
            .pod("a", "n2", 3_900)
            .image();

    private Adviser adviser(long nanosPerLook) {
        return adviser(image, () -> nanos.addAndGet(nanosPerLook));
    }

    static Adviser adviser(ClusterImage image, LongSupplier nanoTime) {
        return adviser(image, Reservations.NONE, nanoTime);
    }

    private static Adviser adviser(ClusterImage image, Reservations reservations, LongSupplier nanoTime) {
        return new Adviser(
                () -> image,
                () -> Circumstances.UNKNOWN,
                () -> reservations,
                PlacementConfig.DEFAULT,
                new DecisionSettings(10, 60_000, false),
                opinion -> {},
                () -> Instant.ofEpochMilli(NOW_MILLIS),
                nanoTime);
    }

    @Test
    void answer_deadlineExceeded_isNeutral() {
        var adviser = adviser(11_000_000);
        var body = Requests.names("n1", "n2").getBytes(StandardCharsets.UTF_8);

        var decision = adviser.answer(Verb.FILTER, body, body.length, reply);

        assertThat(decision.neutral()).contains(NeutralCause.DEADLINE);
        assertThat(reply.toString()).contains("\"NodeNames\":[\"n1\",\"n2\"]");
    }

    @Test
    void answer_inTime_isNotNeutral() {
        var adviser = adviser(1_000);
        var body = Requests.names("n1", "n2").getBytes(StandardCharsets.UTF_8);

        var decision = adviser.answer(Verb.FILTER, body, body.length, reply);

        assertThat(decision.neutral()).isEmpty();
        assertThat(decision.rejectedCount()).isEqualTo(1);
    }

    @Test
    void answer_timeOverWhileRanking_givesUpAtTheNextBlock() {
        var large = cluster().nodes(20 * Placer.BLOCK, "n").image();
        var names = large.nodeTable().names();
        var body = Requests.names(names).getBytes(StandardCharsets.UTF_8);
        for (var verb : List.of(Verb.FILTER, Verb.PRIORITIZE)) {
            var looks = new AtomicInteger();
            // The sixth look is over the deadline of 10 ms: the first is the start, the second after decoding.
            var adviser = adviser(large, () -> looks.incrementAndGet() < 6 ? 0 : 11_000_000);

            var decision = adviser.answer(verb, body, body.length, reply);

            assertThat(decision.neutral()).contains(NeutralCause.DEADLINE);
            assertThat(looks).hasValueLessThan(10);
        }
    }

    @Test
    void answer_anyErrorWhileDeciding_isNeutralAndSaysWhich() {
        var errors = List.of(new IllegalStateException("broken"), new StackOverflowError(), new OutOfMemoryError());
        for (var error : errors) {
            var looks = new AtomicInteger();
            var adviser = adviser(image, () -> {
                if (looks.incrementAndGet() == 2) {
                    throw AdviserTest.<RuntimeException>sneaky(error);
                }
                return 0;
            });
            var body = Requests.names("n1", "n2").getBytes(StandardCharsets.UTF_8);

            var decision = adviser.answer(Verb.PRIORITIZE, body, body.length, reply);

            assertThat(decision.neutral()).contains(NeutralCause.ERROR);
            assertThat(decision.detail()).isEqualTo(error.toString());
            assertThat(reply.toString()).isEqualTo("[{\"Host\":\"n1\",\"Score\":0},{\"Host\":\"n2\",\"Score\":0}]");
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable error) throws T {
        throw (T) error;
    }

    /// n1 is better by itself.
    @Test
    void answer_replacementOfAPodThatIsMoved_isSentWhereThePlanSays() {
        var owner = new Owner("shop", "ReplicaSet", "web-7d");
        var move = new Move(new PodKey(owner.namespace(), "old"), "uid-old", owner, "n1", "n2", 1, 1, 0, "");
        var plan = new RecordedPlan(
                "p",
                "1",
                NOW_MILLIS,
                NOW_MILLIS,
                RecordedPlan.Approval.APPROVED,
                PlanPhase.RUNNING,
                "",
                List.of(new MoveStep(move).evicting(NOW_MILLIS)));
        var reservations = Reservations.of(List.of(plan), Map.of(), ClusterImage.EMPTY, NOW_MILLIS);
        var body = Requests.names("n1", "n2").getBytes(StandardCharsets.UTF_8);

        adviser(image, Reservations.NONE, () -> 0).answer(Verb.PRIORITIZE, body, body.length, reply);
        assertThat(reply).hasToString("[{\"Host\":\"n1\",\"Score\":10},{\"Host\":\"n2\",\"Score\":0}]");
        adviser(image, reservations, () -> 0).answer(Verb.PRIORITIZE, body, body.length, reply);
        assertThat(reply).hasToString("[{\"Host\":\"n1\",\"Score\":0},{\"Host\":\"n2\",\"Score\":10}]");
    }

    @Test
    void answer_podThatAsksAgain_isNotInItsOwnWay() {
        var adviser = adviser(1_000);
        var body = Requests.names("n1", "n2").getBytes(StandardCharsets.UTF_8);

        var first = adviser.answer(Verb.PRIORITIZE, body, body.length, reply);
        var again = adviser.answer(Verb.PRIORITIZE, body, body.length, reply);

        assertThat(first.top()).isNotEmpty();
        assertThat(again.top()).isEqualTo(first.top());
    }

    @Test
    void log_full_keepsTheLatestNewestFirst() {
        var log = new DecisionLog(3);
        var adviser = adviser(1_000);
        var decisions = new ArrayList<Decision>();
        for (int i = 0; i < 5; i++) {
            var body = Requests.names("pod-" + i).getBytes(StandardCharsets.UTF_8);
            var decision = adviser.answer(i % 2 == 0 ? Verb.FILTER : Verb.PRIORITIZE, body, body.length, reply);
            decisions.addFirst(decision);
            log.add(decision);
        }

        assertThat(log.latest(10)).containsExactlyElementsOf(decisions.subList(0, 3));
        assertThat(log.latest(2)).containsExactlyElementsOf(decisions.subList(0, 2));
    }

    /// A call may leave 8 kB of garbage; what carries it over HTTP takes 3 of them.
    @Test
    void answer_warm_allocatesLittleWhateverTheNumberOfNodes() throws IOException {
        var process = new ProcessBuilder(JavaCommand.of(
                        List.of("-XX:+UseSerialGC"),
                        AnswerAllocation.class,
                        List.of("6000", String.valueOf(PATIENCE.toMillis()))))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        try (var said = process.inputReader(StandardCharsets.UTF_8)) {
            // One object for each node would be 8,000 bytes.
            assertThat(Long.parseLong(said.readLine())).isLessThan(6_000);
        }
    }
}
