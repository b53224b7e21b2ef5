package io.plimsoll.testbed.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {

    @TempDir
    private Path run = Path.of("");

    @Test
    void process_started_isInTheLedgerUntilItIsStopped() {
        try (Processes processes = Processes.in(run)) {
            RunningProcess sleeper = processes.start(new ProcessSpec("sleeper", List.of("sleep", "1000")));

            assertThat(ProcessLedger.read(run).orElseThrow().alive())
                    .containsExactly(new ProcessLedger.Child(sleeper.identity(), "sleeper"));

            processes.stop(sleeper, Duration.ofSeconds(5));

            assertThat(sleeper.identity().isAlive()).isFalse();
            assertThat(ProcessLedger.read(run).orElseThrow().children()).isEmpty();
        }
    }

    @Test
    void processes_closed_endAll() {
        Processes processes = Processes.in(run);
        RunningProcess first = processes.start(new ProcessSpec("first", List.of("sleep", "1000")));
        RunningProcess second = processes.start(new ProcessSpec("second", List.of("sleep", "1000")));

        processes.close();

        assertThat(first.identity().isAlive()).isFalse();
        assertThat(second.identity().isAlive()).isFalse();
        assertThatThrownBy(() -> processes.start(new ProcessSpec("late", List.of("sleep", "1"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void process_thatDefiesTermination_isEndedByForce() {
        try (Processes processes = Processes.in(run)) {
            RunningProcess stubborn = processes.start(new ProcessSpec(
                    "stubborn", List.of("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done")));
            Awaitility.await().until(() -> stubborn.lastLines().contains("deaf"));

            processes.stop(stubborn, Duration.ofMillis(100));

            assertThat(stubborn.isAlive()).isFalse();
        }
    }

    @Test
    void report_ofAFailedProcess_namesLogExitCodeAndLastLines() {
        try (Processes processes = Processes.in(run)) {
            RunningProcess failing = processes.start(
                    new ProcessSpec("failing", List.of("sh", "-c", "echo out; echo no such thing >&2; exit 7")));

            Awaitility.await().until(() -> !failing.isAlive());

            assertThat(failing.report())
                    .isEqualTo("failing ended with exit code 7; its log: " + run.resolve("logs/failing.log")
                            + "; last lines:\n    out\n    no such thing");
        }
    }

    @Test
    void identity_withAnotherStartTime_isAnotherProcess() {
        ProcessIdentity self = ProcessIdentity.self();
        ProcessIdentity reused = new ProcessIdentity(self.pid(), self.startTicks() + 1);

        // Must not end this very JVM.
        reused.kill();

        assertThat(self.isAlive()).isTrue();
        assertThat(reused.isAlive()).isFalse();
    }

    @Test
    void ledger_ofAnEarlierBoot_hasNothingAlive() {
        ProcessIdentity self = ProcessIdentity.self();
        ProcessLedger ledger =
                new ProcessLedger("an-earlier-boot", self, List.of(new ProcessLedger.Child(self, "etcd")));

        ledger.write(run);

        ProcessLedger read = ProcessLedger.read(run).orElseThrow();
        assertThat(read).isEqualTo(ledger);
        assertThat(read.alive()).isEmpty();
        assertThat(read.ownerIsAlive()).isFalse();
    }
}
