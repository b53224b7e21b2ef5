package io.plimsoll.testbed.realnodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.plimsoll.testbed.controlplane.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two processes that have real nodes on this machine at one time.
@Tag("real-nodes")
class TwoTestbedsTest {
    private static final int ROUNDS = 5;

    /// Takes two places and clears them away, over and over; fails when somebody else's doing shows. Instead of
    /// daemons it has files, which is what a node begins with.
    static final class Testbed {
        private Testbed() {}

        public static void main(String[] arguments) throws Exception {
            Path run = Path.of(arguments[0]);
            for (int round = 0; round < ROUNDS; round++) {
                List<NodeSlot> slots = NodeSlot.claim(2, run);
                for (NodeSlot slot : slots) {
                    slot.controlGroups().create();
                    Files.createDirectories(slot.folder());
                    Files.writeString(slot.folder().resolve("owner"), run.toString());
                }
                check(slots, run);
                NodeSlot.clear(run);
                if (!NodeSlot.of(run).isEmpty()) {
                    throw new IllegalStateException("still taken: " + NodeSlot.of(run));
                }
            }
        }

        private static void check(List<NodeSlot> slots, Path run) throws Exception {
            if (!Set.copyOf(NodeSlot.of(run)).equals(Set.copyOf(slots)) || !KernelSettings.areKept()) {
                throw new IllegalStateException("taken: " + slots + ", left: " + NodeSlot.of(run) + ", settings kept: "
                        + KernelSettings.areKept());
            }
            for (NodeSlot slot : slots) {
                String owner = Files.readString(slot.folder().resolve("owner"));
                if (!owner.equals(run.toString()) || !slot.controlGroups().exist()) {
                    throw new IllegalStateException(slot + " is " + owner + "'s");
                }
            }
        }
    }

    @Test
    void places_takenAndClearedByTwoProcessesAtOnce_areLeftToEachOther(@TempDir Path folder) throws Exception {
        Process one = start(Testbed.class, folder.resolve("one"));
        Process other = start(Testbed.class, folder.resolve("other"));
        try {
            String said = said(one) + said(other);

            assertThat(List.of(one.waitFor(), other.waitFor())).as(said).containsExactly(0, 0);
        } finally {
            end(one);
            end(other);
            NodeSlot.clear(folder.resolve("one"));
            NodeSlot.clear(folder.resolve("other"));
        }
    }

    /// Holds the lock from when it says so until it is told to end, and leaves a mark right before it gives it up.
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            MachineLock.holding(() -> {
                System.out.println("held");
                int _ = System.in.read();
                return Files.createFile(Path.of(arguments[0]));
            });
        }
    }

    @Test
    void place_askedForWhileAnotherProcessClearsItsOwn_isTakenAfterwards(@TempDir Path folder) throws Exception {
        Path mark = folder.resolve("mark");
        Process holder = start(Holder.class, mark);
        assertThat(holder.inputReader().readLine()).isEqualTo("held");
        var claim = CompletableFuture.supplyAsync(() -> claimed(folder));

        try {
            await().during(Duration.ofMillis(500)).until(() -> !claim.isDone());
            holder.getOutputStream().close();
            assertThat(claim.get(30, TimeUnit.SECONDS)).hasSize(1);
            assertThat(mark).exists();
        } finally {
            end(holder);
            // It may still come to the place that is to be cleared away.
            claim.handle((slots, problem) -> 0).get(30, TimeUnit.SECONDS);
            NodeSlot.clear(folder);
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static List<NodeSlot> claimed(Path run) {
        try {
            return NodeSlot.claim(1, run);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Process start(Class<?> program, Path argument) throws Exception {
        List<String> command = JavaCommand.of(List.of("-Xmx64m"), program, List.of(argument.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String said(Process process) throws Exception {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
