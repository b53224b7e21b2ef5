package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import io.plimsoll.extender.GoPayloads;
import io.plimsoll.extender.wire.PodReader;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The watch's and the extender's reader of pods must not differ in what a pod asks for: a pod would be placed
/// by one figure and counted by another.
class BothPodReadersTest {

    private static final String WITH_INIT_CONTAINERS = """
            {"metadata":{"name":"p","namespace":"shop","uid":"u","labels":{"opt-out.plimsoll.io/all":"true"},
            "deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{"nodeName":"n1","priority":-7,
            "initContainers":[{"name":"first","resources":{"requests":{"cpu":"350m","memory":"1Gi"}}},
            {"name":"side","restartPolicy":"Always","resources":{"requests":{"cpu":"100m"},"limits":{"memory":"1.5Gi"}}},
            {"name":"second","resources":{"requests":{"cpu":"0.3"}}}],
            "containers":[{"name":"main","resources":{"requests":{"cpu":"50m","memory":"128974848e-3"}}},
            {"name":"other"}]},"status":{"phase":"Pending"}}""";

    private static final String WITH_LEVEL = """
            {"metadata":{"name":"p","namespace":"shop","uid":"u"},"spec":{"overhead":{"cpu":"120m","memory":"64Mi"},
            "resources":{"limits":{"cpu":"2"},"requests":{"cpu":"0.7","hugepages-2Mi":"2Mi"}},
            "containers":[{"name":"main","resources":{"requests":{"cpu":"50m","memory":"1Gi"}}}]},
            "status":{"phase":"Pending"}}""";

    @Test
    void read_samePods_alike() throws Exception {
        var pods = new ArrayList<>(List.of(WITH_INIT_CONTAINERS, WITH_LEVEL));
        GoPayloads.minorVersions().forEach(minor -> pods.add(GoPayloads.pod(minor)));

        for (var pod : pods) {
            var bytes = pod.getBytes(StandardCharsets.UTF_8);

            assertThat(PodReader.read(bytes, 0, bytes.length)).isEqualTo(watched(bytes));
        }
    }

    /// Whoever may make pods may write there what they like.
    @Test
    void read_ownersThatThereCannotBe_asNone() throws Exception {
        for (var owner : List.of(
                "\"kind\":\"We?rd#\",\"name\":\"web\"",
                "\"kind\":\"Deployment\",\"name\":\"a b\"",
                "\"kind\":\"Deployment\",\"name\":\"../../secrets/x\"",
                "\"kind\":\"Deployment\",\"name\":\"a\\nb\"",
                "\"kind\":\"Deployment\",\"name\":\"%s\"".formatted("a".repeat(300)))) {
            var pod = """
                    {"metadata":{"name":"p","namespace":"shop","uid":"u","ownerReferences":[{%s,"controller":true}]},
                    "status":{"phase":"Pending"}}""".formatted(owner);
            var bytes = pod.getBytes(StandardCharsets.UTF_8);

            assertThat(watched(bytes).owner()).as(owner).isEmpty();
            assertThat(PodReader.read(bytes, 0, bytes.length)).isEqualTo(watched(bytes));
        }
    }

    private static PodSpec watched(byte[] pod) throws IOException {
        try (var parser = new JsonFactory().createParser(pod)) {
            parser.nextToken();
            var seen = new PodDecoder(new Pool()).decode(parser);
            // Since when it is bound, how long it took to be ready, and what decides whether it may be moved, is told
            // by the watch alone.
            var spec = ((ClusterEvent.PodApplied) seen.applied()).pod();
            return new PodSpec(
                    spec.key(),
                    spec.uid(),
                    spec.owner(),
                    spec.nodeName(),
                    spec.phase(),
                    spec.ready(),
                    spec.priority(),
                    0,
                    spec.terminating(),
                    spec.containers(),
                    spec.init(),
                    spec.level(),
                    spec.optOuts(),
                    spec.memory(),
                    PodTraits.NONE);
        }
    }
}
