package io.plimsoll.app.baddays;

import io.plimsoll.testbed.controlplane.OncePerJvm;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Resolves the one [Roadstead] of the JVM, which is closed when that ends.
final class RoadsteadExtension implements ParameterResolver {
    private static final OncePerJvm<Roadstead> SHARED = new OncePerJvm<>(Roadstead::open, Roadstead::close);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Roadstead.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return SHARED.get();
    }
}
