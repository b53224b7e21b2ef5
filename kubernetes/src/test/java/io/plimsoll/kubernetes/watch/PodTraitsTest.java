package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.LabelSelector.Expression;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Taint;
import io.plimsoll.model.cluster.Toleration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What decides whether a pod may be moved, as the watch reads it.
class PodTraitsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kubernetes.io/config.mirror                      | 4fc1 | MIRROR",
                "kubernetes.io/config.source                      | file | STATIC",
                "kubernetes.io/config.source                      | api  | ",
                "cluster-autoscaler.kubernetes.io/safe-to-evict   | false | NOT_SAFE_TO_EVICT",
                "cluster-autoscaler.kubernetes.io/safe-to-evict   | true | ",
                "karpenter.sh/do-not-disrupt                      | true | DO_NOT_DISRUPT",
                "karpenter.sh/do-not-disrupt                      | 8h   | DO_NOT_DISRUPT",
                "karpenter.sh/do-not-disrupt                      | false | ",
                "descheduler.alpha.kubernetes.io/prefer-no-eviction | ''  | PREFER_NO_EVICTION",
                "descheduler.alpha.kubernetes.io/evict            | true | EVICTION_WANTED",
                "something.else/evict                             | true | ",
            })
    void annotation_thatTells_isATrait(String annotation, String value, @Nullable PodTrait trait) throws IOException {
        var pod = traits("{\"metadata\":{\"annotations\":{\"" + annotation + "\":\"" + value + "\"}}}");

        assertThat(pod.traits()).isEqualTo(trait == null ? Set.of() : Set.of(trait));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/\"}}]                 | LOCAL_STORAGE",
                "\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}]                              | LOCAL_STORAGE",
                "\"volumes\":[{\"name\":\"v\",\"persistentVolumeClaim\":{\"claimName\":\"c\"}}] | VOLUME",
                "\"volumes\":[{\"name\":\"v\",\"ephemeral\":{}}]                             | VOLUME",
                "\"volumes\":[{\"name\":\"v\",\"ofTheFuture\":{}}]                           | VOLUME",
                "\"volumes\":[{\"name\":\"v\",\"configMap\":{}},{\"name\":\"w\",\"projected\":{}}] | ",
                "\"resourceClaims\":[{\"name\":\"gpu\"}]                                   | RESOURCE_CLAIM",
                "\"topologySpreadConstraints\":[{\"whenUnsatisfiable\":\"DoNotSchedule\"}]    | PLACEMENT_RULES",
                "\"topologySpreadConstraints\":[{\"whenUnsatisfiable\":\"ScheduleAnyway\"}]   | ",
                "\"containers\":[{\"name\":\"c\",\"ports\":[{\"hostPort\":80}]}]              | PLACEMENT_RULES",
                "\"containers\":[{\"name\":\"c\",\"ports\":[{\"containerPort\":80}]}]         | ",
            })
    void fieldOfSpec_thatTells_isATrait(String field, @Nullable PodTrait trait) throws IOException {
        var pod = traits("{\"spec\":{" + field + "}}");

        assertThat(pod.traits()).isEqualTo(trait == null ? Set.of() : Set.of(trait));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nvidia.com/gpu    | 1    | OTHER_RESOURCES",
                "nvidia.com/gpu    | 0    | ",
                "hugepages-2Mi     | 64Mi | OTHER_RESOURCES",
                "ephemeral-storage | 1Gi  | ",
                "memory            | 1Gi  | ",
            })
    void requestOfAnyKindOfContainerOrOfThePod_besidesCpuAndMemory_isATrait(
            String resource, String amount, @Nullable PodTrait trait) throws IOException {
        var amounts = "{\"cpu\":\"1\",\"" + resource + "\":\"" + amount + "\"}";
        var asks = "\"resources\":{\"requests\":" + amounts + "}";

        for (var field : List.of(
                "\"containers\":[{\"name\":\"c\"},{\"name\":\"d\"," + asks + "}]",
                "\"initContainers\":[{\"name\":\"c\"," + asks + "}]",
                asks,
                "\"overhead\":" + amounts)) {
            assertThat(traits("{\"spec\":{" + field + "}}").traits())
                    .as(field)
                    .isEqualTo(trait == null ? Set.of() : Set.of(trait));
        }
    }

    @Test
    void restarts_ofAllContainersTogether_areOftenFromFourOn() throws IOException {
        var status = "{\"status\":{\"containerStatuses\":[{\"name\":\"a\",\"restartCount\":%d},"
                + "{\"name\":\"b\",\"restartCount\":2}]}}";

        assertThat(traits(status.formatted(1)).traits()).isEmpty();
        assertThat(traits(status.formatted(2)).traits()).containsExactly(PodTrait.RESTARTS_OFTEN);
    }

    @Test
    void labels_butThoseOfThePodAlone_selectorAndTolerationsThatLast_areKept() throws IOException {
        var pod = traits("""
                {"metadata":{"labels":{"app":"db","statefulset.kubernetes.io/pod-name":"db-0"}},
                 "spec":{"nodeSelector":{"disk":"fast"},"tolerations":[
                   {"key":"gpu","operator":"Exists"},
                   {"key":"team","operator":"Equal","value":"a"},
                   {"key":"old","operator":"Exists","effect":"NoExecute"},
                   {"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute",
                    "tolerationSeconds":300}]}}""");

        assertThat(pod)
                .isEqualTo(new PodTraits(
                        Set.of(),
                        Map.of("app", "db"),
                        new PlacementRules(
                                Map.of("disk", "fast"),
                                List.of(),
                                List.of(
                                        Toleration.of("gpu"),
                                        new Toleration("team", false, "a", ""),
                                        new Toleration("old", true, "", "NoExecute")),
                                List.of(),
                                List.of())));
    }

    @Test
    void podWithTheTolerationsThatEachOneIsGiven_hasNoRules() throws IOException {
        var pod = traits("""
                {"spec":{"tolerations":[
                   {"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute",
                    "tolerationSeconds":300},
                   {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute",
                    "tolerationSeconds":300}]}}""");

        assertThat(pod).isSameAs(PodTraits.NONE);
    }

    @ParameterizedTest
    @CsvSource({"Lt, PLACEMENT_RULES", "OfTheFuture, PLACEMENT_RULES", "Equal,", "'',"})
    void tolerationWithAnOperator_thatIsNotKnown_isNotReckonedWith(String operator, @Nullable PodTrait trait)
            throws IOException {
        var pod = traits(
                "{\"spec\":{\"tolerations\":[{\"key\":\"a\",\"value\":\"1\",\"operator\":\"" + operator + "\"}]}}");

        assertThat(pod.traits()).isEqualTo(trait == null ? Set.of() : Set.of(trait));
    }

    @Test
    void podsOfOneTemplate_shareTheirTraits() throws IOException {
        var pool = new Pool();
        var json = "{\"metadata\":{\"labels\":{\"app\":\"web\"}}}";

        assertThat(traits(json, pool)).isSameAs(traits(json, pool));
    }

    @Test
    void labelsOfANode_areKept() throws IOException {
        assertThat(node("{\"metadata\":{\"name\":\"n\",\"labels\":{\"disk\":\"fast\"}}}")
                        .labels())
                .isEqualTo(Map.of("disk", "fast"));
    }

    @Test
    void taintsOfANode_thatKeepPodsAway_areKept() throws IOException {
        assertThat(node("""
                {"metadata":{"name":"n"},"spec":{"taints":[
                  {"key":"gpu","value":"a","effect":"NoSchedule"},
                  {"key":"gpu","value":"a","effect":"NoExecute","timeAdded":"2026-01-01T00:00:00Z"},
                  {"key":"a","effect":"NoSchedule"},
                  {"key":"soft","effect":"PreferNoSchedule"}]}}""").taints())
                .containsExactly(
                        new Taint("a", "", Taint.Effect.NO_SCHEDULE),
                        new Taint("gpu", "a", Taint.Effect.NO_SCHEDULE),
                        new Taint("gpu", "a", Taint.Effect.NO_EXECUTE));
    }

    private static NodeSpec node(String json) throws IOException {
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            var seen = new NodeDecoder(InstantSource.fixed(Instant.EPOCH), new Pool()).decode(parser);

            return ((ClusterEvent.NodeApplied) seen.applied()).node();
        }
    }

    // Budgets

    @Test
    void budget_withExpressions_isReadWhole() throws IOException {
        assertThat(budget(
                        "\"selector\":{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":"
                                + "[{\"key\":\"tier\",\"operator\":\"In\",\"values\":[\"a\",\"b\"]}]}",
                        3))
                .isEqualTo(new DisruptionBudget(
                        "shop",
                        "calm",
                        Optional.of(new LabelSelector(
                                Map.of("app", "web"), List.of(new Expression("tier", "In", List.of("a", "b"))))),
                        2,
                        true));
    }

    @Test
    void budget_withoutSelector_isToldFromOneOfEveryPod() throws IOException {
        assertThat(budget("\"minAvailable\":1", 3).selector()).isEmpty();
        assertThat(budget("\"selector\":{}", 3).selector()).contains(LabelSelector.EVERY);
    }

    @Test
    void budget_whoseStatusIsOfAFormerSpec_isNotCurrent() throws IOException {
        assertThat(budget("\"selector\":{}", 2).isCurrent()).isFalse();
        assertThat(budget("\"selector\":{}", 3).isCurrent()).isTrue();
    }

    private static DisruptionBudget budget(String spec, int observedGeneration) throws IOException {
        var json = "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"calm\",\"generation\":3},\"spec\":{" + spec
                + "},\"status\":{\"disruptionsAllowed\":2,\"observedGeneration\":" + observedGeneration + "}}";
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            return ((ClusterEvent.BudgetApplied)
                            new BudgetDecoder().decode(parser).applied())
                    .budget();
        }
    }

    private static PodTraits traits(String json) throws IOException {
        return traits(json, new Pool());
    }

    private static PodTraits traits(String json, Pool pool) throws IOException {
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            return new PodDecoder(pool).read(parser).pod().traits();
        }
    }
}
