/// How much memory the picture of a large cluster takes.
@NullMarked
package io.plimsoll.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
