/// How fast simulated time passes.
@NullMarked
package io.plimsoll.benchmarks.simulation;

import org.jspecify.annotations.NullMarked;
