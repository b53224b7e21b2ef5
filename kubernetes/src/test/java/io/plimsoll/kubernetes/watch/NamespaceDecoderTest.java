package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamespaceDecoderTest {

    @Test
    void namespace_byItsDeletionTimestamp_isBeingDeletedOrStays() throws IOException {
        assertThat(read("""
                {"metadata":{"name":"shop","labels":{"env":"test"},"deletionTimestamp":"2026-11-22T04:30:00Z"},
                 "status":{"phase":"Terminating"}}"""))
                .isEqualTo(new ClusterEvent.NamespaceApplied("shop", Set.of(), Map.of("env", "test"), true));
        assertThat(read("""
                {"metadata":{"name":"shop","labels":{"env":"test"}},"status":{"phase":"Active"}}"""))
                .isEqualTo(new ClusterEvent.NamespaceApplied("shop", Set.of(), Map.of("env", "test"), false));
    }

    private static ClusterEvent read(String json) throws IOException {
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            return new NamespaceDecoder(new Pool()).decode(parser).applied();
        }
    }
}
