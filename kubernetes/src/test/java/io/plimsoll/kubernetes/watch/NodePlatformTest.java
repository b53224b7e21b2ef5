package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodePlatform.CpuManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a node runs on, by its labels and by what its kubelet says.
class NodePlatformTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // labels                                     | says    | version | system  | CPUs
                "\"kubernetes.io/os\":\"linux\"               | linux   | v1.36.3 | linux   | UNTOLD",
                "\"kubernetes.io/os\":\"windows\"             | ''      | v1.34.1 | windows | UNTOLD",
                "\"kubernetes.io/os\":\"windows\"             | linux   | v1.34.1 | windows | UNTOLD",
                "''                                         | windows | v1.30.0 | windows | UNTOLD",
                "''                                         | ''      | ''      | ''      | UNTOLD",
                "\"plimsoll.io/cpu-manager-policy\":\"static\" | linux   | v1.36.3 | linux   | STATIC",
                "\"plimsoll.io/cpu-manager-policy\":\"none\"   | linux   | v1.36.3 | linux   | NONE",
                "\"plimsoll.io/cpu-manager-policy\":\"\\u0000\" | linux | v1.36.3 | linux   | UNTOLD",
            })
    void node_byItsLabelsAndItsKubelet_tellsWhatItRunsOn(
            String labels, String says, String version, String system, CpuManager cpuManager) throws IOException {
        var json = """
            {"metadata":{"name":"n","resourceVersion":"1","labels":{%s}},
             "status":{"nodeInfo":{"kubeletVersion":"%s","operatingSystem":"%s"}}}""".formatted(labels, version, says);
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();

            var seen = new NodeDecoder(InstantSource.fixed(Instant.EPOCH), new Pool()).decode(parser);

            assertThat(((ClusterEvent.NodeApplied) seen.applied()).node().platform())
                    .isEqualTo(new NodePlatform(system, version, cpuManager));
        }
    }
}
