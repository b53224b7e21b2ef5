/// How many pods a second the real kube-scheduler places: alone, with an extender that decides nothing, with Plimsoll.
@NullMarked
package io.plimsoll.benchmarks.scheduler;

import org.jspecify.annotations.NullMarked;
