package io.plimsoll.kubernetes;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The virtual thread of a loop that shall not end before it is told to. What ends it all the same, such as an
/// [OutOfMemoryError], is kept: a process that observes with one eye less must be restarted, and not look well.
public final class LoopThread {

    private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);

    private final Thread thread;
    private volatile Optional<String> problem = Optional.empty();

    /// One turn of a loop.
    @FunctionalInterface
    public interface Turn {

        /// @return the pause until the next one
        Duration take() throws InterruptedException;
    }

    /// A loop of turns with pauses between them, until it is interrupted.
    public static LoopThread ofTurns(String name, Pauses pauses, Turn turn) {
        return new LoopThread(name, () -> {
            try {
                while (true) {
                    pauses.pause(turn.take());
                }
            } catch (InterruptedException e) {
                LOG.debug("The loop {} ends", name);
            }
        });
    }

    public LoopThread(String name, Runnable loop) {
        this.thread = Thread.ofVirtual()
                .name(name)
                .uncaughtExceptionHandler(this::died)
                .unstarted(loop);
    }

    public void start() {
        thread.start();
    }

    public void interrupt() {
        thread.interrupt();
    }

    public void join() throws InterruptedException {
        thread.join();
    }

    /// Interrupts it, and returns when it has ended.
    public void end() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether it was started and has not ended yet.
    public boolean isAlive() {
        return thread.isAlive();
    }

    /// What the loop has died of; nothing while it lives, and after an orderly end.
    public Optional<String> problem() {
        return problem;
    }

    private void died(Thread loop, Throwable cause) {
        LOG.error("The loop {} has died, restart the process", loop.getName(), cause);
        problem = Optional.of("the loop " + loop.getName() + " has died of " + cause + ": restart the process");
    }
}
