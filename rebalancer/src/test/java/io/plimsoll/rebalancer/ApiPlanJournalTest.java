package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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
        journal.plans().forEach(journal::forget);
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
