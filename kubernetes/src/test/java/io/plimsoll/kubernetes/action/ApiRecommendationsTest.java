package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ApiRecommendationsTest {

    /// `deployment-` and 242 characters make the 253 that fit. Of longer ones 244 are kept, and a dash may not follow a
    /// dot: the last one of two lies right there.
    @ParameterizedTest
    @ValueSource(ints = {1, 231, 232, 233, 234, 242})
    void name_ofAnyWorkload_isOneThatTheApiServerTakes(int chars) {
        var workload = new Owner("shop", "Deployment", "a".repeat(chars) + ".b" + "c".repeat(251 - chars));

        assertThat(ApiRecommendations.name(workload))
                .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
                .hasSizeLessThanOrEqualTo(253);
    }

    /// Somebody else has written the first one.
    @Test
    void recommendation_forAWorkloadThatThereCannotBe_isOfNone() throws IOException {
        var hostile = item("We?rd#", "../../secrets/x");
        var list = "{\"items\":[" + hostile + "," + item("Deployment", "web") + "]}";
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, list));
                var server = new ApiServer(api.client())) {
            var found = new ArrayList<Owner>();

            new ApiRecommendations(server).read(found::add);

            assertThat(found).containsExactly(new Owner("shop", "Deployment", "web"));
        }
    }

    private static String item(String kind, String name) {
        return """
                {"metadata":{"namespace":"shop","name":"any"},"spec":{"workload":{"kind":"%s","name":"%s"}}}""".formatted(kind, name);
    }
}
