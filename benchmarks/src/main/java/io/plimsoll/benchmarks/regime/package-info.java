/// How well peak hours are foretold.
@NullMarked
package io.plimsoll.benchmarks.regime;

import org.jspecify.annotations.NullMarked;
