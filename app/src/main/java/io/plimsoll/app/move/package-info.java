/// Shows what would be moved.
@NullMarked
package io.plimsoll.app.move;

import org.jspecify.annotations.NullMarked;
