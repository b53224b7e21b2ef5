package io.plimsoll.extender.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.placement.PlacementConfig;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    /// A warm-up whose answers are neutral would compile nothing of the decision.
    @Test
    void run_defaultPlacement_decidesEveryRequest() {
        assertThat(WarmUp.run(PlacementConfig.DEFAULT)).isEqualTo(2_000);
    }
}
