/// How long the extender takes to answer under open-loop load, beside an empty round trip in the same run.
@NullMarked
package io.plimsoll.benchmarks.extender;

import org.jspecify.annotations.NullMarked;
