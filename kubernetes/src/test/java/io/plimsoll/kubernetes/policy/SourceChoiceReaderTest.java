package io.plimsoll.kubernetes.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.SourceChoices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SourceChoiceReaderTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final SourceChoices READ = SourceChoices.of(Map.of(
            new PolicyCandidate(Optional.empty(), "all", 0, 0, false, workload -> true), Optional.of("prometheus")));

    /// What was chosen for `web` each time.
    private final List<Optional<String>> handedOver = new ArrayList<>();

    private ClusterImage image = confirmed();
    private Supplier<SourceChoices> policies = () -> READ;
    private final SourceChoiceReader reader = new SourceChoiceReader(
            () -> policies.get(),
            () -> image,
            chosen -> handedOver.add(chosen.apply(WEB)),
            new LoopContext(
                    () -> Instant.ofEpochMilli(NOW),
                    () -> 0,
                    duration -> {},
                    new Random(1),
                    new SimpleMeterRegistry()));

    @Test
    void labelsAreNotKnownYet_nothingIsChosen() {
        image = ClusterImage.EMPTY;

        assertThat(reader.turn()).isLessThan(Duration.ofSeconds(1));
        assertThat(handedOver).isEmpty();

        image = confirmed();
        reader.turn();
        assertThat(handedOver).containsExactly(Optional.of("prometheus"));
    }

    @Test
    void policiesThatCannotBeReadAnyMore_holdAsTheyWere() {
        reader.turn();
        policies = () -> {
            throw new PoliciesUnreadable("policies cannot be listed: no answer", new IOException());
        };

        reader.turn();

        assertThat(handedOver).containsExactly(Optional.of("prometheus"));
    }

    @Test
    void policiesThatCouldNeverBeRead_letAllSourcesCountUntilTheyCan() {
        policies = () -> {
            throw new PoliciesUnreadable("policies cannot be listed: no answer", new IOException());
        };
        reader.turn();
        policies = () -> READ;
        reader.turn();

        assertThat(handedOver).containsExactly(Optional.empty(), Optional.of("prometheus"));
    }

    private static ClusterImage confirmed() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.Confirmed(NOW));
        return delta.apply();
    }
}
