/// A cluster in memory with a clock of its own: nodes, pods with usage curves, faults, and a scheduler that asks an
/// extender as kube-scheduler does. The same seed gives the same run.
@NullMarked
package io.plimsoll.testbed.simulation;

import org.jspecify.annotations.NullMarked;
