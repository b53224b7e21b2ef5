package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.resource.RebalancePlan;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec;
import io.plimsoll.kubernetes.resource.RebalancePlanSpec.PlannedMove;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The same in a real cluster.
@RealControlPlane
class ApiPlanJournalTest extends PlanJournalContract {

    private static final Path DEFINITION = Path.of("..", "manifests", "crds", "rebalanceplans.plimsoll.io.yaml");

    private ApiServer server;
    private ApiPlanJournal journal;

    @BeforeAll
    static void define(ControlPlane controlPlane) throws IOException {
        try (var file = Files.newInputStream(DEFINITION)) {
            controlPlane.client().load(file).serverSideApply();
        }
        controlPlane
                .client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("rebalanceplans.plimsoll.io")
                .waitUntilCondition(ApiPlanJournalTest::isServed, 30, TimeUnit.SECONDS);
    }

    private static boolean isServed(CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    @BeforeEach
    void connect(ControlPlane controlPlane) {
        server = new ApiServer(controlPlane.client());
        journal = new ApiPlanJournal(server, Clock.systemUTC(), new Random());
    }

    @AfterEach
    void disconnect() {
        journal.readable().forEach(journal::forget);
        server.close();
    }

    @Test
    void running_areThoseAlone() {
        var proposed = journal.propose(plan(MADE), MADE);
        var running = journal.write(journal.propose(plan(MADE), MADE).at(PlanPhase.RUNNING, ""));

        assertThat(journal.running()).containsExactly(running);
        journal.write(running.at(PlanPhase.COMPLETED, ""));
        assertThat(journal.running()).isEmpty();
        assertThat(journal.plans()).extracting(RecordedPlan::name).contains(proposed.name());
    }

    /// The API server takes any text for a cost.
    @Test
    void plan_thatMakesNoSense_isNamedToWhoeverCountsLimits_andLeftOutForOthers(ControlPlane controlPlane) {
        var proposed = journal.propose(plan(MADE), MADE);
        var odd = controlPlane
                .client()
                .resources(RebalancePlan.class)
                .withName(proposed.name())
                .get();
        odd.setMetadata(new ObjectMetaBuilder().withName("odd").build());
        var move = odd.getSpec().moves().getFirst();
        odd.setSpec(new RebalancePlanSpec(
                odd.getSpec().madeAt(),
                odd.getSpec().expiresAt(),
                odd.getSpec().totals(),
                List.of(),
                List.of(new PlannedMove(
                        move.namespace(),
                        move.name(),
                        move.uid(),
                        move.workload(),
                        move.from(),
                        move.to(),
                        move.reliefPercent(),
                        "much",
                        move.because(),
                        move.trouble(),
                        move.goal())),
                List.of(),
                List.of()));
        var created = controlPlane.client().resource(odd).create();
        try {
            assertThatThrownBy(() -> journal.plans())
                    .isInstanceOf(JournalUnavailable.class)
                    .hasMessageContaining("the plan odd makes no sense")
                    .hasMessageContaining("kubectl delete rebalanceplan odd")
                    .hasMessageContaining("much");
            assertThat(journal.readable()).extracting(RecordedPlan::name).containsExactly(proposed.name());
            assertThat(journal.plan(proposed.name())).contains(proposed);
            assertThatThrownBy(() -> journal.plan("odd")).isInstanceOf(JournalUnavailable.class);
            assertThat(journal.plan("nowhere")).isEmpty();
        } finally {
            controlPlane.client().resource(created).delete();
        }
        assertThat(journal.plans()).extracting(RecordedPlan::name).containsExactly(proposed.name());
    }

    @Override
    PlanJournal journal() {
        return journal;
    }

    @Override
    void approve(String name, boolean isApproved) {
        try {
            journal.approve(name, isApproved);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
