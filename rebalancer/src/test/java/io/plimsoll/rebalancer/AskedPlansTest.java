package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.PlanRequests;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What somebody is told who asks for a plan. n1 is at 96 %, and `calm-1` is the best to go.
class AskedPlansTest {

    private static final RebalancerSettings ASKING = RebalancerTest.settings(MoveApproval.REQUIRED, Hours.OFF_PEAK);

    private final MovingFleet fleet = new MovingFleet();
    private final Requests requests = new Requests();

    /// All that was asked, in memory.
    private static final class Requests implements PlanRequests {

        private final Map<String, Request> asked = new TreeMap<>();
        private Optional<JournalUnavailable> trouble = Optional.empty();
        private String undeletable = "";

        void ask(String name, long nowMillis) {
            asked.put(name, new Request(name, nowMillis, Optional.empty()));
        }

        Optional<Answer> answer(String name) {
            return Optional.ofNullable(asked.get(name)).flatMap(Request::answer);
        }

        @Override
        public List<Request> all() {
            trouble.ifPresent(failure -> {
                throw failure;
            });
            return new ArrayList<>(asked.values());
        }

        @Override
        public void answer(Request request, Answer answer) {
            asked.put(request.name(), new Request(request.name(), request.madeAtMillis(), Optional.of(answer)));
        }

        @Override
        public void forget(Request request) {
            if (request.name().equals(undeletable)) {
                throw new JournalUnavailable("no answer", new IOException());
            }
            asked.remove(request.name());
        }
    }

