package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.regime.RegimeKind;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DisruptionTest {

    private static final long DAY = 24 * 3_600_000L;

    static Arguments[] pods() {
        return new Arguments[] {
            row("fresh, of 11", 0, 10, pod -> pod, RegimeKind.UNKNOWN, 1.1),
            row("half a day old, of 11", DAY / 2, 10, pod -> pod, RegimeKind.UNKNOWN, 1.65),
            row("a day old, of 11", DAY, 10, pod -> pod, RegimeKind.UNKNOWN, 2.2),
            row("a week old, of 11", 7 * DAY, 10, pod -> pod, RegimeKind.UNKNOWN, 2.2),
            row("of the future, of 11", -DAY, 10, pod -> pod, RegimeKind.UNKNOWN, 1.1),
            row("a day old, one of two", DAY, 1, pod -> pod, RegimeKind.UNKNOWN, 4),
            row("a day old, alone", DAY, 0, pod -> pod, RegimeKind.UNKNOWN, 4),
            row("a day old, one of two", DAY, 1, pod -> pod.priority(1_000_000), RegimeKind.UNKNOWN, 6.67),
            row("of a priority below none", DAY, 1, pod -> pod.priority(-1_000_000), RegimeKind.UNKNOWN, 4),
            row("fresh, of 11, not ready", 0, 10, PodBuilder::unready, RegimeKind.UNKNOWN, 0.55),
            row("restarted often", 0, 10, having(PodTrait.RESTARTS_OFTEN), RegimeKind.UNKNOWN, 0.55),
            row("at its peak", DAY, 10, pod -> pod, RegimeKind.PEAK, 4.4),
            row("off-peak", DAY, 10, pod -> pod, RegimeKind.OFF_PEAK, 2.2),
            row("ready within a minute", DAY, 10, pod -> pod.startSeconds(60), RegimeKind.UNKNOWN, 2.2),
            row("ready within a second, one of two", DAY, 1, pod -> pod.startSeconds(1), RegimeKind.UNKNOWN, 4),
            row("ready after two minutes", DAY, 10, pod -> pod.startSeconds(120), RegimeKind.UNKNOWN, 2.44),
            row("ready after 5.5 minutes", DAY, 10, pod -> pod.startSeconds(330), RegimeKind.UNKNOWN, 3.3),
            row("ready after ten minutes", DAY, 10, pod -> pod.startSeconds(600), RegimeKind.UNKNOWN, 4.4),
            row("ready after an hour", DAY, 10, pod -> pod.startSeconds(3_600), RegimeKind.UNKNOWN, 4.4),
            row("with data on its node", DAY, 10, having(PodTrait.LOCAL_STORAGE), RegimeKind.UNKNOWN, 4.4)
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pods")
    void cost_isThatOfWhatIsLost(
            String what, long ageMillis, int others, UnaryOperator<PodBuilder> change, RegimeKind hours, double cost) {
        var pod = new Fleet()
                .node("n1")
                .pod("n1", "web", "web-1", 100, Fleet.with(change))
                .image()
                .pod(Fleet.key("web-1"))
                .orElseThrow()
                .spec();

        assertThat(Disruption.cost(pod, others, hours, pod.startSeconds(), pod.boundAtMillis() + ageMillis))
                .isEqualTo(cost, within(0.005));
    }

    private static UnaryOperator<PodBuilder> having(PodTrait trait) {
        return pod -> pod.traits(PodTraits.of(trait));
    }

    private static Arguments row(
            String what, long ageMillis, int others, UnaryOperator<PodBuilder> change, RegimeKind hours, double cost) {
        return Arguments.of(what, ageMillis, others, change, hours, cost);
    }
}
