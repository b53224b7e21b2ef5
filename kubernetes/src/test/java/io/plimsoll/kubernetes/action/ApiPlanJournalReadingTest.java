package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
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
        assertThat(read(plan)).satisfies(read -> {
            assertThat(read.name()).isEqualTo("moves-1");
            assertThat(read.phase()).isEqualTo(PlanPhase.COMPLETED);
        });
    }

    @Test
    void planOfAnEarlierVersion_whichDoesNotTellWhatItsMovesAreFor_isRead() {
        var plan = """
                {"metadata": {"name": "moves-1", "creationTimestamp": "2026-11-22T12:00:00Z", "resourceVersion": "1"},
                 "spec": {"madeAt": "2026-11-22T12:00:00Z", "expiresAt": "2026-11-22T12:30:00Z",
                          "moves": [{"namespace": "shop", "name": "web-1", "uid": "u1", "from": "n1", "to": "n2",
                                     "workload": {"kind": "Deployment", "name": "web"}, "reliefPercent": 0,
                                     "cost": "1.10", "because": "n1 is not needed in quiet hours"}],
                          "totals": {"moves": 1, "nodes": 1, "cost": "1.10"}}}""";

        assertThat(read(plan).steps())
                .singleElement()
                .isEqualTo(new MoveStep(new Move(
                        new PodKey("shop", "web-1"),
                        "u1",
                        new Owner("shop", "Deployment", "web"),
                        "n1",
                        "n2",
                        0,
                        1.1,
                        0,
                        "n1 is not needed in quiet hours")));
    }

    private static RecordedPlan read(String plan) {
        try (var api = new LoopbackApi(
                        exchange -> LoopbackApi.json(exchange, 200, "{\"metadata\": {}, \"items\": [" + plan + "]}"));
                var server = new ApiServer(api.client())) {
            return new ApiPlanJournal(server, Clock.systemUTC(), new Random(1))
                    .plans()
                    .getFirst();
        }
    }
}
