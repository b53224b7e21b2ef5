package io.plimsoll.testbed.controlplane;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Something costly that all tests of a JVM share: started when it is first asked for, closed when the JVM ends.
/// Any thread may ask.
///
/// JUnit's root store does not do for that: Maven runs each class by itself where it has several processes, and
/// the store is closed after each.
public final class OncePerJvm<T> {
    private final Supplier<T> start;
    private final Consumer<T> close;
    private Optional<T> started = Optional.empty();

    /// @param close not to fail, since nobody would hear of it
    public OncePerJvm(Supplier<T> start, Consumer<T> close) {
        this.start = start;
        this.close = close;
    }

    /// One that could not be started is tried again at the next call.
    public synchronized T get() {
        if (started.isEmpty()) {
            T one = start.get();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close.accept(one), "once-per-jvm-shutdown"));
            started = Optional.of(one);
        }
        return started.get();
    }
}
