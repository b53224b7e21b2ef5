/// Moves pods as plans say: proposes, waits for approval, evicts, and looks whether it helped.
@NullMarked
package io.plimsoll.rebalancer;

import org.jspecify.annotations.NullMarked;
