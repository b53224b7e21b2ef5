/// Plans of moves: how long they take.
@NullMarked
package io.plimsoll.benchmarks.rebalancing;

import org.jspecify.annotations.NullMarked;
