package io.plimsoll.app.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.app.explain.ScriptedInspection;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.resource.RebalancePlan;
import io.plimsoll.kubernetes.resource.RebalancePlanStatus;
import io.plimsoll.kubernetes.resource.RebalanceRequest;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.PlanRequests.Answer;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The command at a real API server, with plans of two moves from n1 to n2.
@RealControlPlane
class RebalanceCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private ControlPlane controlPlane;
    private KubernetesClient admin;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void connect(ControlPlane running, KubernetesClient client) {
        CustomResources.serve(running);
        CustomResources.unguard(running);
        controlPlane = running;
        admin = client;
    }

    @AfterEach
    void forget() {
        admin.resources(RebalancePlan.class).delete();
        admin.resources(RebalanceRequest.class).delete();
    }

    @Test
    void rebalance_approvesThePlanThatItGets_andShowsEachMove() throws Exception {
        try (var _ = PlayedRebalancer.moving(admin)) {
            assertThat(rebalance("--yes")).isZero();
        }

        var plan = plan();
        assertThat(plan.getMetadata().getAnnotations()).containsEntry(RebalancePlan.APPROVED, "true");
        assertThat(out.toString())
                .startsWith(plan.getMetadata().getName() + ": 2 moves, cost 2.20\n")
                .contains("\n     shop/hog-1  n1 -> n2  cpu at 99%\n")
                .contains("\n1/2  shop/hog-1  n1 -> n2  landed: hog-1-b runs on n2, as planned\n")
                .contains("\n2/2  shop/hog-2  n1 -> n2  landed: hog-2-b runs on n2, as planned\n")
                .endsWith("\n2 of 2 moved\n");
        assertThat(admin.resources(RebalanceRequest.class).list().getItems())
                .singleElement()
                .satisfies(
                        request -> assertThat(request.getSpec().reason()).startsWith("plimsoll rebalance --once of "));
    }

    @Test
    void rebalance_whereAPlanIsOpen_carriesThatOneOut_andAsksForNone() throws Exception {
        try (var server = new ApiServer(admin)) {
            PlayedRebalancer.propose(server);
        }
        try (var _ = PlayedRebalancer.moving(admin)) {
            assertThat(rebalance("--yes")).isZero();
        }

        assertThat(out.toString()).endsWith("\n2 of 2 moved\n");
        assertThat(admin.resources(RebalanceRequest.class).list().getItems()).isEmpty();
    }

    @Test
    void rebalance_whereNobodyIsToBeMoved_isDone() throws Exception {
        try (var _ = PlayedRebalancer.answering(admin, new Answer.NothingToDo("no node is hurt"))) {
            assertThat(rebalance("--yes")).isZero();
        }

        assertThat(out).hasToString("nothing to do: no node is hurt\n");
    }

    @Test
    void rebalance_whereNothingMayBeMovedNow_exits5_withTheReason() throws Exception {
        try (var _ = PlayedRebalancer.answering(admin, new Answer.NotNow("the last plan is being measured"))) {
            assertThat(rebalance("--yes")).isEqualTo(5);
        }

        assertThat(out).hasToString("not now: the last plan is being measured\n");
    }

    @Test
    void rebalance_withoutARebalancer_exits4_andSaysWhereToLook() {
        assertThat(rebalance("--yes", "--answer-seconds", "1")).isEqualTo(4);

        assertThat(out.toString()).contains("no rebalancer has answered within 1 s", "get lease plimsoll-rebalancer");
    }

    @Test
    void rebalance_ofAPlanThatIsStopped_exits3_withTheReason() throws Exception {
        try (var _ = PlayedRebalancer.moving(admin, MovePhase.LOST, new CountDownLatch(0))) {
            assertThat(rebalance("--yes")).isEqualTo(3);
        }

        assertThat(out.toString())
                .contains("\n1/2  shop/hog-1  n1 -> n2  lost: no pod came in its place\n")
                .endsWith("\n0 of 2 moved, shop/hog-1: no pod came in its place\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rebalance_withNobodyToAsk_orWithoutOnce_exits2_andAsksForNoPlan(boolean isOnce) {
        assertThat(execute(isOnce ? new String[] {"rebalance", "--once"} : new String[] {"rebalance", "--yes"}))
                .isEqualTo(2);

        assertThat(err.toString()).contains(isOnce ? "so give --yes" : "--once");
        assertThat(admin.resources(RebalanceRequest.class).list().getItems()).isEmpty();
    }

    @Test
    void dryRun_showsWhatTheServiceWouldMove_andWritesNothing() throws Exception {
        try (var inspection = new ScriptedInspection("""
                {"at": "2026-11-21T03:12:00Z", "watchedSince": "2026-11-21T02:12:00Z", "hurt": [], "resizes": [],
                 "nodes": [], "keptByReason": [], "kept": [], "moves": [
                 {"pod": "shop/gone", "uid": "u1", "workload": "shop/Deployment/web", "from": "n1", "to": "n2",
                 "benefit": 1, "cost": 2.2, "score": 81, "because": "it is hot"}]}
                """)) {
            int code = inspection.ask("rebalance", "--once", "--dry-run", "--kubeconfig=" + controlPlane.kubeconfig());

            assertThat(code).as(inspection.err.toString()).isZero();
            assertThat(inspection.out.toString()).contains("shop/gone", "refused: it is gone: ");
        }
        assertThat(admin.resources(RebalanceRequest.class).list().getItems()).isEmpty();
    }

    /// The first replacement is waited for while the process is told to end; the second pod stays where it is.
    @Test
    void rebalance_toldToEnd_endsBetweenTwoMoves_withAFinishedRecord(@TempDir Path folder) throws Exception {
        var landing = new CountDownLatch(1);
        try (var _ = PlayedRebalancer.moving(admin, MovePhase.LANDED, landing)) {
            var output = folder.resolve("output");
            var process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Plimsoll.class.getName(),
                            "rebalance",
                            "--once",
                            "--yes",
                            "--kubeconfig=" + controlPlane.kubeconfig())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                await().atMost(PATIENCE).until(() -> Files.readString(output).contains("1/2  shop/hog-1"));

                process.destroy();
                await().atMost(PATIENCE).until(() -> Files.readString(output).contains("no further move is begun"));
                assertThat(process.isAlive()).isTrue();
                landing.countDown();

                assertThat(process.waitFor()).isEqualTo(143);
                assertThat(Files.readString(output, StandardCharsets.UTF_8))
                        .contains("2/2  shop/hog-2  n1 -> n2  skipped: the plan was rejected\n")
                        .endsWith("1 of 2 moved\n");
            } finally {
                process.destroyForcibly();
            }
        }
        assertThat(plan().getStatus())
                .satisfies(status -> assertThat(status.phase()).isEqualTo(RebalancePlanStatus.Phase.COMPLETED))
                .satisfies(status -> assertThat(status.moved()).isEqualTo("1/2"));
    }

    private RebalancePlan plan() {
        return admin.resources(RebalancePlan.class).list().getItems().getFirst();
    }

    private int rebalance(String... arguments) {
        var all = Stream.concat(
                Stream.of("rebalance", "--once", "--kubeconfig=" + controlPlane.kubeconfig()), Stream.of(arguments));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return Plimsoll.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
