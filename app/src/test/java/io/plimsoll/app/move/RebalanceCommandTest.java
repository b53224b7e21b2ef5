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
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.PlanRequests.Answer;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

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
                .startsWith("asked for a plan, by rebalance-")
                .contains("\n" + plan.getMetadata().getName() + ": 2 moves, cost 2.20, each begun by "
                        + plan.getSpec().expiresAt() + "\n")
                .contains("\n     shop/hog-1  n1 -> n2  cpu at 99%\n")
                .contains("\n1/2  shop/hog-1  n1 -> n2  landed: hog-1-b runs on n2, as planned\n")
                .contains("\n2/2  shop/hog-2  n1 -> n2  landed: hog-2-b runs on n2, as planned\n")
                .endsWith("\n2 of 2 moved\n");
        assertThat(admin.resources(RebalanceRequest.class).list().getItems())
                .singleElement()
                .satisfies(
                        request -> assertThat(request.getSpec().reason()).startsWith("plimsoll rebalance --once of "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "", "what?"})
    void rebalance_ofAPlanThatIsDeclined_hasItRejected_andMovesNothing(String answer) throws Exception {
        try (var _ = PlayedRebalancer.moving(admin)) {
            assertThat(rebalanceAsking(answer)).isEqualTo(5);
        }

        assertThat(out.toString())
                .endsWith("rejected: none of its moves is begun, and no other plan is made until it has expired\n")
                .doesNotContain("hog-1-b");
        assertThat(plan().getMetadata().getAnnotations()).containsEntry(RebalancePlan.APPROVED, "false");
    }

    @Test
    void rebalance_ofAPlanThatIsConfirmed_carriesItOut() throws Exception {
        try (var _ = PlayedRebalancer.moving(admin)) {
            assertThat(rebalanceAsking(" Yes ")).isZero();
        }

        assertThat(out.toString()).endsWith("\n2 of 2 moved\n");
        assertThat(isApproved()).isTrue();
    }

    @Test
    void rebalance_whereAPlanWaits_carriesThatOneOut() throws Exception {
        var name = proposed(Duration.ofMinutes(10));
        try (var _ = PlayedRebalancer.moving(admin)) {
            assertThat(rebalance("--yes")).isZero();
        }

        assertThat(out.toString()).contains("\n" + name + ": 2 moves").endsWith("\n2 of 2 moved\n");
        assertThat(admin.resources(RebalancePlan.class).list().getItems()).hasSize(1);
    }

    /// With `approval: never` it is the rebalancer that knows.
    @Test
    void rebalance_whereAPlanWaits_butMovesAreSwitchedOff_approvesNothing() throws Exception {
        proposed(Duration.ofMinutes(10));
        try (var _ = PlayedRebalancer.answering(admin, new Answer.NotNow("moves are switched off"))) {
            assertThat(rebalance("--yes")).isEqualTo(5);
        }

        assertThat(out.toString()).endsWith("\nnot now: moves are switched off\n");
        assertThat(isApproved()).isFalse();
    }

    @Test
    void rebalance_whereAPlanRuns_followsIt_andAsksForNone() throws Exception {
        begun();
        var landing = new CountDownLatch(1);
        try (var _ = PlayedRebalancer.moving(admin, MovePhase.LANDED, landing)) {
            var landed = Thread.ofPlatform().start(() -> {
                await().atMost(PATIENCE).until(() -> out.toString().contains("already begun"));
                landing.countDown();
            });

            assertThat(rebalance("--yes")).isZero();
            landed.join();
        }

        assertThat(out.toString())
                .contains("\nalready begun, following; Ctrl-C rejects it\n")
                .endsWith("\n2 of 2 moved\n");
        assertThat(isApproved()).isFalse();
        assertThat(admin.resources(RebalanceRequest.class).list().getItems()).isEmpty();
    }

    @Test
    void rebalance_ofAPlanThatSomebodyHasRejected_leavesItSo() throws Exception {
        var name = begun();
        try (var server = new ApiServer(admin)) {
            PlayedRebalancer.journal(server).approve(name, false);
        }

        assertThat(rebalance("--yes")).isEqualTo(5);

        assertThat(out.toString()).endsWith("\n" + name + " was rejected, and what is on its way ends\n");
        assertThat(plan().getMetadata().getAnnotations()).containsEntry(RebalancePlan.APPROVED, "false");
    }

    @Test
    void rebalance_ofAPlanThatIsAboutToExpire_exits5_andApprovesNothing() throws Exception {
        var name = proposed(Duration.ofMinutes(1));
        try (var _ = PlayedRebalancer.answering(admin, new Answer.Planned(name))) {
            assertThat(rebalance("--yes")).isEqualTo(5);
        }

        assertThat(out.toString()).endsWith("\nit expires too soon to be begun: ask again after that\n");
        assertThat(isApproved()).isFalse();
    }

    @Test
    void rebalance_ofWhichTheApiServerTakesNothing_exits5() throws Exception {
        try (var _ = PlayedRebalancer.moving(admin, MovePhase.REFUSED, new CountDownLatch(0))) {
            assertThat(rebalance("--yes")).isEqualTo(5);
        }

        assertThat(out.toString()).contains("refused: a budget forbids it").endsWith("\n0 of 2 moved\n");
    }

    @Test
    void rebalance_whereNobodyIsToBeMoved_isDone() throws Exception {
        try (var _ = PlayedRebalancer.answering(admin, new Answer.NothingToDo("no node is hurt"))) {
            assertThat(rebalance("--yes")).isZero();
        }

        assertThat(out.toString()).endsWith(" at most\nnothing to do: no node is hurt\n");
    }

    @Test
    void rebalance_whereNothingMayBeMovedNow_exits5_withTheReason() throws Exception {
        try (var _ = PlayedRebalancer.answering(admin, new Answer.NotNow("the last plan is being measured"))) {
            assertThat(rebalance("--yes")).isEqualTo(5);
        }

        assertThat(out.toString()).endsWith(" at most\nnot now: the last plan is being measured\n");
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

    private String proposed(Duration left) {
        try (var server = new ApiServer(admin)) {
            return PlayedRebalancer.propose(server, left).name();
        }
    }

    /// As a rebalancer does whom nobody has to approve anything.
    private String begun() {
        try (var server = new ApiServer(admin)) {
            var plan = PlayedRebalancer.propose(server);
            return PlayedRebalancer.journal(server)
                    .write(plan.at(PlanPhase.RUNNING, ""))
                    .name();
        }
    }

    private boolean isApproved() {
        return Optional.ofNullable(plan().getMetadata().getAnnotations()).stream()
                .anyMatch(annotations -> "true".equals(annotations.get(RebalancePlan.APPROVED)));
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
        return commandLine().execute(arguments);
    }

    private int rebalanceAsking(String answer) {
        var commandLine = commandLine();
        RebalanceCommand command = Optional.ofNullable(
                        commandLine.getSubcommands().get("rebalance"))
                .orElseThrow()
                .getCommand();
        command.askBy(question -> Optional.of(answer));
        return commandLine.execute("rebalance", "--once", "--kubeconfig=" + controlPlane.kubeconfig());
    }

    private CommandLine commandLine() {
        return Plimsoll.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    }
}
