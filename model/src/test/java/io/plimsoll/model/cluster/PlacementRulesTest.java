package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.NodeTerm.Requirement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// As the scheduler decides.
class PlacementRulesTest {

    @ParameterizedTest
    @CsvSource({
        "zone,  In,           a b,  true",
        "zone,  In,           b,    false",
        "none,  In,           a,    false",
        "zone,  NotIn,        b,    true",
        "zone,  NotIn,        a b,  false",
        // A label that is not there is in no list.
        "none,  NotIn,        a,    true",
        "zone,  Exists,       '',   true",
        "none,  Exists,       '',   false",
        "zone,  DoesNotExist, '',   false",
        "none,  DoesNotExist, '',   true",
        "cores, Gt,           7,    true",
        "cores, Gt,           8,    false",
        "cores, Lt,           9,    true",
        "cores, Lt,           8,    false",
        "below, Lt,           0,    true",
        "none,  Gt,           0,    false",
        "none,  Lt,           0,    false",
        // `a` is no number.
        "zone,  Gt,           0,    false",
        "zone,  Lt,           0,    false",
        // Beyond 64 bits it is no number either.
        "huge,  Gt,           0,    false",
    })
    void demandOfALabel_holds(String key, String operator, String values, boolean holds) {
        var node = node("n1", Map.of("zone", "a", "cores", "8", "below", "-4", "huge", "9999999999999999999"));

        var requirement = requirement(key, operator, values).orElseThrow();

        assertThat(selecting(new NodeTerm(List.of(requirement), List.of())).select(node))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        "In,           ''",
        "NotIn,        ''",
        "Exists,       a",
        "DoesNotExist, a",
        "Gt,           ''",
        "Gt,           1 2",
        "Gt,           a",
        "Lt,           1.5",
        "Lt,           9999999999999999999",
        "Matches,      a",
    })
    void demandThatMakesNoSense_isNone(String operator, String values) {
        assertThat(requirement("zone", operator, values)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"In, n1, true", "In, n2, false", "NotIn, n1, false", "NotIn, n2, true"})
    void demandOfTheName_goesByTheName_andNotByALabel(String operator, String name, boolean holds) {
        var node = node("n1", Map.of("metadata.name", "n2"));

        var requirement = requirement("metadata.name", operator, name).orElseThrow();

        assertThat(selecting(new NodeTerm(List.of(), List.of(requirement))).select(node))
                .isEqualTo(holds);
    }

    @Test
    void demandsOfATerm_mustAllHold_andOneTermMust() {
        var zone = requirement("zone", "In", "a").orElseThrow();
        var fast = requirement("disk", "In", "fast").orElseThrow();
        var both = new NodeTerm(List.of(zone, fast), List.of());
        var here = new NodeTerm(
                List.of(zone), List.of(requirement("metadata.name", "In", "n1").orElseThrow()));
        var inA = Map.of("zone", "a");

        assertThat(selecting(both).select(node("n1", inA))).isFalse();
        assertThat(selecting(both, here).select(node("n1", inA))).isTrue();
        assertThat(selecting(both, here).select(node("n2", inA))).isFalse();
        assertThat(selecting(both, here).select(node("n2", Map.of("zone", "a", "disk", "fast"))))
                .isTrue();
    }

    @Test
    void termThatSaysNothing_meansNoNode() {
        assertThat(selecting(new NodeTerm(List.of(), List.of())).select(node("n1", Map.of())))
                .isFalse();
    }

    @Test
    void nodeSelector_andTerms_mustBothHold() {
        var rules = new PlacementRules(
                Map.of("disk", "fast"),
                List.of(new NodeTerm(List.of(requirement("zone", "In", "a").orElseThrow()), List.of())),
                List.of(),
                List.of(),
                List.of());

        assertThat(rules.select(node("n1", Map.of("zone", "a", "disk", "fast"))))
                .isTrue();
        assertThat(rules.select(node("n1", Map.of("zone", "a", "disk", "slow"))))
                .isFalse();
        assertThat(rules.select(node("n1", Map.of("zone", "b", "disk", "fast"))))
                .isFalse();
    }

    // Taints

    @ParameterizedTest
    @CsvSource({
        "gpu, true,  '', '',         true",
        "'',  true,  '', '',         true",
        "cpu, true,  '', '',         false",
        "gpu, false, a,  '',         true",
        "gpu, false, b,  '',         false",
        "gpu, false, '', '',         false",
        "gpu, false, a,  NoSchedule, true",
        "gpu, false, a,  NoExecute,  false",
        "'',  true,  '', NoExecute,  false",
    })
    void toleration_ofATaint(String key, boolean isAnyValue, String value, String effect, boolean holds) {
        var rules = tolerating(new Toleration(key, isAnyValue, value, effect));

        assertThat(rules.tolerate(new Taint("gpu", "a", Taint.Effect.NO_SCHEDULE)))
                .isEqualTo(holds);
    }

    @Test
    void tolerations_mustCoverEachTaint() {
        var taints = List.of(
                new Taint("gpu", "", Taint.Effect.NO_SCHEDULE), new Taint("team", "a", Taint.Effect.NO_EXECUTE));

        assertThat(tolerating(Toleration.of("gpu")).tolerate(taints)).isFalse();
        assertThat(tolerating(Toleration.of("gpu"), Toleration.of("team")).tolerate(taints))
                .isTrue();
        // One that tolerates everything is enough for any number of them.
        assertThat(tolerating(Toleration.of("")).tolerate(taints)).isTrue();
    }

    // Pods

    @Test
    void podTerm_means_podsOfItsNamespacesWithItsLabels() {
        var named = term(Set.of("shop"), Optional.empty());
        var web = Map.of("app", "web");

        assertThat(named.matches("shop", Map.of(), web)).isTrue();
        assertThat(named.matches("shop", Map.of(), Map.of("app", "db"))).isFalse();
        assertThat(named.matches("lab", Map.of(), web)).isFalse();
    }

    @Test
    void podTerm_withASelectorOfNamespaces_meansThoseToo() {
        var prod = term(Set.of("lab"), Optional.of(new LabelSelector(Map.of("stage", "prod"), List.of())));
        var web = Map.of("app", "web");

        assertThat(prod.matches("shop", Map.of("stage", "prod"), web)).isTrue();
        assertThat(prod.matches("shop", Map.of("stage", "test"), web)).isFalse();
        assertThat(prod.matches("lab", Map.of(), web)).isTrue();
        assertThat(term(Set.of(), Optional.of(LabelSelector.EVERY)).matches("any", Map.of(), web))
                .isTrue();
    }

    private static PodTerm term(Set<String> namespaces, Optional<LabelSelector> selector) {
        return new PodTerm(new LabelSelector(Map.of("app", "web"), List.of()), namespaces, selector, "host");
    }

    private static Optional<Requirement> requirement(String key, String operator, String values) {
        return Requirement.of(key, operator, values.isEmpty() ? List.of() : Arrays.asList(values.split(" ")));
    }

    private static PlacementRules selecting(NodeTerm... terms) {
        return new PlacementRules(Map.of(), List.of(terms), List.of(), List.of(), List.of());
    }

    private static PlacementRules tolerating(Toleration... tolerations) {
        return new PlacementRules(Map.of(), List.of(), List.of(tolerations), List.of(), List.of());
    }

    private static NodeSpec node(String name, Map<String, String> labels) {
        return new NodeSpec(
                name,
                "uid",
                "boot",
                Resources.NONE,
                Resources.NONE,
                110,
                NodeSpec.Readiness.READY,
                false,
                false,
                false,
                List.of(),
                NodePlatform.UNTOLD,
                labels);
    }
}
