/// How long the webhook for new pods takes.
@NullMarked
package io.plimsoll.benchmarks.admission;

import org.jspecify.annotations.NullMarked;
