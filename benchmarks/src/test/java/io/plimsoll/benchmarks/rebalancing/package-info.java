@NullMarked
package io.plimsoll.benchmarks.rebalancing;

import org.jspecify.annotations.NullMarked;
