/// Where a pod should go: may it go there ([io.plimsoll.model.placement.Verdict]) and how well
/// ([io.plimsoll.model.placement.Ranking]).
@NullMarked
package io.plimsoll.model.placement;

import org.jspecify.annotations.NullMarked;
