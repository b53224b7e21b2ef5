/// How the scheduler's own choices compare with ours while we only watch.
@NullMarked
package io.plimsoll.extender.shadow;

import org.jspecify.annotations.NullMarked;
