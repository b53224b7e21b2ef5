package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlaneExtension;
import io.plimsoll.testbed.controlplane.RealNodes;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Keeps what {@link SharedRealNode} promises.
public final class SharedRealNodeExtension implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(SharedRealNodeExtension.class);

    /// Closed by the root store when all tests are over, before the control plane, which was put there earlier.
    private record Shared(RunningNodes nodes) implements AutoCloseable {
        @Override
        public void close() {
            nodes.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        nodes(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RunningNodes.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return nodes(context);
    }

    private static RunningNodes nodes(ExtensionContext context) {
        ControlPlane controlPlane = RealControlPlaneExtension.of(context);
        return context.getRoot()
                .getStore(STORE)
                .getOrComputeIfAbsent(Shared.class, key -> new Shared(start(controlPlane)), Shared.class)
                .nodes();
    }

    private static RunningNodes start(ControlPlane controlPlane) {
        return new KubeletNodes().start(controlPlane, 1, controlPlane.folder().resolve(RealNodes.FOLDER));
    }
}
