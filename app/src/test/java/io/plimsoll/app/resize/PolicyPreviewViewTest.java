package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.plimsoll.app.resize.PolicyPreview.Result;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.kubernetes.policy.PolicyReader;
import io.plimsoll.kubernetes.policy.PolicyReading;
import io.plimsoll.model.cluster.ClusterImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said of moves; the rest is seen at an API server by [PreviewPolicyCommandTest].
class PolicyPreviewViewTest {

    @Test
    void eachApproval_isToldByWhatItMeans() throws Exception {
        assertThat(text("moves: {approval: Never}"))
                .contains("moves.approval: Never: the rebalancer leaves its workloads' pods where they are.\n");
        assertThat(text("moves: {approval: Automatic}"))
                .contains("moves.approval: Automatic: its workloads' pods are moved unasked, unless rebalancer.approval"
                        + " is never.\n");
        assertThat(text("moves: {approval: Required}"))
                .contains("moves.approval: Required: its workloads' pods are moved once somebody has approved the"
                        + " plan.\n");
        assertThat(text("mode: Auto"))
                .contains(
                        "moves.approval: not set: rebalancer.approval holds for its workloads' pods, whatever policies"
                                + " say from which it takes over.\n");
    }

    @Test
    void text_ofWhatKeepsPodsOrLetsThemGoBesideApproval_isToldWhereThePolicyHolds() throws Exception {
        var both = "moves: {approval: Automatic, minReplicas: 3, localStorage: Discard}";

        assertThat(text(both))
                .contains("unless rebalancer.approval is never. Those of workloads that want fewer than 3 stay"
                        + " (moves.minReplicas). Those that keep data on their node may be moved too, and lose it"
                        + " (moves.localStorage).\n");
        assertThat(text(both + ", suspend: true")).doesNotContain("minReplicas");
        assertThat(text("moves: {minReplicas: 1, localStorage: Keep}"))
                .doesNotContain("stay")
                .doesNotContain("lose");
    }

    @Test
    void policy_thatDoesNotHold_isToldToSayNothingOfMoves() throws Exception {
        assertThat(text("moves: {approval: Never}, mode: Disabled"))
                .contains("moves.approval: Never: says nothing while the policy is disabled.\n");
        assertThat(text("moves: {approval: Automatic}, suspend: true"))
                .contains("moves.approval: Automatic: its workloads' pods stay while the policy is suspended.\n");
        assertThat(text("suspend: true"))
                .contains("moves.approval: not set: its workloads' pods stay while the policy is suspended.\n");
    }

    private static String text(String spec) throws Exception {
        var yaml = """
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: web, namespace: shop}
                spec: {%s}
                """.formatted(spec);
        var object = new YAMLMapper().readTree(yaml);
        var reader = new PolicyReader(new ImageLabels(() -> ClusterImage.EMPTY));
        var reading = reader.read((ObjectNode) object);
        return PolicyPreviewView.text((PolicyReading.Read) reading, new Result(List.of(), List.of()));
    }
}
