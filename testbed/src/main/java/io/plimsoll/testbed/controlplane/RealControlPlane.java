package io.plimsoll.testbed.controlplane;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// Gives the tests of a class a real control plane: one for the whole JVM, started by the first test that asks.
///
/// Parameters of tests and of `@BeforeEach` methods: {@link ControlPlane}, `KubernetesClient` (all rights, its default
/// namespace is the test's), and {@link TestNamespace}, a namespace of the test's own with a service account in it.
/// Where the control plane cannot run, the test fails with what is missing; it is never skipped.
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("control-plane")
@ExtendWith(RealControlPlaneExtension.class)
public @interface RealControlPlane {}
