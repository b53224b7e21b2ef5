package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.NodeSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LeavingNodesTest {

    @ParameterizedTest
    @CsvSource({
        "DeletionCandidateOfClusterAutoscaler, PreferNoSchedule, true",
        "ToBeDeletedByClusterAutoscaler,       NoSchedule,       true",
        "karpenter.sh/disrupted,               NoSchedule,       true",
        "karpenter.sh/disruption,              NoSchedule,       true",
        "karpenter.sh/unregistered,            NoExecute,        false",
        "node.kubernetes.io/unschedulable,     NoSchedule,       false",
        "spot,                                 PreferNoSchedule, false",
    })
    void node_byItsTaint_isLeavingOrStays(String key, String effect, boolean leaving) throws IOException {
        var node = read("""
                {"metadata":{"name":"n"},"spec":{"taints":[{"key":"%s","value":"1786925486","effect":"%s"}]}}""".formatted(key, effect));

        assertThat(node.leaving()).isEqualTo(leaving);
    }

    /// It keeps no pod away, so it is no taint for whoever asks for tolerations.
    @Test
    void taintThatIsAPreference_isNoHardOne() throws IOException {
        var node = read("""
                {"metadata":{"name":"n"},
                 "spec":{"taints":[{"key":"DeletionCandidateOfClusterAutoscaler","effect":"PreferNoSchedule"}]}}""");

        assertThat(node.taints()).isEmpty();
    }

    @Test
    void nodeThatIsBeingDeleted_isLeaving() throws IOException {
        assertThat(read("""
                {"metadata":{"name":"n","deletionTimestamp":"2026-11-22T04:30:00Z"}}""").leaving()).isTrue();
        assertThat(read("""
                {"metadata":{"name":"n"}}""").leaving()).isFalse();
    }

    private static NodeSpec read(String json) throws IOException {
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            var seen = new NodeDecoder(InstantSource.fixed(Instant.EPOCH), new Pool()).decode(parser);
            return ((ClusterEvent.NodeApplied) seen.applied()).node();
        }
    }
}
