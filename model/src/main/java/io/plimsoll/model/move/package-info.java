/// What may be moved, and where to: a [io.plimsoll.model.move.MovePlan] from one image of the cluster.
@NullMarked
package io.plimsoll.model.move;

import org.jspecify.annotations.NullMarked;
