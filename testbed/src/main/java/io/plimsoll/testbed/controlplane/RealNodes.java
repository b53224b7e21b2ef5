package io.plimsoll.testbed.controlplane;

import java.nio.file.Path;

/// Adds real nodes (a kubelet, a container runtime and cgroups each) to a running control plane.
///
/// Found through {@link java.util.ServiceLoader}: the provider is named in
/// `META-INF/services/io.plimsoll.testbed.controlplane.RealNodes`.
public interface RealNodes {
    /// The folder of real nodes inside a run's folder.
    String FOLDER = "real-nodes";

    /// Starts the nodes and returns when all are Ready; closing removes them and all they left on the machine.
    ///
    /// @param controlPlane where they register; start their processes through its own, so that a crash ends them
    /// @param count how many, at least one
    /// @param folder the folder for all that they write, made already
    RealNodesHandle start(ControlPlane controlPlane, int count, Path folder);

    /// Removes what a crashed run left behind (mounts, cgroups, bridges); its processes have been ended already.
    void cleanUp(Path folder);

    /// Nodes that run; closing ends them, never with a checked exception.
    interface RealNodesHandle extends AutoCloseable {
        @Override
        void close();
    }
}
