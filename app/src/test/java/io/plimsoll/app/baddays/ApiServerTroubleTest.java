package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The API server goes away for a while: for all, or for Plimsoll alone.
@BadDays
class ApiServerTroubleTest {
    private static final int PODS = 60;

    @Test
    void pods_apiServerRestartedInTheMiddle_areBoundAndPlimsollSeesTheClusterAgain(Roadstead roadstead) {
        String day = roadstead.newNamespace();
        try (var plimsoll = ServedPlimsoll.start(roadstead, ServeOptions.DEFAULT)) {
            roadstead.scheduleWith(plimsoll.schedulerPort());
            roadstead.deploy(day, "web", PODS);
            eventually().until(() -> plimsoll.decided() >= 5);

            roadstead.controlPlane().restartApiServer();

            roadstead.awaitBound(day, "web", PODS);
            assertThat(plimsoll.isAlive()).isTrue();
            eventually().until(() -> plimsoll.metrics().sum("plimsoll_image_age_seconds") < 3);
            eventually().untilAsserted(() -> assertSeesAllPods(roadstead, plimsoll));
            double decided = plimsoll.decided();
            roadstead.deploy(day, "after", 20);
            roadstead.awaitBound(day, "after", 20);
            assertThat(plimsoll.decided() - decided).isGreaterThanOrEqualTo(20);
        } finally {
            roadstead.forget(day);
        }
    }

    @Test
    void image_watchesBroken_goesOnFromTheVersionHeardWithoutListingAnew(Roadstead roadstead) {
        String day = roadstead.newNamespace();
        try (var link = FaultyLink.to(roadstead.controlPlane().apiServer().getPort());
                var plimsoll = ServedPlimsoll.start(roadstead, ServeOptions.DEFAULT.throughPort(link.port()))) {
            eventually().untilAsserted(() -> assertSeesAllPods(roadstead, plimsoll));
            double lists = podLists(plimsoll);

            link.cut();
            roadstead.burden(day, "berth-1", "100m", "64Mi");
            link.heal();

            eventually().untilAsserted(() -> assertSeesAllPods(roadstead, plimsoll));
            assertThat(podLists(plimsoll)).isEqualTo(lists);
            assertThat(plimsoll.metrics().sum("plimsoll_watch_failures_total", "resource=\"pods\""))
                    .isPositive();
        } finally {
            roadstead.forget(day);
        }
    }

    @Test
    void image_versionsExpiredMeanwhile_isListedAnewAndComplete(Roadstead roadstead) {
        String day = roadstead.newNamespace();
        try (var link = FaultyLink.to(roadstead.controlPlane().apiServer().getPort());
                var plimsoll = ServedPlimsoll.start(roadstead, ServeOptions.DEFAULT.throughPort(link.port()))) {
            roadstead.scheduleWith(plimsoll.schedulerPort());
            eventually().untilAsserted(() -> assertSeesAllPods(roadstead, plimsoll));
            var atFirst = plimsoll.holdings();
            double lists = podLists(plimsoll);

            link.cut();
            // Advice goes on from what was seen last.
            roadstead.deploy(day, "unseen", 20);
            roadstead.awaitBound(day, "unseen", 20);
            // A new API server knows no version older than itself: it answers the watches with 410.
            roadstead.controlPlane().restartApiServer();
            link.heal();

            eventually().untilAsserted(() -> assertSeesAllPods(roadstead, plimsoll));
            assertThat(plimsoll.log()).contains("no longer knows the version of pods; listing again");
            assertThat(podLists(plimsoll)).isEqualTo(lists + 1);
            plimsoll.awaitHoldsNoMoreThan(atFirst);
        } finally {
            roadstead.forget(day);
        }
    }

    @Test
    void answers_clusterOutOfSightForTooLong_areNeutralAndCounted(Roadstead roadstead) {
        String day = roadstead.newNamespace();
        try (var link = FaultyLink.to(roadstead.controlPlane().apiServer().getPort());
                var plimsoll = ServedPlimsoll.start(
                        roadstead,
                        ServeOptions.DEFAULT
                                .throughPort(link.port())
                                .with("--set", "decisions.image-age-seconds-max=4"))) {
            roadstead.scheduleWith(plimsoll.schedulerPort());
            link.cut();
            eventually().until(() -> plimsoll.get("/readyz").statusCode() == 503);

            roadstead.deploy(day, "blind", PODS);

            roadstead.awaitBound(day, "blind", PODS);
            assertThat(plimsoll.metrics().sum("plimsoll_extender_neutral_total", "cause=\"image-old\""))
                    .isGreaterThanOrEqualTo(2 * PODS);
            assertThat(plimsoll.get("/livez").statusCode()).isEqualTo(200);
            assertThat(plimsoll.get("/readyz").body()).contains("image failed", "s old");
            link.heal();
            eventually().until(() -> plimsoll.get("/readyz").statusCode() == 200);
        } finally {
            roadstead.forget(day);
        }
    }

    /// Connections stay open, so that no watch can know; what is asked besides gets no answer.
    @Test
    void answers_apiServerInABlackHole_areNeutralWithinSecondsAndWatchesStayOpen(Roadstead roadstead) {
        String day = roadstead.newNamespace();
        try (var link = FaultyLink.to(roadstead.controlPlane().apiServer().getPort());
                var plimsoll = ServedPlimsoll.start(
                        roadstead,
                        ServeOptions.DEFAULT
                                .throughPort(link.port())
                                .with("--set", "decisions.image-age-seconds-max=5"))) {
            roadstead.scheduleWith(plimsoll.schedulerPort());
            eventually().untilAsserted(() -> assertSeesAllPods(roadstead, plimsoll));
            double watches = plimsoll.metrics().sum("plimsoll_watch_starts_total");

            link.fallSilent();
            eventually()
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> plimsoll.get("/readyz").statusCode() == 503);
            roadstead.deploy(day, "blind", PODS);

            roadstead.awaitBound(day, "blind", PODS);
            assertThat(plimsoll.metrics().sum("plimsoll_image_age_seconds")).isGreaterThan(5);
            assertThat(plimsoll.metrics().sum("plimsoll_extender_neutral_total", "cause=\"image-old\""))
                    .isPositive();
            assertThat(plimsoll.log()).contains("The API server is not heard");
            link.heal();
            eventually().until(() -> plimsoll.get("/readyz").statusCode() == 200);
            eventually().untilAsserted(() -> assertSeesAllPods(roadstead, plimsoll));
            // The API server may end one or another of its own accord; the silence has ended none.
            assertThat(plimsoll.metrics().sum("plimsoll_watch_starts_total")).isLessThan(1.5 * watches);
            roadstead.deploy(day, "seen", 20);
            roadstead.awaitBound(day, "seen", 20);
            plimsoll.advice().assertGivenFor(roadstead.boundPods(day, "seen"));
        } finally {
            roadstead.forget(day);
        }
    }

    private static double podLists(ServedPlimsoll plimsoll) {
        return plimsoll.metrics().sum("plimsoll_watch_lists_total", "resource=\"pods\"");
    }

    private static void assertSeesAllPods(Roadstead roadstead, ServedPlimsoll plimsoll) {
        assertThat(plimsoll.metrics().sum("plimsoll_image_pods")).isEqualTo(roadstead.countPods());
    }
}
