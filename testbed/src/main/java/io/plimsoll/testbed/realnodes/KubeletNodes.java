package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.TestbedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/// Real nodes on this machine: each a kubelet with its own containerd, control groups, network bridge and folder.
/// Needs root on Linux. The nodes are named `real-1`, `real-2` and so on; they carry the label {@link #KEY} and a
/// taint of the same name, so that only pods that ask for a real node land on one.
public final class KubeletNodes implements RealNodes {
    /// The label, with value `true`, and the taint, with effect NoSchedule, of every real node.
    public static final String KEY = "plimsoll.io/real";

    /// The image of the workload program, on every real node.
    public static final String WORKLOAD_IMAGE = WorkloadImages.WORKLOAD;

    /// Small nodes, see {@link RealNodeSize#SMALL}.
    @Override
    public RunningNodes start(ControlPlane controlPlane, int count, Path folder) {
        return start(controlPlane, Collections.nCopies(count, RealNodeSize.SMALL), folder);
    }

    /// Starts a node of each size and returns when all are Ready.
    public RunningNodes start(ControlPlane controlPlane, List<RealNodeSize> sizes, Path folder) {
        Machine.here().require(sizes);
        RunningNodes nodes = new RunningNodes(controlPlane, folder);
        try {
            nodes.start(sizes, WorkloadImages.cached());
            return nodes;
        } catch (IOException e) {
            nodes.close();
            throw new TestbedException("cannot start real nodes: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            nodes.close();
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while starting real nodes", e);
        } catch (RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    @Override
    public void cleanUp(Path folder) {
        try {
            NodeSlot.clear(folder.toAbsolutePath());
        } catch (IOException e) {
            throw new TestbedException("cannot clear away the real nodes in " + folder + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while clearing away the real nodes in " + folder, e);
        }
    }
}
