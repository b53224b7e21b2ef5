package io.plimsoll.testbed.controlplane;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.Parameter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Resolves the parameters that {@link RealControlPlane} promises.
public final class RealControlPlaneExtension implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(RealControlPlaneExtension.class);
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private static final OncePerJvm<ControlPlane> SHARED =
            new OncePerJvm<>(RealControlPlaneExtension::start, ControlPlane::close);

    /// A test's namespace and its client, made when the test first asks for either.
    private record PerTest(TestNamespace namespace, KubernetesClient client) {
        void end() {
            client.namespaces().withName(namespace.name()).delete();
            client.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == ControlPlane.class || type == KubernetesClient.class || type == TestNamespace.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Parameter wanted = parameter.getParameter();
        if (wanted.getType() == ControlPlane.class) {
            return shared();
        }
        PerTest own = perTest(context);
        return wanted.getType() == TestNamespace.class ? own.namespace() : own.client();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        PerTest own = context.getStore(STORE).remove(PerTest.class, PerTest.class);
        if (own != null) {
            own.end();
        }
    }

    /// The one of this JVM, started when it is first asked for: for further extensions that build on it.
    public static ControlPlane shared() {
        return SHARED.get();
    }

    private static ControlPlane start() {
        return ControlPlane.start(ControlPlaneSettings.named("test")
                .withProgress(line -> System.err.println("testbed: " + line))
                .withNodesExpected(100));
    }

    private static PerTest perTest(ExtensionContext context) {
        ControlPlane controlPlane = shared();
        return context.getStore(STORE)
                .getOrComputeIfAbsent(PerTest.class, key -> newNamespace(controlPlane), PerTest.class);
    }

    private static PerTest newNamespace(ControlPlane controlPlane) {
        String name = "test-" + NAMESPACES.incrementAndGet();
        KubernetesClient client = controlPlane.newClient(new ConfigBuilder(controlPlane.clientConfig())
                .withNamespace(name)
                .build());
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        // Pods are refused until the controller manager has made the namespace's service account.
        client.serviceAccounts()
                .withName("default")
                .waitUntilCondition(account -> account != null, 30, TimeUnit.SECONDS);
        return new PerTest(new TestNamespace(name), client);
    }
}
