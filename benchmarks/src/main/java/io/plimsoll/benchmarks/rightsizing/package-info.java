/// Replays of what real containers used, to judge what they should have asked for: slack, shortage, changes.
@NullMarked
package io.plimsoll.benchmarks.rightsizing;

import org.jspecify.annotations.NullMarked;
