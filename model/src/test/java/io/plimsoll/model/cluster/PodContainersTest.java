package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PodContainersTest {

    private static final ContainerSpec MAIN = asking("main", 200);
    private static final ContainerSpec SIDECAR = asking("side", 100).asSidecar();

    /// Together they run at 200 + 100; `first` runs alone, `second` beside the sidecar: 250 + 100.
    @Test
    void requests_ofAnInitContainerBesideASidecar_areTheMostOfAnyTime() {
        var second = asking("second", 250).asInit();
        var pod = new PodContainers(List.of(MAIN), List.of(asking("first", 310).asInit(), SIDECAR, second));

        assertThat(pod.requests()).isEqualTo(new Resources(350, 0));
        assertThat(pod.with(one -> one.equals(second) ? asking("second", 100).asInit() : one)
                        .requests())
                .isEqualTo(new Resources(310, 0));
    }

    @Test
    void requests_ofInitContainersSmallerThanWhatRunsLater_areOfThatAlone() {
        var pod = new PodContainers(List.of(MAIN), List.of(asking("first", 299).asInit(), SIDECAR));

        assertThat(pod.requests()).isEqualTo(new Resources(300, 0));
    }

    @Test
    void limits_areReckonedAsRequestsAre() {
        var limited = new ContainerSpec("first", Resources.NONE, new Resources(0, 700)).asInit();
        var main = new ContainerSpec("main", Resources.NONE, new Resources(0, 500));

        assertThat(new PodContainers(List.of(main), List.of(limited)).limits()).isEqualTo(new Resources(0, 700));
    }

    private static ContainerSpec asking(String name, long cpuMillis) {
        return new ContainerSpec(name, new Resources(cpuMillis, 0), Resources.NONE);
    }
}
