/// The observer and the actions against a real control plane.
@NullMarked
package io.plimsoll.testbed.observe;

import org.jspecify.annotations.NullMarked;
