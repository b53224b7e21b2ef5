/// Speed, and quality on real traces.
@NullMarked
package io.plimsoll.benchmarks;

import org.jspecify.annotations.NullMarked;
