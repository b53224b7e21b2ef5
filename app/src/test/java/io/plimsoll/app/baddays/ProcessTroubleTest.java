package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Plimsoll itself dies, or is there twice.
@BadDays
class ProcessTroubleTest {

    @Test
    void pods_plimsollKilledUnderLoad_areBoundWithoutItAndWithItOnceItIsBack(Roadstead roadstead) {
        String day = roadstead.newNamespace();
        try (var plimsoll = ServedPlimsoll.start(roadstead, ServeOptions.DEFAULT)) {
            roadstead.scheduleWith(plimsoll.schedulerPort());
            roadstead.deploy(day, "load", 150);
            // It dies with most of the pods still to be placed.
            eventually().until(() -> plimsoll.decided() >= 10);

            plimsoll.kill();

            assertThat(plimsoll.isAlive()).isFalse();
            assertThat(roadstead.countBound(day, "load")).isLessThan(150);
            roadstead.awaitBound(day, "load", 150);
            plimsoll.startAgain();
            assertThat(plimsoll.decided()).isZero();
            roadstead.deploy(day, "after", 20);
            roadstead.awaitBound(day, "after", 20);
            assertThat(plimsoll.decided()).isGreaterThanOrEqualTo(20);
        } finally {
            roadstead.forget(day);
        }
    }

    @Test
    void pods_twoInstancesBehindOneAddress_areAdvisedByBothAndSurviveTheLossOfOne(Roadstead roadstead) {
        String day = roadstead.newNamespace();
        try (var first = ServedPlimsoll.start(roadstead, ServeOptions.DEFAULT);
                var second = ServedPlimsoll.start(roadstead, ServeOptions.DEFAULT);
                var service = FaultyLink.to(first.schedulerPort(), second.schedulerPort())) {
            roadstead.scheduleWith(service.port());
            // kube-scheduler keeps its connection to one of them; each interruption leads it to the other.
            for (int round : IntStream.range(0, 4).toArray()) {
                roadstead.deploy(day, "round-" + round, 15);
                roadstead.awaitBound(day, "round-" + round, 15);
                service.interrupt();
            }
            double bothDecided = first.decided() + second.decided();
            assertThat(first.decided()).isPositive();
            assertThat(second.decided()).isPositive();
            // One broken connection may cost the one call that was on its way.
            assertThat(bothDecided).isGreaterThanOrEqualTo(60 - 4);

            first.kill();

            roadstead.deploy(day, "survivor", 20);
            roadstead.awaitBound(day, "survivor", 20);
            assertThat(first.isAlive()).isFalse();
            assertThat(second.decided()).isGreaterThanOrEqualTo(19);
        } finally {
            roadstead.forget(day);
        }
    }
}
