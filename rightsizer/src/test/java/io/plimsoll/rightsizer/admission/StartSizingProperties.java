package io.plimsoll.rightsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.QualityOfService;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.LimitRule;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Laws of what becomes of a new pod, whatever was recommended for it.
class StartSizingProperties {

    private static final Owner DB = new Owner("shop", "StatefulSet", "db");

    /// A pod's containers, what is recommended for each, and how limits follow.
    record Case(List<ContainerSpec> containers, List<StoredRecommendation.Container> recommended, LimitRule limits) {}

    @Property(tries = 500)
    void answer_askedTwice_changesNothingTheSecondTime(@ForAll("cases") Case given) {
        var reviews = reviews(given);
        var once = Webhook.create(reviews, pod(given.containers()));

        var twice = Webhook.create(reviews, once.pod());

        assertThat(twice.pod()).isEqualTo(once.pod());
    }

    @Property(tries = 500)
    void answer_anyPod_keepsItsClassAndItsRequestsWithinItsLimits(@ForAll("cases") Case given) {
        var after = containers(Webhook.create(reviews(given), pod(given.containers())));

        assertThat(QualityOfService.of(after)).isEqualTo(QualityOfService.of(given.containers()));
        assertThat(after).allSatisfy(container -> {
            var limits = container.limits();
            assertThat(limits.cpuMillis() == 0 || container.requests().cpuMillis() <= limits.cpuMillis())
                    .isTrue();
            assertThat(limits.memoryBytes() == 0 || container.requests().memoryBytes() <= limits.memoryBytes())
                    .isTrue();
        });
    }

    /// The API server refuses neither, but whoever left a limit out meant it.
    @Property(tries = 500)
    void answer_anyPod_neitherAddsALimitNorTakesOneAway(@ForAll("cases") Case given) {
        var after = containers(Webhook.create(reviews(given), pod(given.containers())));

        for (int i = 0; i < after.size(); i++) {
            var before = given.containers().get(i).limits();
            assertThat(after.get(i).limits().cpuMillis() == 0).isEqualTo(before.cpuMillis() == 0);
            assertThat(after.get(i).limits().memoryBytes() == 0).isEqualTo(before.memoryBytes() == 0);
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        var limits =
                Arbitraries.of(new LimitRule.RequestsOnly(), new LimitRule.ByRatio(), new LimitRule.ByHeadroom(0.2));
        return Arbitraries.integers()
                .between(1, 3)
                .flatMap(count -> Combinators.combine(
                                containers().list().ofSize(count),
                                recommended().list().ofSize(count),
                                limits)
                        .as((containers, recommended, rule) ->
                                new Case(named(containers), namedToo(recommended), rule)));
    }

    private static List<ContainerSpec> named(List<ContainerSpec> containers) {
        return java.util.stream.IntStream.range(0, containers.size())
                .mapToObj(i -> new ContainerSpec(
                        "c" + i, containers.get(i).requests(), containers.get(i).limits()))
                .toList();
    }

    private static List<StoredRecommendation.Container> namedToo(List<StoredRecommendation.Container> containers) {
        return java.util.stream.IntStream.range(0, containers.size())
                .mapToObj(i -> {
                    var one = containers.get(i);
                    return new StoredRecommendation.Container(
                            "c" + i,
                            one.current(),
                            one.lower(),
                            one.target(),
                            one.upper(),
                            one.confidence(),
                            one.isOomRaise(),
                            one.sentence());
                })
                .toList();
    }

    /// Limits are none, the request itself, or above it, as the API server lets pods be.
    private static Arbitrary<ContainerSpec> containers() {
        var extra = Arbitraries.of(-1L, 0L, 100L, 1L << 20, 1L << 30);
        return Combinators.combine(amounts(), extra, extra)
                .as((requests, cpu, memory) -> new ContainerSpec(
                        "c",
                        requests,
                        new Resources(limit(requests.cpuMillis(), cpu), limit(requests.memoryBytes(), memory))));
    }

    private static long limit(long request, long extra) {
        return extra < 0 || request == 0 ? 0 : request + extra;
    }

    private static Arbitrary<StoredRecommendation.Container> recommended() {
        return Combinators.combine(
                        amounts(),
                        amounts(),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.of(true, false),
                        Arbitraries.of(0.8, 1.0))
                .as((current, target, confidence, isOomRaise, share) -> new StoredRecommendation.Container(
                        "c", current, scaled(target, share), target, target, confidence, isOomRaise, ""));
    }

    private static Resources scaled(Resources amounts, double share) {
        return new Resources((long) (amounts.cpuMillis() * share), (long) (amounts.memoryBytes() * share));
    }

    private static Arbitrary<Resources> amounts() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 4000),
                        Arbitraries.longs().between(0, 1L << 33))
                .as(Resources::new);
    }

    private static AdmissionReviews reviews(Case given) {
        var sizing = new ContainerSizing(
                ContainerSizing.DEFAULT.cpu(),
                ContainerSizing.DEFAULT.memory(),
                ContainerSizing.DEFAULT.memoryRule(),
                given.limits(),
                0.5);
        return new Webhook()
                .sizings(name -> Optional.of(sizing))
                .recommends(DB, given.recommended().toArray(StoredRecommendation.Container[]::new))
                .build();
    }

    private static JsonNode pod(List<ContainerSpec> containers) {
        var pod = Json.MAPPER.createObjectNode();
        pod.withArray("/metadata/ownerReferences")
                .addObject()
                .put("kind", "StatefulSet")
                .put("name", "db")
                .put("controller", true);
        var list = pod.withArray("/spec/containers");
        for (var container : containers) {
            var resources = Json.MAPPER.createObjectNode();
            write(resources, "requests", container.requests());
            write(resources, "limits", container.limits());
            list.addObject().put("name", container.name()).set("resources", resources);
        }
        return pod;
    }

    private static void write(ObjectNode resources, String field, Resources amounts) {
        if (amounts.cpuMillis() > 0) {
            resources.withObjectProperty(field).put("cpu", amounts.cpuMillis() + "m");
        }
        if (amounts.memoryBytes() > 0) {
            resources.withObjectProperty(field).put("memory", Long.toString(amounts.memoryBytes()));
        }
    }

    private static List<ContainerSpec> containers(Webhook.Answer answer) {
        return NewPod.read("shop", answer.pod()).containers().main();
    }
}
