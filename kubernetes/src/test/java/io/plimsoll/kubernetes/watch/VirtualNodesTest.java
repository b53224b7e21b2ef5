package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes as the API server sends them, told apart by their marks.
class VirtualNodesTest {

    @ParameterizedTest(name = "{0}: {5}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                // what                         | labels | annotations | taint | kubelet | virtual
                "a plain machine                |||| v1.36.3 | false",
                "virtual kubelet, by its type   | \"type\":\"virtual-kubelet\" |||| true",
                "virtual kubelet, by its taint  ||| virtual-kubelet.io/provider || true",
                "Liqo                           | \"liqo.io/type\":\"virtual-node\" ||| v1.30.0 | true",
                "Fargate                        | \"eks.amazonaws.com/compute-type\":\"fargate\" ||| v1.33.0-eks | true",
                "one hint: no kubelet version   ||||| false",
                "two hints                      | \"kubernetes.io/role\":\"agent\" |||| true",
                "one hint beside a real kubelet | \"kubernetes.io/role\":\"agent\" ||| v1.36.3 | false",
                "KWOK with a sure mark          | \"type\":\"virtual-kubelet\" | \"kwok.x-k8s.io/node\":\"fake\" ||| false",
            })
    void node_byItsMarks_isVirtualOrAMachine(
            String what, String labels, String annotations, String taint, String kubelet, boolean virtual)
            throws IOException {
        var json = """
            {"metadata":{"name":"n","resourceVersion":"1","labels":{%s},"annotations":{%s}},
             "spec":{"taints":[{"key":"%s","effect":"NoSchedule"}]},
             "status":{"nodeInfo":{"kubeletVersion":"%s"}}}""".formatted(text(labels), text(annotations), text(taint), text(kubelet));
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();

            var seen = new NodeDecoder(InstantSource.fixed(Instant.EPOCH), new Pool()).decode(parser);

            assertThat(((ClusterEvent.NodeApplied) seen.applied()).node().virtual())
                    .as(what)
                    .isEqualTo(virtual);
        }
    }

    private static String text(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "" : value;
    }
}
