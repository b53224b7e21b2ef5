package io.plimsoll.kubernetes.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.plimsoll.kubernetes.api.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceJsonTest {

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    @Test
    void changeRecord_writtenAndReadAgain_isTheSameAndSpeltAsTheApiDoes() throws IOException {
        var record = new ChangeRecord();
        record.setMetadata(
                new ObjectMetaBuilder().withName("c1").withNamespace("shop").build());
        record.setSpec(new ChangeRecordSpec(
                new WorkloadReference("Deployment", "web"),
                new PolicyReference("OptimizationPolicy", "default"),
                null,
                new Reason("OutOfMemory", "Killed at 64Mi."),
                List.of(new ChangeRecordSpec.PodChange(
                        "web-1", "u1", List.of(container("100m", "64Mi")), List.of(container("100m", "128Mi")))),
                List.of()));
        record.setStatus(new ChangeRecordStatus(
                1L,
                ChangeRecordStatus.Phase.APPLIED,
                List.of(new ChangeRecordStatus.PodOutcome(
                        "web-1",
                        "u1",
                        ChangeRecordStatus.Phase.APPLIED,
                        null,
                        4L,
                        Instant.parse("2026-01-01T00:00:00Z"))),
                List.of()));

        var json = serialization.asJson(record);

        assertThat(new ObjectMapper().readTree(json)).isEqualTo(new ObjectMapper().readTree("""
                {"apiVersion": "plimsoll.io/v1alpha1", "kind": "ChangeRecord",
                 "metadata": {"name": "c1", "namespace": "shop"},
                 "spec": {"workload": {"kind": "Deployment", "name": "web"},
                          "policy": {"kind": "OptimizationPolicy", "name": "default"},
                          "reason": {"code": "OutOfMemory", "message": "Killed at 64Mi."},
                          "pods": [{"name": "web-1", "uid": "u1",
                                    "before": [{"container": "app", "requests": {"cpu": "100m", "memory": "64Mi"}}],
                                    "after": [{"container": "app", "requests": {"cpu": "100m", "memory": "128Mi"}}]}]},
                 "status": {"observedGeneration": 1, "phase": "Applied",
                            "pods": [{"name": "web-1", "uid": "u1", "phase": "Applied", "generation": 4,
                                      "time": "2026-01-01T00:00:00Z"}]}}
                """));
        assertThat(serialization.unmarshal(json, ChangeRecord.class)).isEqualTo(record);
    }

    @Test
    void policy_withAbsentFields_isReadWithEmptyListsAndNoDefaults() {
        var policy = serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: default, namespace: shop}
                spec:
                  mode: Auto
                  workloads: {kinds: [Deployment]}
                  memory: {percentile: 100, min: 64Mi, max: 2}
                """, OptimizationPolicy.class);

        assertThat(policy.getSpec().mode()).isEqualTo(OptimizationPolicySpec.Mode.AUTO);
        assertThat(policy.getSpec().suspend()).isNull();
        assertThat(policy.getSpec().overrides()).isEmpty();
        assertThat(policy.getSpec().workloads())
                .isEqualTo(new WorkloadChoice(null, List.of("Deployment"), List.of(), List.of()));
        assertThat(policy.getSpec().memory())
                .isEqualTo(
                        new ResourceRule(100, null, new Quantity("64Mi"), new Quantity("2"), null, null, null, null));
        assertThat(policy.getStatus()).isNull();
    }

    @Test
    void finding_ofALaterVersion_isUnknown() throws IOException {
        assertThat(finding("Helped")).isEqualTo(RebalancePlanStatus.Finding.HELPED);
        assertThat(finding("HelpedTwice")).isEqualTo(RebalancePlanStatus.Finding.UNKNOWN);
    }

    private static RebalancePlanStatus.Finding finding(String value) throws IOException {
        return Json.MAPPER
                .readValue("{\"finding\": \"" + value + "\", \"message\": \"\"}", RebalancePlanStatus.Look.class)
                .finding();
    }

    private static ChangeRecordSpec.ContainerResources container(String cpu, String memory) {
        return new ChangeRecordSpec.ContainerResources(
                "app", new ResourceAmounts(new Quantity(cpu), new Quantity(memory)), null);
    }
}
