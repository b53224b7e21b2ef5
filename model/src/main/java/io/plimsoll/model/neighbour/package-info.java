/// Who hurts whom: the pressure that a node is under, and which workloads it comes from
/// ([io.plimsoll.model.neighbour.NeighbourLedger]).
@NullMarked
package io.plimsoll.model.neighbour;

import org.jspecify.annotations.NullMarked;
