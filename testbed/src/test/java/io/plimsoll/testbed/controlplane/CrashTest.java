package io.plimsoll.testbed.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is left when the JVM that owns processes is killed.
class CrashTest {

    /// A program that owns a run with two processes, one of which escaped its parent's death signal, until it is
    /// killed.
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws Exception {
            Processes processes = Processes.in(TestbedFolder.newRun("crash"));
            processes.start(new ProcessSpec("child", List.of("sleep", "1000")));
            // A program that clears the signal, as one does that changes its user.
            processes.start(new ProcessSpec("escaped", List.of("setpriv", "--pdeathsig", "clear", "sleep", "1000")));
            System.out.println(processes.logs().getParent());
            Thread.sleep(Duration.ofHours(1));
        }
    }

    @Test
    void owner_killed_itsProcessesAreEndedByTheNextReap() throws Exception {
        Process owner = start(Owner.class);
        Path run = Path.of(firstLine(owner));
        List<ProcessLedger.Child> children =
                ProcessLedger.read(run).orElseThrow().children();
        assertThat(children).extracting(ProcessLedger.Child::name).containsExactly("child", "escaped");
        // Until it has cleared the signal, the second one would die with its owner, and leave nothing to reap.
        Awaitility.await().until(() -> children.stream().allMatch(CrashTest::isAsleep));

        owner.destroyForcibly().waitFor();
        List<Leftovers.Reaped> reaped = Leftovers.reap();

        assertThat(reaped).extracting(Leftovers.Reaped::run).contains(run);
        Awaitility.await()
                .until(() ->
                        children.stream().noneMatch(child -> child.identity().isAlive()));
        assertThat(run.resolve("logs/child.log")).exists();
        TestbedFolder.delete(run);
    }

    private static boolean isAsleep(ProcessLedger.Child child) {
        return ProcessHandle.of(child.identity().pid())
                .flatMap(process -> process.info().command())
                .filter(command -> Path.of(command).getFileName().toString().matches("sleep|coreutils|busybox"))
                .isPresent();
    }

    @Test
    void owner_alive_itsProcessesAreLeftAlone() throws Exception {
        Process owner = start(Owner.class);
        Path run = Path.of(firstLine(owner));
        List<ProcessLedger.Child> children =
                ProcessLedger.read(run).orElseThrow().children();

        Leftovers.reap();

        assertThat(children).allMatch(child -> child.identity().isAlive());
        owner.destroy();
        assertThat(owner.waitFor(10, TimeUnit.SECONDS)).isTrue();
        // SIGTERM runs the shutdown hook, which ends both.
        assertThat(children).noneMatch(child -> child.identity().isAlive());
        TestbedFolder.delete(run);
    }

    /// A program that owns a whole control plane until it is killed.
    static final class ControlPlaneOwner {
        private ControlPlaneOwner() {}

        public static void main(String[] arguments) throws Exception {
            ControlPlane controlPlane = ControlPlane.start(ControlPlaneSettings.named("crash"));
            System.out.println(controlPlane.folder());
            Thread.sleep(Duration.ofHours(1));
        }
    }

    @Test
    @Tag("control-plane")
    void controlPlane_whoseOwnerIsKilled_leavesNothingAfterTheNextReap() throws Exception {
        Process owner = start(ControlPlaneOwner.class);
        Path run = Path.of(firstLine(owner));
        List<ProcessLedger.Child> children =
                ProcessLedger.read(run).orElseThrow().children();
        assertThat(children)
                .extracting(ProcessLedger.Child::name)
                .containsExactly("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok");

        owner.destroyForcibly().waitFor();
        Leftovers.reap();

        Awaitility.await()
                .until(() ->
                        children.stream().noneMatch(child -> child.identity().isAlive()));
        assertThat(run.resolve("logs/kube-apiserver.log")).exists();
        assertThat(Files.exists(run.resolve("pki"))).isFalse();
        TestbedFolder.delete(run);
    }

    private static Process start(Class<?> program) throws Exception {
        return new ProcessBuilder(JavaCommand.of(List.of("-Xmx256m"), program, List.of()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process process) throws Exception {
        BufferedReader reader = process.inputReader();
        return Optional.ofNullable(reader.readLine())
                .orElseThrow(() -> new AssertionError("the program ended without a word"));
    }
}
