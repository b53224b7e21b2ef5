/// Peak, off-peak or unknown: learned from load, and what users say of their hours
/// ([io.plimsoll.model.regime.RegimeLedger]).
@NullMarked
package io.plimsoll.model.regime;

import org.jspecify.annotations.NullMarked;
