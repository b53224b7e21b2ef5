package io.plimsoll.app.move;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.action.ApiPlanRequests;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.PlanRequests.Answer;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/// Writes into a real cluster what a rebalancer would of plans and requests, on a thread of its own, and evicts nobody.
public final class PlayedRebalancer implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(20);

    private final ApiServer server;
    private final ApiPlanJournal journal;
    private final ApiPlanRequests requests;
    private final Function<ApiServer, Answer> answer;
    private final MovePhase end;
    private final CountDownLatch landing;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);

    private PlayedRebalancer(
            KubernetesClient admin, Function<ApiServer, Answer> answer, MovePhase end, CountDownLatch landing) {
        this.server = new ApiServer(admin);
        this.journal = journal(server);
        this.requests = new ApiPlanRequests(server, Clock.systemUTC(), new Random());
        this.answer = answer;
        this.end = end;
        this.landing = landing;
        thread.start();
    }

    /// Answers all who ask with this.
    static PlayedRebalancer answering(KubernetesClient admin, Answer answer) {
        return new PlayedRebalancer(admin, asked -> answer, MovePhase.LANDED, new CountDownLatch(0));
    }

    /// Has a plan of two moves for whoever asks, the open one if there is one, and carries out what is approved.
    public static PlayedRebalancer moving(KubernetesClient admin) {
        return moving(admin, MovePhase.LANDED, new CountDownLatch(0));
    }

    /// @param end of the first move: landed or lost; or of all, refused
    /// @param landing until then the first replacement is waited for
    static PlayedRebalancer moving(KubernetesClient admin, MovePhase end, CountDownLatch landing) {
        return new PlayedRebalancer(
                admin, server -> new Answer.Planned(openOrProposed(server).name()), end, landing);
    }

    static ApiPlanJournal journal(ApiServer server) {
        return new ApiPlanJournal(server, Clock.systemUTC(), new Random());
    }

    private static RecordedPlan openOrProposed(ApiServer server) {
        return journal(server).plans().stream()
                .filter(RecordedPlan::isOpen)
                .findFirst()
                .orElseGet(() -> propose(server));
    }

    static RecordedPlan propose(ApiServer server) {
        return propose(server, Duration.ofMinutes(10));
    }

    /// @param left until it expires, of the half hour or more that it may be begun
    static RecordedPlan propose(ApiServer server, Duration left) {
        long nowMillis = Instant.now().toEpochMilli();
        return journal(server)
                .propose(
                        new MovePlan(
                                nowMillis + left.toMillis() - 1_800_000,
                                List.of(),
                                List.of(move("hog-1"), move("hog-2")),
                                List.of(),
                                List.of(),
                                List.of()),
                        nowMillis + left.toMillis());
    }

    private static Move move(String pod) {
        return new Move(
                new PodKey("shop", pod),
                "uid-of-" + pod,
                new Owner("shop", "Deployment", "hog"),
                "n1",
                "n2",
                0.5,
                1.1,
                80,
                "cpu at 99%");
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                requests.all().stream()
                        .filter(request -> request.answer().isEmpty())
                        .forEach(request -> requests.answer(request, answer.apply(server)));
                for (var plan : journal.plans()) {
                    goOn(plan);
                }
                Thread.sleep(LOOK);
            } catch (JournalUnavailable e) {
                // An approval came in between; the next turn reads it.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void goOn(RecordedPlan plan) throws InterruptedException {
        if (plan.phase() == PlanPhase.PROPOSED && plan.approval() == Approval.APPROVED) {
            journal.write(plan.at(PlanPhase.RUNNING, ""));
        } else if (plan.phase() == PlanPhase.PROPOSED && plan.approval() == Approval.REJECTED) {
            journal.write(plan.at(PlanPhase.EXPIRED, "it was rejected"));
        } else if (plan.phase() == PlanPhase.RUNNING) {
            var open = plan.steps().stream()
                    .filter(step -> !step.phase().isFinal())
                    .findFirst();
            journal.write(open.isEmpty() ? plan.at(PlanPhase.COMPLETED, "") : stepped(plan, open.get()));
        }
    }

    private RecordedPlan stepped(RecordedPlan plan, MoveStep step) throws InterruptedException {
        if (step.phase() == MovePhase.PLANNED) {
            return plan.with(with(
                    plan,
                    plan.approval() == Approval.REJECTED
                            ? step.at(MovePhase.SKIPPED, "the plan was rejected")
                            : step.evicting(Instant.now().toEpochMilli())));
        }
        if (step.phase() == MovePhase.EVICTING) {
            return plan.with(with(plan, step.at(MovePhase.EVICTED, "")));
        }
        landing.await();
        if (end == MovePhase.REFUSED) {
            return plan.with(with(plan, step.at(MovePhase.REFUSED, "a budget forbids it")));
        }
        if (end == MovePhase.LOST) {
            return plan.with(with(plan, step.at(MovePhase.LOST, "no pod came in its place")))
                    .at(PlanPhase.STOPPED, "shop/hog-1: no pod came in its place");
        }
        return plan.with(with(
                plan,
                step.landed(new Landing(
                        step.move().pod().name() + "-b", "n2", Instant.now().toEpochMilli()))));
    }

    private static List<MoveStep> with(RecordedPlan plan, MoveStep changed) {
        var steps = new ArrayList<>(plan.steps());
        steps.replaceAll(step -> step.move().equals(changed.move()) ? changed : step);
        return steps;
    }

    @Override
    public void close() {
        landing.countDown();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
    }
}
