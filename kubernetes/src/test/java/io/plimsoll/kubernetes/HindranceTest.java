package io.plimsoll.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class HindranceTest {

    private final Logger log = (Logger) LoggerFactory.getLogger(HindranceTest.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Hindrance hindrance = new Hindrance(log, Level.WARN, "Nothing is moved for now");

    @BeforeEach
    void listen() {
        said.start();
        log.addAppender(said);
    }

    @AfterEach
    void forget() {
        log.detachAppender(said);
    }

    @Test
    void sameCause_isSaidOnce_andAgainAfterItWasOver() {
        hindrance.met(new IOException("no answer"));
        hindrance.met(new IOException("no answer"));
        assertThat(hindrance.current()).contains("no answer");

        hindrance.over();
        assertThat(hindrance.current()).isEmpty();

        hindrance.met(new IOException("no answer"));
        assertThat(lines())
                .containsExactly("Nothing is moved for now: no answer", "Nothing is moved for now: no answer");
    }

    @Test
    void anotherCause_isSaid() {
        hindrance.met(new IOException("no answer"));
        hindrance.met(new IOException("403 forbidden"));

        assertThat(lines())
                .containsExactly("Nothing is moved for now: no answer", "Nothing is moved for now: 403 forbidden");
        assertThat(hindrance.current()).contains("403 forbidden");
    }

    @Test
    void threadThatIsToEnd_hindersNothing() {
        Thread.currentThread().interrupt();
        hindrance.met(new IOException("interrupted"));

        // Ends the interrupt, which is not meant for those who come after.
        assertThat(Thread.interrupted()).isTrue();
        assertThat(lines()).isEmpty();
        assertThat(hindrance.current()).isEmpty();
    }

    private List<String> lines() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
