/// Moves on a real control plane for minutes on end, with an API server that goes away and replicas that are killed,
/// judged by a witness of its own.
@NullMarked
package io.plimsoll.benchmarks.rebalancing.soak;

import org.jspecify.annotations.NullMarked;
