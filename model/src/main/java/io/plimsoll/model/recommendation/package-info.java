/// From what containers use, and what a policy says, to what they should ask for: with the reasons, without a clock.
@NullMarked
package io.plimsoll.model.recommendation;

import org.jspecify.annotations.NullMarked;
