package io.plimsoll.kubernetes;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/// Why something cannot be done for now. It is logged when it begins and when it becomes another, however often it
/// is met. One thread meets it; any may ask for it.
public final class Hindrance {

    private final Logger log;
    private final Level level;
    private final String what;
    private volatile Optional<String> current = Optional.empty();

    /// @param what cannot be done, as a sentence: "Nothing is moved for now"
    public Hindrance(Logger log, Level level, String what) {
        this.log = log;
        this.level = level;
        this.what = what;
    }

    /// A thread that is to end fails at what it is about: that hinders nothing.
    public void met(Exception cause) {
        var why = String.valueOf(cause.getMessage());
        if (!Thread.currentThread().isInterrupted() && !current.equals(Optional.of(why))) {
            log.atLevel(level).log("{}: {}", what, why);
            current = Optional.of(why);
        }
    }

    public void over() {
        current = Optional.empty();
    }

    /// Nothing while all is well.
    public Optional<String> current() {
        return current;
    }
}
