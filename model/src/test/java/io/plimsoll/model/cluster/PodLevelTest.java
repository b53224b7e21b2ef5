package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodLevelTest {

    private static final Resources NONE = Resources.NONE;

    @Test
    void requests_nothingOfThePodItself_areOfItsContainers() {
        assertThat(requests(NONE, NONE)).isEqualTo(new Resources(300, 400));
    }

    @Test
    void requests_ofThePodInOneDimension_standInPlaceOfItsContainersInThatOne() {
        assertThat(requests(new Resources(500, 0), NONE)).isEqualTo(new Resources(500, 400));
        assertThat(requests(new Resources(0, 700), NONE)).isEqualTo(new Resources(300, 700));
    }

    @Test
    void requests_overhead_comesOnTopOfEither() {
        var overhead = new Resources(120, 64);

        assertThat(requests(NONE, overhead)).isEqualTo(new Resources(420, 464));
        assertThat(requests(new Resources(500, 700), overhead)).isEqualTo(new Resources(620, 764));
    }

    /// The init container's 350 are more than the 300 of the container, and the pod's 320 count instead of both.
    @Test
    void requests_ofThePodBelowAnInitContainer_countAllTheSame() {
        var initRequests = new Resources(350, 0);

        assertThat(pod(initRequests, PodLevel.NONE).requests()).isEqualTo(new Resources(350, 400));
        assertThat(pod(initRequests, new PodLevel(new Resources(320, 0), NONE)).requests())
                .isEqualTo(new Resources(320, 400));
    }

    /// What the kubelet has not taken away yet is no room for others.
    @Test
    void requests_ofAPodThatIsBeingLowered_areThoseThatItStillHasAndSoAreItsNodes() {
        var lowered = pod(NONE, new PodLevel(NONE, NONE, new Resources(200, 100), 0));

        assertThat(lowered.requests()).isEqualTo(new Resources(500, 500));
        var image = Clusters.after(
                Clusters.image(Clusters.node("n1")),
                List.of(new ClusterEvent.PodApplied(
                        PodBuilder.like(lowered).boundTo("n1", 1).build())));
        assertThat(image.nodes().getFirst().load().requested()).isEqualTo(new Resources(500, 500));
    }

    /// Of a pod whose containers ask for 300m and 400 bytes.
    private static Resources requests(Resources ofPod, Resources overhead) {
        return pod(NONE, new PodLevel(ofPod, overhead)).requests();
    }

    private static PodSpec pod(Resources initRequests, PodLevel level) {
        return new PodSpec(
                new PodKey("default", "p"),
                "uid",
                Optional.empty(),
                Optional.empty(),
                PodPhase.PENDING,
                false,
                0,
                0,
                false,
                List.of(
                        new ContainerSpec("a", new Resources(100, 400), NONE),
                        new ContainerSpec("b", new Resources(200, 0), NONE)),
                initRequests,
                level,
                Set.of());
    }
}
