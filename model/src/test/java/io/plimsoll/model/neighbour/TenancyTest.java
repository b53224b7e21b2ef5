package io.plimsoll.model.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.Owner;
import org.junit.jupiter.api.Test;

class TenancyTest {

    private final Tenancy tenancy = new Tenancy(new Suspect(new Owner("shop", "Deployment", "web"), Contention.CPU), 0);

    /// After 120 looks it is still there, after 121 it is gone, until it is measured again.
    @Test
    void tenancy_notMeasuredForTenMinutes_isGoneByLooksAndNotByBeingAsked() {
        for (int look = 0; look < 120; look++) {
            tenancy.count();
        }
        for (int asked = 0; asked < 10; asked++) {
            assertThat(tenancy.isGone()).isFalse();
        }

        tenancy.count();
        assertThat(tenancy.isGone()).isTrue();

        tenancy.add(0.5);
        tenancy.count();
        assertThat(tenancy.isGone()).isFalse();
    }
}
