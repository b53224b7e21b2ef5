package io.plimsoll.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("control-plane")
class RealRaceTest {

    @Test
    void race_onTheRealControlPlane_placesTheSamePodsOnBothSidesAndExplainsOne() throws Exception {
        var settings = new DemoSettings(3, 4, 12, Duration.ofSeconds(2), Duration.ofSeconds(6));

        try (var race = RealRace.start(settings, Duration.ofSeconds(1), line -> {})) {
            var state = race.next();
            while (!race.isOver()) {
                state = race.next();
            }

            assertThat(state.left().placed()).isEqualTo(14);
            assertThat(state.right().placed()).isEqualTo(14);
            assertThat(state.answers().p50Millis()).isPositive();
            assertThat(race.epilogue()).anySatisfy(line -> assertThat(line).startsWith("pod plimsoll/"));
        }
    }
}
