package io.plimsoll.kubernetes.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.move.MoveRules;
import java.io.IOException;
import java.time.Instant;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MoveRuleReaderTest {

    private static final MoveRules READ = MoveRules.NONE;

    private long nowMillis = 1_700_000_000_000L;
    private Supplier<MoveRules> policies = () -> READ;
    private final MoveRuleReader reader = new MoveRuleReader(
            () -> policies.get(),
            new LoopContext(
                    () -> Instant.ofEpochMilli(nowMillis),
                    () -> nowMillis * 1_000_000,
                    duration -> {},
                    new Random(1),
                    new SimpleMeterRegistry()));

    @Test
    void beforeTheFirstReading_nobodyKnowsWhatPoliciesSay() {
        assertThat(reader.get().unknown()).contains("policies have not been read yet");

        reader.turn();

        assertThat(reader.get()).isSameAs(READ);
    }

    @Test
    void policiesThatCannotBeRead_areKnownForAMinute_andNoLonger() {
        reader.turn();
        policies = () -> {
            throw new PoliciesUnreadable("policies cannot be listed: no answer", new IOException());
        };

        nowMillis += 60_000;
        reader.turn();
        assertThat(reader.get()).isSameAs(READ);
        nowMillis += 1;
        assertThat(reader.get().unknown()).contains("policies cannot be listed: no answer");

        policies = () -> READ;
        reader.turn();
        assertThat(reader.get()).isSameAs(READ);
    }

    @Test
    void readingThatDoesNotEnd_isNoReasonToBelieveTheLastOneForLonger() {
        reader.turn();

        nowMillis += 60_001;

        assertThat(reader.get().unknown()).contains("policies were not read for a minute");
    }

    @Test
    void policiesThatCouldNeverBeRead_areUnknownAtOnce_whateverTheirReadingThrows() {
        policies = () -> {
            throw new IllegalStateException("broken");
        };

        reader.turn();

        assertThat(reader.get().unknown()).contains("broken");
    }
}
