package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.Owner;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceChoicesTest {

    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final Owner DB = new Owner("bank", "StatefulSet", "db");

    @Test
    void workload_hasTheSourceOfThePolicyThatHoldsForIt() {
        var choices = SourceChoices.of(Map.of(
                policy(Optional.of("shop"), "shops", 0), Optional.of("prometheus"),
                policy(Optional.empty(), "all", 100), Optional.of("metrics-api")));

        assertThat(choices.apply(WEB)).contains("prometheus");
        assertThat(choices.apply(DB)).contains("metrics-api");
    }

    @Test
    void policyThatHolds_namesNone_thenThoseOfAnotherDoNotHoldEither() {
        var choices = SourceChoices.of(Map.of(
                policy(Optional.of("shop"), "shops", 0), Optional.empty(),
                policy(Optional.empty(), "all", 100), Optional.of("metrics-api")));

        assertThat(choices.apply(WEB)).isEmpty();
        assertThat(choices.apply(DB)).contains("metrics-api");
    }

    @Test
    void noPolicyNamesOne_allCountForAll() {
        assertThat(SourceChoices.of(Map.of(policy(Optional.empty(), "all", 0), Optional.empty())))
                .isSameAs(SourceChoices.NONE);
        assertThat(SourceChoices.NONE.apply(WEB)).isEmpty();
    }

    private static PolicyCandidate policy(Optional<String> namespace, String name, int weight) {
        return new PolicyCandidate(namespace, name, weight, 0, false, workload -> true);
    }
}
