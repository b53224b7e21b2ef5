/// What may be done to the cluster, how it ended, and the one port that carries it out.
@NullMarked
package io.plimsoll.model.action;

import org.jspecify.annotations.NullMarked;
