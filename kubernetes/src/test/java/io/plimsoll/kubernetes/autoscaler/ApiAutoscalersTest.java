package io.plimsoll.kubernetes.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ResourceKind;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
class ApiAutoscalersTest {

    private static final String HORIZONTAL = "/apis/autoscaling/v2/horizontalpodautoscalers";
    private static final String VERTICAL = "/apis/autoscaling.k8s.io/v1/verticalpodautoscalers";
    private static final Owner WEB = new Owner("shop", "Deployment", "web");

    /// What is answered to each path without its query; 404 for all others.
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    private volatile int refusal = 404;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]       | CPU",
                "[{type: Resource, resource: {name: memory, target: {type: AverageValue}}}]   | MEMORY",
                "[{type: ContainerResource, containerResource: {name: cpu, container: app}}]  | CPU",
                "[{type: ContainerResource, containerResource: {name: memory, container: a}}] | MEMORY",
                "[{type: Resource, resource: {name: memory}}, {type: Resource, resource: {name: cpu}}] | CPU MEMORY",
                "[{type: Pods, pods: {metric: {name: cpu}}}]                                  | NONE",
                "[{type: External, external: {metric: {name: memory}}}]                       | NONE",
                "[{type: Resource, resource: {name: nvidia}}]                                 | NONE",
                "[]                                                                           | CPU",
            })
    void horizontal_byItsMetrics_ownsWhatTheyLookAt(String metrics, String owned) {
        answers.put(
                HORIZONTAL, list("{scaleTargetRef: {kind: Deployment, name: web}, metrics: %s}".formatted(metrics)));

        assertThat(claims()).isEqualTo(expected("HorizontalPodAutoscaler", owned));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "NONE                                                                                 | CPU MEMORY",
                ", updatePolicy: {updateMode: Off}                                                    | NONE",
                ", updatePolicy: {updateMode: Initial}                                                | CPU MEMORY",
                ", updatePolicy: {updateMode: InPlaceOrRecreate}                                      | CPU MEMORY",
                ", resourcePolicy: {containerPolicies: [{containerName: *, controlledResources: [cpu]}]}    | CPU",
                ", resourcePolicy: {containerPolicies: [{containerName: *, controlledResources: [memory]}]} | MEMORY",
                ", resourcePolicy: {containerPolicies: [{containerName: *, mode: Off}]}               | NONE",
                ", resourcePolicy: {containerPolicies: [{containerName: *, controlledResources: []}]} | NONE",
                ", resourcePolicy: {containerPolicies: [{containerName: *}]}                          | CPU MEMORY",
                ", resourcePolicy: {containerPolicies: [{containerName: app, controlledResources: [cpu]}, {containerName: *, mode: Off}]} | CPU",
                ", resourcePolicy: {containerPolicies: [{containerName: app, mode: Off}]}             | CPU MEMORY",
            })
    void vertical_byItsPolicies_ownsWhatItControls(String rest, String owned) {
        answers.put(HORIZONTAL, "{\"items\":[]}");
        answers.put(
                VERTICAL,
                list("{targetRef: {kind: Deployment, name: web}%s}".formatted(rest.equals("NONE") ? "" : rest)));

        assertThat(claims()).isEqualTo(expected("VerticalPodAutoscaler", owned));
    }

    @Test
    void autoscalers_ofBothKindsForOneWorkload_ownTheirResourcesTogether() {
        answers.put(
                HORIZONTAL,
                list(
                        "{scaleTargetRef: {kind: Deployment, name: web}, metrics: [{type: Resource, resource: {name: cpu}}]}"));
        answers.put(
                VERTICAL,
                list("{targetRef: {kind: Deployment, name: web}, resourcePolicy: {containerPolicies:"
                        + " [{containerName: *, controlledResources: [memory]}]}}"));

        assertThat(claims())
                .isEqualTo(Map.of(
                        WEB,
                        Claimed.by("HorizontalPodAutoscaler scaler", Set.of(ResourceKind.CPU))
                                .and(Claimed.by("VerticalPodAutoscaler scaler", Set.of(ResourceKind.MEMORY)))));
    }

    /// KEDA makes an HPA; who wants to change it has to change the ScaledObject.
    @Test
    void horizontal_thatSomethingElseMade_isNamedWithIt() {
        answers.put(
                HORIZONTAL,
                list("{scaleTargetRef: {kind: Deployment, name: web}}").replace("\"name\":\"scaler\"", """
                        "name":"keda-hpa-web","ownerReferences":[
                          {"kind":"Team","name":"a"},{"kind":"ScaledObject","name":"web","controller":true}]"""));

        assertThat(claims())
                .isEqualTo(Map.of(
                        WEB,
                        Claimed.by(
                                "HorizontalPodAutoscaler keda-hpa-web of ScaledObject web", Set.of(ResourceKind.CPU))));
    }

    @Test
    void kind_unknown_ownsNothingAndIsToldOnce() {
        var log = (Logger) LoggerFactory.getLogger(ApiAutoscalers.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        answers.put(HORIZONTAL, "{\"items\":[]}");
        refusal = 404;

        ask(autoscalers -> {
            assertThat(autoscalers.claims()).isEmpty();
            return autoscalers.claims();
        });

        log.detachAppender(lines);
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getFormattedMessage()).contains(VERTICAL);
        });
    }

    /// Whether an autoscaler is there is not known then; "none" would be a guess.
    @ParameterizedTest
    @CsvSource({"500", "503", "401", "403", "429"})
    void apiServer_inTrouble_isNoAnswer(int code) {
        answers.put(HORIZONTAL, "{\"items\":[]}");
        refusal = code;

        assertThatThrownBy(this::claims)
                .isInstanceOf(AutoscalersUnreadable.class)
                .hasMessageContaining(VERTICAL)
                .hasMessageContaining(String.valueOf(code));
    }

    private static Map<Owner, Claimed> expected(String kind, String owned) {
        return owned.equals("NONE")
                ? Map.of()
                : Map.of(
                        WEB,
                        Claimed.by(
                                kind + " scaler",
                                Arrays.stream(owned.split(" "))
                                        .map(ResourceKind::valueOf)
                                        .toList()));
    }

    private Map<Owner, Claimed> claims() {
        return ask(ApiAutoscalers::claims);
    }

    private Map<Owner, Claimed> ask(Function<ApiAutoscalers, Map<Owner, Claimed>> question) {
        try (var api = new LoopbackApi(exchange -> {
                    var answer = answers.get(exchange.getRequestURI().getPath());
                    LoopbackApi.json(exchange, answer == null ? refusal : 200, answer == null ? "{}" : answer);
                });
                var server = new ApiServer(api.client())) {
            return question.apply(new ApiAutoscalers(server));
        }
    }

    /// A list of one object with this spec, whose names and words need no quotes here.
    private static String list(String spec) {
        return """
                {"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"namespace":"shop","name":"scaler"},"spec":%s}]}""".formatted(spec.replaceAll("[\\w*]+", "\"$0\""));
    }
}
