package io.plimsoll.app.baddays;

import static io.plimsoll.app.baddays.Roadstead.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Two right-sizers as processes of their own, of which one is cut off or killed.
@BadDays
class TwoRightsizersTest {

    /// Four seconds for the Lease: the holder is to have ended after two.
    private static final ServeOptions RIGHTSIZER = ServeOptions.DEFAULT.with(
            "--roles",
            "rightsizer",
            "--set",
            "rightsizer.lease.name=two-rightsizers",
            "--set",
            "rightsizer.lease.duration-seconds=4",
            "--set",
            "rightsizer.lease.renew-deadline-seconds=2",
            "--set",
            "rightsizer.lease.retry-millis=200");

    @Test
    void holder_behindAnApiServerThatFallsSilentOrKilled_isFollowedByTheOtherAndNeverActsBesideIt(Roadstead roadstead) {
        roadstead.grant();
        int apiServer = roadstead.controlPlane().apiServer().getPort();
        try (var link = FaultyLink.to(apiServer);
                var first = ServedPlimsoll.start(roadstead, RIGHTSIZER.throughPort(link.port()))) {
            eventually().until(() -> isActing(first));
            try (var second = ServedPlimsoll.start(roadstead, RIGHTSIZER)) {
                assertThat(isActing(second)).isFalse();

                link.fallSilent();

                eventually().until(() -> {
                    // The one that begins is asked first: what is true of it now was not true of the other before.
                    boolean hasBegun = isActing(second);
                    assertThat(hasBegun && isActing(first)).isFalse();
                    return hasBegun;
                });
                link.heal();
                eventually().until(() -> first.get("/readyz").statusCode() == 200);
                assertThat(isActing(first)).isFalse();

                second.kill();

                eventually().until(() -> isActing(first));
            }
        }
    }

    private static boolean isActing(ServedPlimsoll plimsoll) {
        return plimsoll.metrics().sum("plimsoll_resize_acting") == 1;
    }
}
