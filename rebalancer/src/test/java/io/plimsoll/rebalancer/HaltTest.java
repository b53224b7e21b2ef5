package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HaltTest {

    private final Logger log = (Logger) LoggerFactory.getLogger(Halt.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Halt halt = new Halt("Nobody is moved");

    @BeforeEach
    void listen() {
        said.start();
        log.setLevel(Level.INFO);
        log.addAppender(said);
    }

    @AfterEach
    void forget() {
        log.setLevel(null);
        log.detachAppender(said);
    }

    @Test
    void whatHoldsForLong_isSaidWhenItBeginsAndWhenItIsOver() {
        halt.told(Optional.empty());
        halt.told(Optional.of("for 60 min"));
        halt.told(Optional.of("for 59 min"));
        assertThat(halt.current()).contains("for 59 min");

        halt.told(Optional.empty());
        halt.told(Optional.empty());

        assertThat(halt.current()).isEmpty();
        assertThat(said.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("Nobody is moved: for 60 min", "Nobody is moved: that is over");
    }
}
