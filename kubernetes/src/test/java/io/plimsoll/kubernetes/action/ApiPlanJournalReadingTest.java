package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.move.PlanPhase;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiPlanJournalReadingTest {

    /// So that one can go back from that version without losing the limits that are counted from plans.
    @Test
    void planOfALaterVersion_withFieldsThatThisOneDoesNotKnow_isRead() {
        var plan = """
                {"metadata": {"name": "moves-1", "creationTimestamp": "2026-11-22T12:00:00Z", "resourceVersion": "1"},
                 "spec": {"madeAt": "2026-11-22T12:00:00Z", "expiresAt": "2026-11-22T12:30:00Z", "mood": "calm",
                          "hurtNodes": [], "moves": [], "kept": [], "nodes": [],
                          "totals": {"moves": 0, "nodes": 0, "cost": "0.00", "joy": 7}},
                 "status": {"phase": "Completed", "moves": [], "moon": {"phase": "full"}}}""";
        try (var api = new LoopbackApi(
                        exchange -> LoopbackApi.json(exchange, 200, "{\"metadata\": {}, \"items\": [" + plan + "]}"));
                var server = new ApiServer(api.client())) {
            var journal = new ApiPlanJournal(server, Clock.systemUTC(), new Random(1));

            assertThat(journal.plans()).singleElement().satisfies(read -> {
                assertThat(read.name()).isEqualTo("moves-1");
                assertThat(read.phase()).isEqualTo(PlanPhase.COMPLETED);
            });
        }
    }
}
