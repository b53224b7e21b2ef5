package io.plimsoll.extender.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.extender.wire.MalformedRequest.Kind;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodReaderTest {

    private static final long MIB = 1 << 20;

    @Test
    void read_everyFieldThatCounts_isInTheSpec() {
        var pod = read("""
                {"metadata":{"name":"web-1","generateName":"web-","namespace":"shop","uid":"u1","labels":{"app":"web",
                "opt-out.plimsoll.io/evict":"true","opt-out.plimsoll.io/score":"false"},"deletionTimestamp":"2026-01-01T00:00:00Z",
                "ownerReferences":[{"kind":"Node","name":"n","controller":false},
                {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d","uid":"r","controller":true,"blockOwnerDeletion":true}]},
                "spec":{"nodeName":"n1","priority":-5,"containers":[{"name":"main","env":[{"name":"{","value":"}\\"]"}],
                "resources":{"requests":{"cpu":"250m","memory":"256Mi","example.com/gpu":"1"},"limits":{"memory":"1G"}}}]},
                "status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False"}]}}""");

        assertThat(pod)
                .isEqualTo(new PodSpec(
                        new PodKey("shop", "web-1"),
                        "u1",
                        Optional.of(new Owner("shop", "ReplicaSet", "web-7d")),
                        Optional.of("n1"),
                        PodPhase.PENDING,
                        false,
                        -5,
                        0,
                        true,
                        List.of(new ContainerSpec(
                                "main", new Resources(250, 256 * MIB), new Resources(0, 1_000_000_000))),
                        Resources.NONE,
                        Set.of(OptOut.EVICT)));
    }

    @Test
    void read_nothingOrNulls_isAnEmptyPodInTheDefaultNamespace() {
        var nothing = read("{}");
        var nulls = read("""
                {"metadata":{"name":null,"namespace":null,"creationTimestamp":null,"labels":null,"ownerReferences":null},
                "spec":{"containers":null,"initContainers":null,"priority":null},"status":null}""");

        assertThat(nothing.key()).isEqualTo(new PodKey("default", ""));
        assertThat(nothing.containers()).isEmpty();
        assertThat(nulls).isEqualTo(nothing);
    }

    /// Sidecar of 100m, then an init container of 300m beside it: 400m. The first init container needs 350m
    /// alone.
    @Test
    void read_initContainersAndSidecars_addUpInTheirOrder() {
        var pod = read("""
                {"spec":{"initContainers":[{"name":"first","resources":{"requests":{"cpu":"350m"}}},
                {"name":"side","restartPolicy":"Always","resources":{"requests":{"cpu":"100m"}}},
                {"name":"second","resources":{"requests":{"cpu":"300m"}}}],
                "containers":[{"name":"main","resources":{"requests":{"cpu":"50m"}}}]}}""");

        assertThat(pod.init().requests()).isEqualTo(new Resources(400, 0));
        assertThat(pod.containers()).extracting(ContainerSpec::name).containsExactly("main", "side");
    }

    /// The containers ask for 300m and 1 GiB: the pod's own 500m stand in place of the one, nothing in place of the
    /// other, and the runtime's 120m and 64 MiB come on top of both.
    @Test
    void read_podWithRequestsOfItsOwnAndOverhead_asksForThemInsteadAndOnTop() {
        var pod = read("""
                {"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"300m","memory":"1Gi"}}}],
                "resources":{"limits":{"cpu":"2","memory":"2Gi"},"requests":{"cpu":"500m","hugepages-2Mi":"2Mi"}},
                "runtimeClassName":"kata","overhead":{"cpu":"120m","memory":"64Mi"}}}""");

        assertThat(pod.level()).isEqualTo(new PodLevel(new Resources(500, 0), new Resources(120, 64 * MIB)));
        assertThat(pod.requests()).isEqualTo(new Resources(620, 1088 * MIB));
    }

    @Test
    void read_podWithNullsForItsOwnResources_hasNone() {
        var pod = read("""
                {"spec":{"resources":null,"overhead":null,"containers":[]}}""");

        assertThat(pod.level()).isEqualTo(PodLevel.NONE);
    }

    @Test
    void read_quantitiesInEveryForm_areThousandthsAndBytes() {
        assertThat(requests("\"1.5\"", "\"1Gi\"")).isEqualTo(new Resources(1_500, 1 << 30));
        assertThat(requests("2", "134217728")).isEqualTo(new Resources(2_000, 128 * MIB));
        assertThat(requests("\"100u\"", "\"1e3\"")).isEqualTo(new Resources(1, 1_000));
        assertThat(requests("\"0\"", "\"128974848e-3\"")).isEqualTo(new Resources(0, 128_975));
    }

    @Test
    void read_escapedNames_areResolved() {
        assertThat(read("{\"metadata\":{\"name\":\"caf\\u00e9 \\\"x\\\"\"}}")
                        .key()
                        .name())
                .isEqualTo("café \"x\"");
        assertThat(read("{\"metadata\":{\"name\":\"日本\"}}").key().name()).isEqualTo("日本");
    }

    @Test
    void read_amongOtherBytes_looksAtItsRangeOnly() {
        var text = "\"name\":\"no\"}{\"metadata\":{\"name\":\"yes\"}}{\"metadata\"";
        var bytes = text.getBytes(StandardCharsets.UTF_8);

        var pod = PodReader.read(bytes, 12, bytes.length - 12 - 11);

        assertThat(pod.key().name()).isEqualTo("yes");
    }

    @Test
    void read_wrongTypes_saysWhatMustBeWhat() {
        assertMalformed("[]", "Pod must be an object");
        assertMalformed("{\"metadata\":[]}", "Pod.metadata must be an object");
        assertMalformed("{\"metadata\":{\"name\":7}}", "Pod.metadata.name must be a string");
        assertMalformed("{\"metadata\":{\"labels\":{\"a\":1}}}", "a label must be a string");
        assertMalformed("{\"spec\":{\"containers\":{}}}", "Pod.spec.containers must be a list");
        assertMalformed("{\"spec\":{\"priority\":\"high\"}}", "Pod.spec.priority must be a whole number");
        assertMalformed("{\"spec\":{\"priority\":1.5}}", "Pod.spec.priority must be a whole number");
        assertMalformed("{\"spec\":{\"containers\":[{\"resources\":{\"requests\":{\"cpu\":{}}}}]}}", "cpu must be");
        assertMalformed("{\"spec\":{\"overhead\":[]}}", "Pod.spec.overhead must be an object");
        assertMalformed("{\"spec\":{\"resources\":7}}", "Pod.spec.resources must be an object");
        assertMalformed(
                "{\"spec\":{\"containers\":[{\"resources\":{\"requests\":{\"cpu\":\"500mm\"}}}]}}",
                "not a Kubernetes quantity: '500mm'");
    }

    private static Resources requests(String cpu, String memory) {
        return read("{\"spec\":{\"containers\":[{\"resources\":{\"requests\":{\"cpu\":%s,\"memory\":%s}}}]}}"
                        .formatted(cpu, memory))
                .containers()
                .getFirst()
                .requests();
    }

    private static void assertMalformed(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedRequest.class)
                .hasMessageContaining(message)
                .extracting(e -> ((MalformedRequest) e).kind())
                .isEqualTo(Kind.WRONG_TYPE);
    }

    private static PodSpec read(String json) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        return PodReader.read(bytes, 0, bytes.length);
    }
}