    /// Nobody knows the hours, so that none is proposed unasked.
    @Test
    void request_whereSomebodyIsToBeMoved_getsAPlanAtAnyHour_whichWaitsForApproval() throws Exception {
        hot().run(ASKING, Duration.ofMinutes(1));
        assertThat(fleet.plans.plans()).isEmpty();

        ask("one");
        ask("two");

        assertThat(fleet.plans.plans()).hasSize(1);
        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.PROPOSED);
        var planned = new PlanRequests.Answer.Planned(fleet.plan().name());
        assertThat(requests.answer("one")).contains(planned);
        assertThat(requests.answer("two")).contains(planned);
        fleet.run(ASKING, Duration.ofMinutes(1));
        assertThat(fleet.evicted).isEmpty();

        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, Duration.ofMinutes(1));

        assertThat(fleet.evicted).containsExactly(MovingFleet.key("calm-1"));
    }

    @Test
    void request_whileAPlanIsCarriedOut_isToldOfThatOne() throws Exception {
        hot();
        ask("first");
        fleet.plans.approve(fleet.plan().name(), true);

        ask("second");

        assertThat(fleet.plan().phase()).isEqualTo(PlanPhase.COMPLETED);
        assertThat(requests.answer("second"))
                .contains(new PlanRequests.Answer.Planned(fleet.plan().name()));
    }

    @Test
    void request_beforeTheLastPlanWasMeasured_isToldFromWhenOn() throws Exception {
        hot();
        ask("first");
        fleet.plans.approve(fleet.plan().name(), true);
        fleet.run(ASKING, Duration.ofMinutes(1));

        ask("second");

        assertThat(notNow("second")).startsWith("what the last plan has changed is being measured: ");
        assertThat(fleet.plans.plans()).hasSize(1);
    }

    @Test
    void request_afterAPlanWasRejected_isTold() throws Exception {
        hot();
        ask("first");
        var name = fleet.plan().name();
        fleet.plans.approve(name, false);
        fleet.run(ASKING, Duration.ofMinutes(6));

        ask("second");

        assertThat(notNow("second")).startsWith("the plan " + name + " was rejected: the next one is made from ");
    }

    @Test
    void request_whereNobodyIsHurt_isToldSo_onceThatIsKnown() throws Exception {
        fleet.requests = requests;
        fleet.nodes(2).deploy("calm", 1_000, "n1", "n2");

        // Watched since 1 ms after the epoch of the simulation: long enough from 6 minutes on.
        fleet.pass(Duration.ofMinutes(7));
        ask("late");

        assertThat(requests.answer("late")).contains(new PlanRequests.Answer.NothingToDo("no node is hurt"));
    }

    @Test
    void request_whereMovesAreSwitchedOff_isTold() throws Exception {
        hot();
        requests.ask("one", fleet.nowMillis());

        fleet.rebalancer(RebalancerTest.settings(MoveApproval.NEVER)).look(fleet.plans.plans());

        assertThat(notNow("one")).isEqualTo("moves are switched off: rebalancer.approval is never");
    }

    @Test
    void request_whileThePictureIsOld_isTold() throws Exception {
        hot();
        fleet.hide();
        fleet.jump(Duration.ofMinutes(2));

        ask("one");

        assertThat(notNow("one")).startsWith("the picture of the cluster is ");
    }

    @Test
    void request_afterTheClockWasSetBack_whileThePictureIsThatOfBefore_isTold() throws Exception {
        hot();
        fleet.hide();
        fleet.setClock(Duration.ofHours(-1));

        ask("one");

        assertThat(notNow("one")).isEqualTo("the picture of the cluster is 3600 s ahead: the clock was set back");
    }

    @Test
    void request_whilePlansCannotBeRead_isToldWhy() throws Exception {
        hot();
        requests.ask("one", fleet.nowMillis());
        var journal = new RebalancerTest.OddJournal(fleet.plans, new AtomicBoolean(true));

        fleet.rebalancer(ASKING, journal, fleet, fleet).turn();

        assertThat(notNow("one")).isEqualTo("the plan odd makes no sense");
    }

    /// The next turn may read them.
    @Test
    void request_whileTheApiServerIsAway_isAnsweredLater() throws Exception {
        hot();
        requests.ask("one", fleet.nowMillis());
        var journal = new RebalancerTest.OddJournal(fleet.plans, new AtomicBoolean(true), new IOException("no answer"));

        fleet.rebalancer(ASKING, journal, fleet, fleet).turn();

        assertThat(requests.answer("one")).isEmpty();
    }

    @Test
    void requests_whereAnOldOneCannotBeDeleted_areAnswered() throws Exception {
        hot();
        requests.ask("a", fleet.nowMillis());
        requests.undeletable = "a";
        fleet.jump(Duration.ofMinutes(31));

        ask("b");

        assertThat(requests.answer("b")).isPresent();
    }

    @Test
    void requests_ofManyAtOnce_areAnsweredTenInATurn() throws Exception {
        hot();
        for (int i = 1; i <= 11; i++) {
            requests.ask("ask-" + (100 + i), fleet.nowMillis());
        }

        fleet.rebalancer(ASKING).look(fleet.plans.plans());

        assertThat(requests.answer("ask-110")).isPresent();
        assertThat(requests.answer("ask-111")).isEmpty();
    }

    /// However short a plan may be begun.
    @Test
    void request_ofHalfAnHourAgo_isKept_wherePlansExpireAtOnce() {
        requests.ask("one", 0);

        var open = new OpenRequests(requests, Duration.ofMinutes(1)).read(29 * 60_000);

        assertThat(open).hasSize(1);
    }

    @Test
    void requests_ofLongAgo_areForgotten_answeredOrNot() throws Exception {
        hot();
        requests.ask("old", fleet.nowMillis());
        fleet.jump(Duration.ofMinutes(31));

        ask("new");

        assertThat(requests.asked).containsOnlyKeys("new");
    }

    @Test
    void requestsThatCannotBeRead_hinderNoMove() throws Exception {
        hot();
        requests.trouble = Optional.of(new JournalUnavailable("no answer", new IllegalStateException()));

        fleet.run(RebalancerTest.settings(MoveApproval.AUTOMATIC), Duration.ofMinutes(1));

        assertThat(fleet.evicted).hasSize(1);
    }

    private MovingFleet hot() {
        fleet.requests = requests;
        return fleet.nodes(3)
                .deploy("calm", 3_300, "n1", "n3")
                .deploy("hog", 3_000, "n1", "n3")
                .deploy("rest", 3_300, "n1", "n2")
                .pass(Duration.ofMinutes(8));
    }

    /// One turn with it.
    private void ask(String name) throws InterruptedException {
        requests.ask(name, fleet.nowMillis());
        fleet.rebalancer(ASKING).look(fleet.plans.plans());
    }

    private String notNow(String name) {
        return requests.answer(name).orElseThrow() instanceof PlanRequests.Answer.NotNow(var words) ? words : "planned";
    }
}
