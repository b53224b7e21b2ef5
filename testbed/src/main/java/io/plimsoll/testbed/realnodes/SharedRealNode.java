package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// Gives the tests of a class one small real node, beside a real control plane: one for the whole JVM, started before
/// the first such class.
///
/// Parameters, besides those of {@link RealControlPlane}: {@link RunningNodes}, which the tests must not close. What a
/// test leaves on the node goes with its namespace, a moment after it; so a test that needs much room awaits it.
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@RealControlPlane
@Tag("real-nodes")
@ExtendWith(SharedRealNodeExtension.class)
public @interface SharedRealNode {}
