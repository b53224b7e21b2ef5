package io.plimsoll.rebalancer;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What holds moves back though nothing is broken. That it begins and that it is over is logged once, however often it
/// is told. One thread tells it; any may ask for it.
final class Halt {

    private static final Logger LOG = LoggerFactory.getLogger(Halt.class);

    private final String what;
    private volatile Optional<String> current = Optional.empty();

    /// @param what does not happen, as a sentence: "Nobody is moved unasked"
    Halt(String what) {
        this.what = what;
    }

    /// @param why it is so now; nothing where it is not
    void told(Optional<String> why) {
        if (why.isPresent() && current.isEmpty()) {
            LOG.warn("{}: {}", what, why.get());
        } else if (why.isEmpty() && current.isPresent()) {
            LOG.info("{}: that is over", what);
        }
        current = why;
    }

    /// As it was told last; nothing where it is not so.
    Optional<String> current() {
        return current;
    }
}
