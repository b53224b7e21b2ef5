package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.OncePerJvm;
import io.plimsoll.testbed.controlplane.RealControlPlaneExtension;
import io.plimsoll.testbed.controlplane.RealNodes;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Keeps what {@link SharedRealNode} promises.
public final class SharedRealNodeExtension implements BeforeAllCallback, ParameterResolver {
    /// The nodes see to their end with the JVM themselves.
    private static final OncePerJvm<RunningNodes> SHARED =
            new OncePerJvm<>(SharedRealNodeExtension::start, nodes -> {});

    @Override
    public void beforeAll(ExtensionContext context) {
        SHARED.get();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RunningNodes.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return SHARED.get();
    }

    private static RunningNodes start() {
        ControlPlane controlPlane = RealControlPlaneExtension.shared();
        return new KubeletNodes().start(controlPlane, 1, controlPlane.folder().resolve(RealNodes.FOLDER));
    }
}
