package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.policy.ListedPolicy;
import io.plimsoll.kubernetes.policy.PolicyReading;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.ResourceCondition.Truth;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiPolicyStatusesTest {

    private static final OptimizationPolicyStatus STATUS = new OptimizationPolicyStatus(
            4L,
            3,
            2,
            1,
            null,
            null,
            List.of(new ResourceCondition(
                    "Ready", Truth.TRUE, 4L, Instant.parse("2026-03-04T12:00:00Z"), "Read", "it can be read")));

    @Test
    void write_ofEachKind_patchesTheStatusAlone() throws IOException {
        var body = """
                {"status":{"observedGeneration":4,"matchedWorkloads":3,"governedWorkloads":2,"recommendedWorkloads":1,\
                "conditions":[{"type":"Ready","status":"True","observedGeneration":4,\
                "lastTransitionTime":"2026-03-04T12:00:00Z","reason":"Read","message":"it can be read"}]}}""";
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
                var server = new ApiServer(api.client())) {
            var statuses = new ApiPolicyStatuses(server);

            statuses.write(policy(Optional.of("shop")), STATUS);
            statuses.write(policy(Optional.empty()), STATUS);

            assertThat(api.asked())
                    .containsExactly(
                            "PATCH /apis/plimsoll.io/v1alpha1/namespaces/shop/optimizationpolicies/web/status?timeout=20s "
                                    + body,
                            "PATCH /apis/plimsoll.io/v1alpha1/clusteroptimizationpolicies/web/status?timeout=20s "
                                    + body);
        }
    }

    @Test
    void write_thatIsRefused_throws() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 403, "{\"message\":\"forbidden\"}"));
                var server = new ApiServer(api.client())) {
            var statuses = new ApiPolicyStatuses(server);

            assertThatThrownBy(() -> statuses.write(policy(Optional.empty()), STATUS))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("forbidden");
        }
    }

    private static ListedPolicy policy(Optional<String> namespace) {
        return new ListedPolicy(namespace, "web", 4, Optional.empty(), new PolicyReading.Refused(List.of()));
    }
}
