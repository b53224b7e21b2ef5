package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodePlatform.CpuManager;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OldKubeletsTest {

    private static final NodePlatform OLD = new NodePlatform("linux", "v1.32.9", CpuManager.UNTOLD);
    private static final NodePlatform NEW = new NodePlatform("linux", "v1.33.0", CpuManager.UNTOLD);
    private static final NodePlatform WINDOWS = new NodePlatform("windows", "v1.36.3", CpuManager.UNTOLD);

    @Test
    void cluster_ofOldKubeletsAndWindowsAlone_saysWhatToUpgrade() {
        assertThat(OldKubelets.told(cluster(WINDOWS, OLD)))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("their kubelets are too old (v1.32.9)", "upgrade the nodes to Kubernetes 1.33"));
    }

    /// The pods of the others say it themselves. A cluster that was not seen yet says nothing.
    @Test
    void cluster_withOneNodeThatCanOrWithoutAny_saysNothing() {
        assertThat(OldKubelets.told(cluster(OLD, NEW))).isEmpty();
        assertThat(OldKubelets.told(cluster(NodePlatform.UNTOLD))).isEmpty();
        assertThat(OldKubelets.told(cluster())).isEmpty();
    }

    private static ClusterImage cluster(NodePlatform... platforms) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(1000, 1 << 30);
        for (int i = 0; i < platforms.length; i++) {
            var node = new NodeSpec(
                    "n" + i,
                    "u-" + i,
                    "b-1",
                    size,
                    size,
                    110,
                    NodeSpec.Readiness.READY,
                    false,
                    false,
                    false,
                    List.of(),
                    platforms[i],
                    Map.of());
            delta.replay(new ClusterEvent.NodeApplied(node, 0));
        }
        return delta.apply();
    }
}
