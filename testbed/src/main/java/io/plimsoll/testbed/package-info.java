/// Clusters to test against: a simulated one, and a real control plane with real nodes.
@NullMarked
package io.plimsoll.testbed;

import org.jspecify.annotations.NullMarked;
