package io.plimsoll.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.decision.DecisionSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoCommandTest {

    @Test
    void demo_once_printsBothSidesAndEnds() {
        var out = new StringWriter();
        var command = new CommandLine(new DemoCommand()).setOut(new PrintWriter(out));

        int code = command.execute("--once", "--nodes", "12", "--seed", "3");

        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("requests only", "with Plimsoll", "100 %", "Hot-node minutes:")
                .doesNotContain("\u001b");
    }

    @Test
    void race_withOneSeed_isTheSameTwiceButForTheTimes() throws Exception {
        assertThat(finished(5)).isEqualTo(finished(5));
    }

    @Test
    void race_onBothSides_hasTheSamePods() throws Exception {
        var states = states(4);

        assertThat(states)
                .allSatisfy(state -> assertThat(
                                state.left().placed() + state.left().waiting())
                        .isEqualTo(state.arrived())
                        .isEqualTo(state.right().placed() + state.right().waiting()));
        assertThat(states.getLast().answers().neutral()).isZero();
        assertThat(states.getLast().answers().p50Millis()).isPositive();
    }

    @Test
    void arrivals_ofOneSeed_areSortedAndAsManyAsAskedFor() {
        var drawn = Arrivals.of(DemoSettings.of(1, 20));

        assertThat(drawn.arrivals()).hasSize(130).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
        assertThat(drawn.dayBefore()).hasSize(12);
        assertThat(drawn).isEqualTo(Arrivals.of(DemoSettings.of(1, 20)));
        assertThat(drawn).isNotEqualTo(Arrivals.of(DemoSettings.of(2, 20)));
    }

    /// What does not depend on the machine's speed.
    private static List<Object> finished(long seed) throws Exception {
        var last = states(seed).getLast();
        return List.of(
                last.left().loads(),
                last.left().hotNodeMinutes(),
                last.right().loads(),
                last.right().hotNodeMinutes(),
                last.explanation());
    }

    /// Waits long for each answer: on a busy machine one may come later than it may in a cluster.
    private static List<DemoState> states(long seed) throws Exception {
        var settings = new DemoSettings(seed, 10, 60, Duration.ofMinutes(40), Duration.ofHours(1));
        var patient = ExtenderConfig.DEFAULT.withDecisions(new DecisionSettings(5_000, 60_000, false));
        var states = new ArrayList<DemoState>();
        try (var race = SimulatedRace.start(settings, patient, Duration.ofSeconds(60))) {
            while (!race.isOver()) {
                states.add(race.next());
            }
        }
        return states;
    }
}
