package io.plimsoll.testbed.realnodes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.testbed.controlplane.TestbedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    private static final long GIB = 1L << 30;

    @Test
    void require_onAnotherSystem_saysRunAsRootOnLinux() {
        Machine machine = new Machine("Mac OS X", 0, 4000, 8 * GIB);

        assertThatThrownBy(() -> machine.require(List.of(RealNodeSize.SMALL)))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("run as root on Linux")
                .hasMessageContaining("Mac OS X");
    }

    @Test
    void require_asAnotherUser_saysRunAsRootOnLinux() {
        Machine machine = new Machine("Linux", 1000, 4000, 8 * GIB);

        assertThatThrownBy(() -> machine.require(List.of(RealNodeSize.SMALL)))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("run as root on Linux")
                .hasMessageContaining("user 1000");
    }

    @Test
    void require_nodeLargerThanTheMachine_namesBothSizes() {
        Machine machine = new Machine("Linux", 0, 2000, 8 * GIB);

        assertThatThrownBy(() -> machine.require(List.of(RealNodeSize.SMALL, new RealNodeSize(3000, GIB, 10))))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("3000m CPU")
                .hasMessageContaining("2000m")
                .hasMessageContaining("choose a smaller size");
    }

    @Test
    void require_moreOwnProcessorsThanThereAre_saysAskForFewer() {
        Machine machine = new Machine("Linux", 0, 2000, 8 * GIB);
        RealNodeSize own = RealNodeSize.SMALL.withOwnProcessors();

        assertThatThrownBy(() -> machine.require(List.of(own, own, own)))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("3 processors of their own")
                .hasMessageContaining("2000m");
    }
}
