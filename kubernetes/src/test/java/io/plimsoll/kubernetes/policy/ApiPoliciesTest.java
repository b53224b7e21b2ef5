package io.plimsoll.kubernetes.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ApiPoliciesTest {

    private static final String OF_NAMESPACES = "/apis/plimsoll.io/v1alpha1/optimizationpolicies?limit=500";
    private static final String OF_THE_CLUSTER = "/apis/plimsoll.io/v1alpha1/clusteroptimizationpolicies?limit=500";
    private static final String NONE = "{\"items\":[]}";
    private static final ObjectLabels UNLABELLED = new ImageLabels(() -> ClusterImage.EMPTY);

    /// What is answered to each path with its query; 404 for all others.
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    @Test
    void get_policiesOfBothKindsOnSeveralPages_yieldsAllOfThem() {
        answers.put(OF_NAMESPACES, """
                {"metadata":{"resourceVersion":"7","continue":"a/b="},"items":[%s]}""".formatted(policy("shop", "first", "{\"mode\":\"Auto\"}")));
        answers.put(
                OF_NAMESPACES + "&continue=a%2Fb%3D",
                "{\"items\":[" + policy("bank", "second", "{\"weight\":3}") + "]}");
        answers.put(OF_THE_CLUSTER, "{\"items\":[" + policy("", "third", "{}") + "]}");

        withPolicies(policies -> {
            var got = policies.get();

            assertThat(got).extracting(ResizePolicy::label).containsExactly("shop/first", "bank/second", "third");
            assertThat(got)
                    .extracting(ResizePolicy::mode)
                    .containsExactly(ResizePolicy.Mode.AUTO, ResizePolicy.Mode.RECOMMEND, ResizePolicy.Mode.RECOMMEND);
            assertThat(got.get(1).candidate().weight()).isEqualTo(3);
            assertThat(policies.listed()).extracting(ListedPolicy::generation).containsExactly(4L, 4L, 4L);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"cpu\":{\"percentile\":0}}    | spec.cpu.percentile: write a percent from 1 to 100 in place of 0",
                "{\"mode\":\"Whatever\"}         | spec.mode: write one of Auto, Recommend, Disabled in place of Whatever",
                "{\"neverBefore\":1}             | spec.neverBefore: there is no such field; there are containers, controlled, cpu,",
                "{\"weight\":\"high\"}             | spec.weight: this is not a whole number",
                "{\"workloads\":{\"kinds\":\"Job\"}} | spec.workloads.kinds: this is not a list",
                "7                               | spec: write what the policy is to do, or delete it",
            })
    void get_policyThatMakesNoSense_isRefusedWithASentenceAndStopsWhatItMightSpeakOf(String spec, String sentence) {
        answers.put(
                OF_NAMESPACES,
                "{\"items\":[" + policy("shop", "odd", spec) + "," + policy("shop", "even", "{}") + "]}");
        answers.put(OF_THE_CLUSTER, NONE);

        withPolicies(policies -> {
            var candidates =
                    policies.get().stream().map(ResizePolicy::candidate).toList();

            var choice = PolicyChoice.among(candidates, new Owner("shop", "Deployment", "web"))
                    .orElseThrow();
            assertThat(choice.winner().label()).isEqualTo("shop/odd");
            assertThat(choice.winner().suspended()).isTrue();
            assertThat(PolicyChoice.among(candidates, new Owner("bank", "Deployment", "web")))
                    .isEmpty();

            assertThat(policies.listed()).extracting(ListedPolicy::label).containsExactly("shop/odd", "shop/even");
            assertThat(policies.listed().getFirst().reading())
                    .isInstanceOfSatisfying(
                            PolicyReading.Refused.class,
                            refused -> assertThat(refused.sentence()).startsWith(sentence));
        });
    }

    @Test
    void get_statusOfANewerVersion_isNoReasonToRefuseThePolicy() {
        answers.put(
                OF_NAMESPACES,
                "{\"items\":[" + policy("shop", "web", "{}").replace("\"spec\"", "\"status\":{\"new\":1},\"spec\"")
                        + "]}");
        answers.put(OF_THE_CLUSTER, NONE);

        withPolicies(policies -> {
            assertThat(policies.get()).hasSize(1);
            assertThat(policies.listed().getFirst().status()).isEmpty();
        });
    }

    @Test
    void get_statusThatWasWritten_isHandedOn() {
        answers.put(
                OF_NAMESPACES,
                "{\"items\":["
                        + policy("shop", "web", "{}")
                                .replace(
                                        "\"spec\"",
                                        "\"status\":{\"matchedWorkloads\":2,\"conditions\":[{\"type\":\"Ready\","
                                                + "\"status\":\"True\",\"lastTransitionTime\":\"2026-01-02T03:04:05Z\","
                                                + "\"reason\":\"Read\",\"message\":\"ok\"}]},\"spec\"")
                        + "]}");
        answers.put(OF_THE_CLUSTER, NONE);

        withPolicies(policies -> {
            assertThat(policies.get()).hasSize(1);
            assertThat(policies.listed().getFirst().status())
                    .hasValueSatisfying(
                            status -> assertThat(status.matchedWorkloads()).isEqualTo(2));
        });
    }

    @Test
    void get_oneKindUnknownToTheApiServer_throwsAndNamesTheFileToApply() {
        answers.put(OF_NAMESPACES, NONE);

        withPolicies(policies -> assertThatThrownBy(policies::get)
                .isInstanceOf(PoliciesUnreadable.class)
                .hasMessageContaining("404")
                .hasMessageEndingWith("kubectl apply -f manifests/crds/clusteroptimizationpolicies.plimsoll.io.yaml"));
    }

    /// A page that is missing may hold the policy that forbids.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{} | is no list", "<html> | Unexpected character", "'' | is no list"})
    void get_secondPageThatIsNoList_throwsAndKeepsWhatWasListedBefore(String answer, String message) {
        answers.put(OF_NAMESPACES, "{\"items\":[" + policy("shop", "web", "{}") + "]}");
        answers.put(OF_THE_CLUSTER, NONE);

        withPolicies(policies -> {
            policies.get();
            answers.put(OF_NAMESPACES, "{\"metadata\":{\"continue\":\"x\"},\"items\":[]}");
            answers.put(OF_NAMESPACES + "&continue=x", answer);

            assertThatThrownBy(policies::get)
                    .isInstanceOf(PoliciesUnreadable.class)
                    .hasMessageContaining(message);
            assertThat(policies.listed()).extracting(ListedPolicy::label).isEqualTo(List.of("shop/web"));
        });
    }

    @Test
    void moves_ofPolicies_areReadByTheChoiceThatHoldsForSizes() {
        answers.put(
                OF_NAMESPACES,
                "{\"items\":["
                        + policy("shop", "web", "{\"moves\":{\"approval\":\"Never\"}}") + ","
                        + policy("bank", "off", "{\"mode\":\"Disabled\",\"moves\":{\"approval\":\"Never\"}}") + ","
                        + policy("park", "odd", "{\"moves\":{\"approval\":\"Perhaps\"}}") + "]}");
        answers.put(
                OF_THE_CLUSTER, "{\"items\":[" + policy("", "all", "{\"moves\":{\"approval\":\"Automatic\"}}") + "]}");

        withPolicies(policies -> {
            var rules = policies.moves();

            assertThat(rules.of(new Owner("shop", "Deployment", "web")).approval())
                    .contains(MoveApproval.NEVER);
            assertThat(rules.of(new Owner("bank", "Deployment", "web")).approval())
                    .contains(MoveApproval.AUTOMATIC);
            assertThat(rules.of(new Owner("park", "Deployment", "web")).because())
                    .isEqualTo("the policy park/odd cannot be read: spec.moves.approval: write one of Required,"
                            + " Automatic, Never in place of Perhaps");
        });
    }

    @Test
    void sources_areThoseOfThePolicyThatHolds_andOneThatIsNotReadRefusesThePolicy() {
        answers.put(
                OF_NAMESPACES,
                "{\"items\":[" + policy("shop", "a", "{\"usage\":{\"source\":\"prometheus\"}}") + ","
                        + policy("bank", "b", "{\"usage\":{\"source\":\"graphite\"}}") + "]}");
        answers.put(OF_THE_CLUSTER, NONE);
        var read = Set.of("prometheus", "metrics-api");

        withServer(server -> {
            var policies = new ApiPolicies(server, new PolicyReader(UNLABELLED, read));

            var sources = policies.sources();

            assertThat(sources.apply(new Owner("shop", "Deployment", "web"))).contains("prometheus");
            assertThat(sources.apply(new Owner("bank", "Deployment", "web"))).isEmpty();
            assertThat(policies.listed().getLast().reading())
                    .isInstanceOfSatisfying(
                            PolicyReading.Refused.class,
                            refused -> assertThat(refused.sentence())
                                    .isEqualTo(
                                            "spec.usage.source: write one of metrics-api, prometheus in place of graphite,"
                                                    + " or add that to the service's usage.sources: it is not read now"));
        });
    }

    /// What another source says meanwhile would be believed for days.
    @Test
    void sources_ofAPolicyThatCannotBeReadAnyMore_areWhatItChoseBefore() {
        answers.put(
                OF_NAMESPACES, "{\"items\":[" + policy("shop", "a", "{\"usage\":{\"source\":\"prometheus\"}}") + "]}");
        answers.put(OF_THE_CLUSTER, NONE);

        withPolicies(policies -> {
            assertThat(policies.sources().apply(new Owner("shop", "Deployment", "web")))
                    .contains("prometheus");
            answers.put(OF_NAMESPACES, "{\"items\":[" + policy("shop", "a", "{\"weight\":\"high\"}") + "]}");

            for (int i = 0; i < 2; i++) {
                assertThat(policies.sources().apply(new Owner("shop", "Deployment", "web")))
                        .contains("prometheus");
            }
        });
    }

    @Test
    void get_withoutTheRight_throwsAndNamesIt() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 403, "{\"message\":\"is forbidden\"}"));
                var server = new ApiServer(api.client())) {
            var policies = new ApiPolicies(server, UNLABELLED);

            assertThatThrownBy(policies::get)
                    .isInstanceOf(PoliciesUnreadable.class)
                    .hasMessageContaining("is forbidden")
                    .hasMessageEndingWith("grant the service account list on optimizationpolicies.plimsoll.io");
        }
    }

    private void withPolicies(Consumer<ApiPolicies> test) {
        withServer(server -> test.accept(new ApiPolicies(server, UNLABELLED)));
    }

    private void withServer(Consumer<ApiServer> test) {
        try (var api = new LoopbackApi(exchange -> {
                    var answer = answers.get(exchange.getRequestURI().toString());
                    LoopbackApi.json(exchange, answer == null ? 404 : 200, answer == null ? "{}" : answer);
                });
                var server = new ApiServer(api.client())) {
            test.accept(server);
        }
    }

    private static String policy(String namespace, String name, String spec) {
        return """
                {"apiVersion":"plimsoll.io/v1alpha1","kind":"OptimizationPolicy","metadata":{"name":"%s",%s"generation":4,
                "creationTimestamp":"2026-01-02T03:04:05Z","managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{}}}]},
                "spec":%s}""".formatted(name, namespace.isEmpty() ? "" : "\"namespace\":\"" + namespace + "\",", spec);
    }
}
