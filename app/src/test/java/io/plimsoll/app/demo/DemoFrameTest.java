package io.plimsoll.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.app.demo.Explanation.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoFrameTest {

    private static final DemoSettings SETTINGS = new DemoSettings(7, 4, 30, Duration.ofHours(3), Duration.ofHours(4));

    @Test
    void frame_ofAState_showsBothSidesAndTheDecision() {
        var lines = new DemoFrame(120, Look.PLAIN).lines(state());

        assertThat(String.join("\n", lines)).isEqualTo("""
            Plimsoll demo   4 nodes of 4 cores, 30 pods, the same on both sides (seed 7)
            [####################--------------------]  50 %   2 h 0 min simulated   20 pods have come

                                             requests only       with Plimsoll
            hot nodes now                                1                   0
            hot-node minutes                            90                  12
            core-minutes starved                        41                   0
            nodes in use                                 4                   3
            pods placed                                 20                  19
            pods without a node                          0                   1
            pods placed a second                     10000                 500
            both answers p50, p99                        -       1.25, 3.50 ms
            answers not usable                           -                   2

            load of the busiest node in each group, the larger of CPU and memory (in tenths; !: over 90 %)
            requests only             0!25
            with Plimsoll             4567

            One decision: demo/search-1-0 asks for 200m of CPU and 512 MiB; 100 nodes were left to choose from.
              best by requests:  node-0001, predicted CPU 105 %, memory 40 %; Plimsoll refused it
              where it went:     node-0003, predicted CPU 62 %, memory 33 %; Plimsoll gave it 10 of 10
              points of 100 each: packing 0 and 95, stability 100 and 90""");
    }

    @Test
    void summary_whenPlimsollIsWorse_saysSo() {
        var better = side("requests only", List.of(), 10, 5);
        var worse = side("with Plimsoll", List.of(), 20, 10);

        var lines = new DemoFrame(80, Look.PLAIN).summary(state(better, worse));

        assertThat(lines.getFirst()).isEqualTo("Hot-node minutes: 10 by requests only, 20 with Plimsoll (100 % more).");
        assertThat(lines.get(1)).endsWith("5 and 10 (100 % more).");
        assertThat(lines.getLast()).contains("a placement took");
    }

    @Test
    void summary_whenALittleIsLeft_doesNotSayThatNothingIs() {
        var lines = new DemoFrame(80, Look.PLAIN)
                .summary(state(side("requests only", List.of(), 1000, 5), side("with Plimsoll", List.of(), 1, 0)));

        assertThat(lines.getFirst()).endsWith("1000 by requests only, 1 with Plimsoll (99 % less).");
        assertThat(lines.get(1)).endsWith("5 and 0 (100 % less).");
    }

    @Test
    void summary_amountsThatReadAsNothing_haveNoChange() {
        var lines = new DemoFrame(80, Look.PLAIN)
                .summary(state(side("requests only", List.of(), 3, 0.3), side("with Plimsoll", List.of(), 3, 0.4)));

        assertThat(lines.get(1)).endsWith("0 and 0.");
    }

    @Test
    void frame_inRealTime_countsSeconds() {
        var side = side("a", List.of(), 0, 0);
        var state = new DemoState(
                SETTINGS,
                Duration.ofSeconds(75),
                Duration.ofSeconds(120),
                20,
                side,
                side,
                new AnswerTimes(0, 0, 0),
                Optional.empty());

        assertThat(new DemoFrame(80, Look.PLAIN).lines(state).get(1)).contains("  75 s  ");
    }

    @Test
    void strip_ofMoreNodesThanRoom_showsTheBusiestOfEachGroup() {
        // 80 columns leave 54 for 108 nodes: two nodes share a mark.
        var loads = new ArrayList<Double>();
        for (int i = 0; i < 108; i++) {
            loads.add(i == 1 ? 0.95 : 0.1);
        }

        var lines = new DemoFrame(80, Look.PLAIN).lines(state(side("a", loads, 0, 0), side("b", List.of(), 0, 0)));

        assertThat(lines).contains(String.format("%-26s", "a") + "!" + "1".repeat(53));
    }

    @Test
    void mark_inColour_isABarAndRedWhenHot() {
        assertThat(Look.COLOUR.mark(0)).isEqualTo("▁");
        assertThat(Look.COLOUR.mark(0.9)).isEqualTo("█");
        assertThat(Look.COLOUR.mark(0.91)).isEqualTo("\u001b[31m█\u001b[0m");
        assertThat(Look.PLAIN.mark(2.5)).isEqualTo("!");
    }

    private static DemoState state() {
        var left = new SideState("requests only", List.of(0.05, 1.05, 0.25, 0.5), 1, 90, 41, 4, 20, 0, 10_000);
        var right = new SideState("with Plimsoll", List.of(0.4, 0.5, 0.6, 0.7), 0, 12, 0, 3, 19, 1, 500);
        return state(left, right);
    }

    private static DemoState state(SideState left, SideState right) {
        var explanation = new Explanation(
                "demo/search-1-0",
                "200m of CPU and 512 MiB",
                100,
                new Candidate("node-0003", Optional.of(10), 0.62, 0.33, Map.of("packing", 95.0, "stability", 90.0)),
                new Candidate("node-0001", Optional.empty(), 1.05, 0.40, Map.of("packing", 0.0, "stability", 100.0)));
        return new DemoState(
                SETTINGS,
                Duration.ofHours(2),
                Duration.ofHours(4),
                20,
                left,
                right,
                new AnswerTimes(1.25, 3.5, 2),
                Optional.of(explanation));
    }

    private static SideState side(String title, List<Double> loads, double hotMinutes, double starved) {
        return new SideState(title, loads, 0, hotMinutes, starved, 0, 0, 0, 1000);
    }
}
