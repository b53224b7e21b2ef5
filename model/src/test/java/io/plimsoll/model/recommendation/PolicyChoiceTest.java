package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.Owner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PolicyChoiceTest {

    private static final Owner WORKLOAD = new Owner("shop", "Deployment", "cart");

    @Test
    void among_policyOfNamespaceAndHeavierOneOfCluster_holdsThatOfNamespace() {
        var own = policy("shop", "a", 0, 2);
        var all = clusterPolicy("all", 100, 1);

        var choice = choice(all, own);

        assertThat(choice).isEqualTo(new PolicyChoice(own, List.of(all), PolicyChoice.Grounds.NAMESPACE));
        assertThat(choice.isWarning()).isFalse();
    }

    @Test
    void among_twoWeights_holdsTheGreaterThoughItIsYounger() {
        var light = policy("shop", "a", 10, 1);
        var heavy = policy("shop", "b", 20, 2);

        var choice = choice(light, heavy);

        assertThat(choice).isEqualTo(new PolicyChoice(heavy, List.of(light), PolicyChoice.Grounds.WEIGHT));
        assertThat(choice.sentence()).isEqualTo("policy shop/b goes before shop/a: its weight 20 is above 10");
    }

    @Test
    void among_equalWeights_holdsTheOlderWithAWarning() {
        var older = policy("shop", "z", 10, 1);
        var younger = policy("shop", "a", 10, 2);

        var choice = choice(younger, older);

        assertThat(choice).isEqualTo(new PolicyChoice(older, List.of(younger), PolicyChoice.Grounds.AGE));
        assertThat(choice.isWarning()).isTrue();
    }

    @Test
    void among_equalWeightsAndAges_holdsTheLesserName() {
        var first = policy("shop", "a", 10, 1);
        var second = policy("shop", "b", 10, 1);

        assertThat(choice(second, first))
                .isEqualTo(new PolicyChoice(first, List.of(second), PolicyChoice.Grounds.NAME));
    }

    @Test
    void among_suspendedWinner_doesNotHandOver() {
        var suspended = new PolicyCandidate(Optional.of("shop"), "a", 10, 1, true, owner -> true);

        assertThat(choice(policy("shop", "b", 5, 1), suspended).winner()).isEqualTo(suspended);
    }

    @Test
    void among_policiesOfOtherNamespacesAndOtherWorkloads_isEmpty() {
        var elsewhere = policy("bank", "a", 10, 1);
        var otherWorkload = new PolicyCandidate(
                Optional.of("shop"), "b", 10, 1, false, owner -> owner.name().equals("till"));

        assertThat(PolicyChoice.among(List.of(elsewhere, otherWorkload), WORKLOAD))
                .isEmpty();
    }

    @Test
    void among_winnerWhoseLabelsAreNotKnown_isInDoubtAndHandsNothingOver() {
        var certain = policy("shop", "a", 10, 1);
        var doubtful = doubtful("b", 20);

        var choice = choice(certain, doubtful);

        assertThat(choice)
                .isEqualTo(new PolicyChoice(
                        doubtful, List.of(certain), PolicyChoice.Grounds.WEIGHT, Optional.of("403 rollouts")));
        assertThat(choice.sentence())
                .isEqualTo("it is not known whether policy shop/b selects the workload: 403 rollouts");
    }

    @Test
    void among_certainWinnerAndALighterOneWhoseLabelsAreNotKnown_isCertain() {
        var certain = policy("shop", "a", 20, 1);

        assertThat(choice(certain, doubtful("b", 10)))
                .isEqualTo(new PolicyChoice(certain, List.of(), PolicyChoice.Grounds.ALONE));
    }

    @Test
    void among_policyThatDoesNotSelectByName_doesNotAskForLabels() {
        var byName = new PolicyCandidate(
                Optional.of("shop"), "b", 10, 1, false, owner -> false, owner -> new Selection.Unknown("403 rollouts"));

        assertThat(PolicyChoice.among(List.of(byName), WORKLOAD)).isEmpty();
    }

    @Property(tries = 300)
    void among_anyOrderOfThePolicies_choosesTheSame(@ForAll("policies") List<PolicyCandidate> policies) {
        var shuffled = new ArrayList<>(policies);
        Collections.shuffle(shuffled, new Random(1));

        var winner = PolicyChoice.among(shuffled, WORKLOAD).map(choice -> choice.winner());

        assertThat(winner).isEqualTo(PolicyChoice.among(policies, WORKLOAD).map(choice -> choice.winner()));
    }

    /// Names are those of the API: no two policies of one scope share one.
    @Provide
    Arbitrary<List<PolicyCandidate>> policies() {
        return Combinators.combine(
                        Arbitraries.of("shop", "bank", ""),
                        Arbitraries.strings().withChars("abc").ofLength(2),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.longs().between(0, 2))
                .as((namespace, name, weight, created) -> namespace.isEmpty()
                        ? clusterPolicy(name, weight, created)
                        : policy(namespace, name, weight, created))
                .list()
                .uniqueElements(PolicyCandidate::label)
                .ofMaxSize(8);
    }

    private static PolicyChoice choice(PolicyCandidate... policies) {
        return PolicyChoice.among(List.of(policies), WORKLOAD).orElseThrow();
    }

    private static PolicyCandidate policy(String namespace, String name, int weight, long createdMillis) {
        return new PolicyCandidate(Optional.of(namespace), name, weight, createdMillis, false, owner -> true);
    }

    private static PolicyCandidate doubtful(String name, int weight) {
        return new PolicyCandidate(
                Optional.of("shop"),
                name,
                weight,
                1,
                false,
                owner -> true,
                owner -> new Selection.Unknown("403 rollouts"));
    }

    private static PolicyCandidate clusterPolicy(String name, int weight, long createdMillis) {
        return new PolicyCandidate(Optional.empty(), name, weight, createdMillis, false, owner -> true);
    }
}
