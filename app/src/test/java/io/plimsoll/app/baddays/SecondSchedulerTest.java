package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.testbed.controlplane.ProcessSpec;
import io.plimsoll.testbed.controlplane.RunningProcess;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The second scheduler of `manifests/overlays/second-scheduler`: its file as shipped, with the rights of its account,
/// beside the cluster's own scheduler.
@BadDays
class SecondSchedulerTest {
    private static final int PODS = 20;
    private static final Path FILE = Path.of("..", "scheduler-config", "second-scheduler.yaml");
    private static final String RIGHTS = "overlays/second-scheduler/rbac.yaml";
    private static final String NAME = "plimsoll-scheduler";

    private final List<RunningProcess> started = new ArrayList<>();
    private Roadstead roadstead;

    @BeforeEach
    void begin(Roadstead roadstead) {
        this.roadstead = roadstead;
        roadstead.grant(RIGHTS);
    }

    @AfterEach
    void end() {
        started.forEach(roadstead.controlPlane().processes()::kill);
        roadstead
                .client()
                .leases()
                .inNamespace(Roadstead.NAMESPACE)
                .withName(NAME)
                .delete();
    }

    @Test
    void pods_thatNameTheSecondScheduler_areAdvisedAndTheOthersAreLeftAlone() {
        String day = roadstead.newNamespace();
        var account = roadstead.kubeconfigOfPlimsoll();
        roadstead.controlPlane().restartScheduler(SchedulerSettings.stock());
        try (var plimsoll = ServedPlimsoll.start(roadstead, ServeOptions.DEFAULT.as(account))) {
            var second = start("second-scheduler", plimsoll.schedulerPort(), account);

            roadstead.deploy(day, "ours", PODS, "plimsoll");
            roadstead.deploy(day, "theirs", PODS);

            roadstead.awaitBound(day, "ours", PODS);
            roadstead.awaitBound(day, "theirs", PODS);
            assertThat(plimsoll.decided()).isGreaterThanOrEqualTo(PODS);
            assertThat(plimsoll.get("/inspect/decisions").body())
                    .contains("\"" + day, "ours-")
                    .doesNotContain("theirs-");
            assertThat(roadstead
                            .client()
                            .leases()
                            .inNamespace(Roadstead.NAMESPACE)
                            .withName(NAME)
                            .get()
                            .getSpec()
                            .getHolderIdentity())
                    .isNotEmpty();
            assertThat(log(second)).doesNotContain("forbidden");
        } finally {
            roadstead.forget(day);
        }
    }

    static Stream<Arguments> rights() {
        return Stream.of(
                Arguments.of("scheduler", "cannot list resource \\\"services\\\"", (Consumer<KubernetesClient>)
                        client -> client.rbac()
                                .clusterRoleBindings()
                                .withName(NAME)
                                .delete()),
                Arguments.of("lease", "cannot get resource \\\"leases\\\"", (Consumer<KubernetesClient>)
                        client -> client.rbac()
                                .roleBindings()
                                .inNamespace(Roadstead.NAMESPACE)
                                .withName(NAME)
                                .delete()),
                Arguments.of(
                        "authentication",
                        "cannot get resource \"configmaps\" in API group \"\" in the namespace \"kube-system\"",
                        (Consumer<KubernetesClient>) client -> client.rbac()
                                .roleBindings()
                                .inNamespace("kube-system")
                                .withName(NAME + "-authentication-reader")
                                .delete()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rights")
    void scheduler_withoutARight_saysWhichOneItMisses(
            String right, String message, Consumer<KubernetesClient> takeAway) {
        takeAway.accept(roadstead.client());

        var second = start("second-scheduler-without-" + right, 1, roadstead.kubeconfigOfPlimsoll());

        eventually().untilAsserted(() -> assertThat(log(second)).contains(message));
    }

    /// Starts kube-scheduler as the container of the overlay does, but for addresses and files of this machine.
    private RunningProcess start(String name, int extenderPort, Path account) {
        var plane = roadstead.controlPlane();
        var file = plane.folder().resolve(name + ".yaml");
        write(
                file,
                read(FILE).replace("127.0.0.1:8888", "127.0.0.1:" + extenderPort) + "clientConnection: {kubeconfig: \""
                        + account + "\"}\n");
        var process = plane.processes()
                .start(new ProcessSpec(
                        name,
                        List.of(
                                plane.binaries().program("kube-scheduler").toString(),
                                "--config=" + file,
                                // In a pod it finds its account by itself.
                                "--authentication-kubeconfig=" + account,
                                "--authorization-kubeconfig=" + account,
                                "--bind-address=127.0.0.1",
                                "--secure-port=" + ServePorts.free().health(),
                                "--cert-dir=" + plane.folder().resolve(name + "-certificates"))));
        started.add(process);
        return process;
    }

    private static String log(RunningProcess process) {
        return read(process.log());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
