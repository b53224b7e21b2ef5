/// How hot nodes get under each placement rule, with real usage traces as the load.
@NullMarked
package io.plimsoll.benchmarks.placement;

import org.jspecify.annotations.NullMarked;
