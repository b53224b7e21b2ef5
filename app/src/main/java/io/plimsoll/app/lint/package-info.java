/// Finds the known traps in a KubeSchedulerConfiguration.
@NullMarked
package io.plimsoll.app.lint;

import org.jspecify.annotations.NullMarked;
