package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PodDecoderTest {

    /// The first init container runs alone, the second one beside the sidecar: max(500, 100 + 300) = 500. Afterwards
    /// the main container runs beside the sidecar: 200 + 100 = 300.
    @Test
    void sidecar_amongInitContainers_runsOnBesideAllThatComeAfterIt() throws IOException {
        var pod = decoded(container("first", 500, ""), container("proxy", 100, "Always"), container("then", 300, ""));

        assertThat(pod.containers()).extracting(ContainerSpec::name).containsExactly("main", "proxy");
        assertThat(pod.containers()).extracting(ContainerSpec::isSidecar).containsExactly(false, true);
        assertThat(pod.initRequests()).isEqualTo(new Resources(500, 500));
        assertThat(pod.requests()).isEqualTo(new Resources(500, 500));
    }

    /// 400 beside sidecars of 100 and 50 make 550, more than the 350 of all that run later.
    @Test
    void initContainer_afterSeveralSidecars_needsItsOwnRequestBesideAllOfThem() throws IOException {
        var pod =
                decoded(container("proxy", 100, "Always"), container("logs", 50, "Always"), container("then", 400, ""));

        assertThat(pod.initRequests()).isEqualTo(new Resources(550, 550));
        assertThat(pod.requests()).isEqualTo(new Resources(550, 550));
    }

    @Test
    void initContainers_withoutSidecars_needTheLargestOfThem() throws IOException {
        var pod = decoded(container("first", 100, ""), container("then", 150, "Never"));

        assertThat(pod.containers()).extracting(ContainerSpec::name).containsExactly("main");
        assertThat(pod.initRequests()).isEqualTo(new Resources(150, 150));
        assertThat(pod.requests()).isEqualTo(new Resources(200, 200));
    }

    /// The container asks for 200 of each: the pod's own 500m stand in place of the one, nothing in place of the other,
    /// and the runtime's 120m and 64 bytes come on top of both.
    @Test
    void pod_withRequestsOfItsOwnAndOverhead_asksForThemInsteadAndOnTop() throws IOException {
        var pod = decodedWith("""
                "resources":{"limits":{"cpu":"2"},"requests":{"cpu":"500m","hugepages-2Mi":"2Mi"}},
                "runtimeClassName":"kata","overhead":{"cpu":"120m","memory":"64"},""");

        assertThat(pod.level()).isEqualTo(new PodLevel(new Resources(500, 0), new Resources(120, 64)));
        assertThat(pod.requests()).isEqualTo(new Resources(620, 264));
    }

    @Test
    void pod_withOddResourcesOfItsOwn_isReadWithoutThem() throws IOException {
        var pod = decodedWith("\"resources\":null,\"overhead\":[1],");

        assertThat(pod.level()).isSameAs(PodLevel.NONE);
        assertThat(pod.requests()).isEqualTo(new Resources(200, 200));
    }

    private static String container(String name, int amount, String restartPolicy) {
        return "{\"name\":\"%1$s\",\"restartPolicy\":\"%3$s\",\"resources\":{\"requests\":{\"cpu\":\"%2$dm\",\"memory\":\"%2$d\"}}}"
                .formatted(name, amount, restartPolicy);
    }

    /// A pod whose main container asks for 200.
    private static PodSpec decoded(String... initContainers) throws IOException {
        return decodedWith("\"initContainers\":[" + String.join(",", initContainers) + "],");
    }

    private static PodSpec decodedWith(String fieldsOfSpec) throws IOException {
        var json = "{\"metadata\":{\"name\":\"p\",\"namespace\":\"shop\"},\"spec\":{" + fieldsOfSpec
                + "\"containers\":[" + container("main", 200, "") + "]}}";
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            return ((ClusterEvent.PodApplied)
                            new PodDecoder(new Pool()).decode(parser).applied())
                    .pod();
        }
    }
}
