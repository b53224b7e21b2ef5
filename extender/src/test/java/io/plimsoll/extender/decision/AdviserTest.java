package io.plimsoll.extender.decision;

import static io.plimsoll.extender.Clusters.NOW_MILLIS;
import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.extender.Requests;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.PlacementConfig;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdviserTest {

    private final AtomicLong nanos = new AtomicLong();
    private final ClusterImage image = cluster()
            .node("n1", 0.2, 0.2)
            .node("n2", 0.97, 0.2)
            .pod("a", "n2", 3_900)
            .image();

    private Adviser adviser(long nanosPerLook) {
        return new Adviser(
                () -> image,
                PlacementConfig.DEFAULT,
                new DecisionSettings(10, 60_000, false),
                opinion -> {},
                () -> Instant.ofEpochMilli(NOW_MILLIS),
                () -> nanos.addAndGet(nanosPerLook));
    }

    @Test
    void answer_deadlineExceeded_isNeutral() {
        var adviser = adviser(11_000_000);
        var body = Requests.names("n1", "n2").getBytes(StandardCharsets.UTF_8);

        var decision = adviser.answer(Verb.FILTER, body, body.length);

        assertThat(decision.neutral()).contains(NeutralCause.DEADLINE);
        assertThat(adviser.reply().toString()).contains("\"NodeNames\":[\"n1\",\"n2\"]");
    }

    @Test
    void answer_inTime_isNotNeutral() {
        var adviser = adviser(1_000);
        var body = Requests.names("n1", "n2").getBytes(StandardCharsets.UTF_8);

        var decision = adviser.answer(Verb.FILTER, body, body.length);

        assertThat(decision.neutral()).isEmpty();
        assertThat(decision.rejectedCount()).isEqualTo(1);
    }

    @Test
    void answer_podThatAsksAgain_isNotInItsOwnWay() {
        var adviser = adviser(1_000);
        var body = Requests.names("n1", "n2").getBytes(StandardCharsets.UTF_8);

        var first = adviser.answer(Verb.PRIORITIZE, body, body.length);
        var again = adviser.answer(Verb.PRIORITIZE, body, body.length);

        assertThat(first.top()).isNotEmpty();
        assertThat(again.top()).isEqualTo(first.top());
    }

    @Test
    void warmUp_answersTwoThousandRequests() {
        assertThat(WarmUp.run(PlacementConfig.DEFAULT)).isEqualTo(2_000);
    }

    @Test
    void log_full_keepsTheLatestNewestFirst() {
        var log = new DecisionLog(3);
        var adviser = adviser(1_000);
        var decisions = new ArrayList<Decision>();
        for (int i = 0; i < 5; i++) {
            var body = Requests.names("pod-" + i).getBytes(StandardCharsets.UTF_8);
            var decision = adviser.answer(i % 2 == 0 ? Verb.FILTER : Verb.PRIORITIZE, body, body.length);
            decisions.addFirst(decision);
            log.add(decision);
        }

        assertThat(log.latest(10)).containsExactlyElementsOf(decisions.subList(0, 3));
        assertThat(log.latest(2)).containsExactlyElementsOf(decisions.subList(0, 2));
    }
}
